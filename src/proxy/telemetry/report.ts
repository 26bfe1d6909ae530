import { header, labelText, line, type MetricType } from './exposition.ts';
import { bucketLines, type RequestCounts, type RequestLabels } from './request-counts.ts';

/** How the values that several threads have for one series become one. */
export type Over = 'sum' | 'max';

/** The values of one metric, by its labels as they are written. */
export interface ReadingValues {
  readonly name: string;
  readonly help: string;
  readonly type: Exclude<MetricType, 'histogram'>;
  readonly over: Over;
  readonly samples: ReadonlyMap<string, number>;
}

/** What one thread has counted, as data that can be sent to another. */
export interface MetricsReport {
  readonly requests: readonly RequestCounts[];
  readonly readings: readonly ReadingValues[];
}

export const NOTHING_COUNTED: MetricsReport = { requests: [], readings: [] };

type Render = (name: string, labels: string, counts: RequestCounts) => string;

/** What every request series shows. */
const PER_REQUEST: readonly (readonly [name: string, help: string, type: MetricType, render: Render])[] = [
  [
    'sluice_http_requests_total',
    'Requests answered, by status; 499: the client went away before the end of the answer.',
    'counter',
    (name, labels, { byCode }) =>
      [...byCode].map(([code, count]) => line(name, `${labels},code="${code}"`, count)).join(''),
  ],
  [
    'sluice_http_request_duration_seconds',
    'From the end of the head of a request to the end of its answer.',
    'histogram',
    bucketLines,
  ],
  [
    'sluice_http_request_bytes_total',
    'Bytes of request bodies.',
    'counter',
    (name, labels, { bytesIn }) => line(name, labels, bytesIn),
  ],
  [
    'sluice_http_response_bytes_total',
    'Bytes of response bodies.',
    'counter',
    (name, labels, { bytesOut }) => line(name, labels, bytesOut),
  ],
];

/** Prometheus text. A series without requests is not shown. */
export function reportText({ requests, readings }: MetricsReport): string {
  const shown = requests
    .filter(({ byCode }) => byCode.size > 0)
    .map(counts => [textOf(counts.labels), counts] as const);
  const perRequest = PER_REQUEST.map(
    ([name, help, type, render]) =>
      header(name, help, type) + shown.map(([labels, counts]) => render(name, labels, counts)).join(''),
  );
  return perRequest.join('') + readings.map(readingText).join('');
}

function textOf({ gateway, listener, route, rule, backend }: RequestLabels): string {
  return labelText({ gateway, listener, route, rule, backend });
}

function readingText({ name, help, type, samples }: ReadingValues): string {
  return header(name, help, type) + [...samples].map(([labels, value]) => line(name, labels, value)).join('');
}
