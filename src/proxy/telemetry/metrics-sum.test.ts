import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Metrics } from './metrics.ts';
import { createMetricsSum } from './metrics-sum.ts';

const LABELS = { gateway: 'ns/gw', listener: 'http', route: 'ns/r', rule: '0', backend: 'b' };
const TEXT = 'gateway="ns/gw",listener="http",route="ns/r",rule="0",backend="b"';

/** What one thread counted: requests by status, and one reading of each sort. */
function thread(codes: readonly number[], value: number): Metrics {
  const metrics = new Metrics();
  for (const code of codes) metrics.series(LABELS, 'r').record(code, 2, 10, 100);
  const sample = [{ labels: { backend: 'b' }, value }];
  metrics.register({ name: 'count', help: '.', type: 'counter', read: () => sample });
  metrics.register({ name: 'held', help: '.', type: 'gauge', read: () => value });
  metrics.register({ name: 'most', help: '.', type: 'gauge', over: 'max', read: () => value });
  return metrics;
}

function valuesIn(text: string): Record<string, number> {
  const lines = text.split('\n').filter(line => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(lines.map(line => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
}

test('counts and gauges of all threads are added, lags are not', () => {
  const sum = createMetricsSum();
  const found = valuesIn(sum.text([thread([200, 404], 3).report(), thread([200], 5).report()], []));
  const expected: Readonly<Record<string, number>> = {
    [`sluice_http_requests_total{${TEXT},code="200"}`]: 2,
    [`sluice_http_requests_total{${TEXT},code="404"}`]: 1,
    [`sluice_http_request_duration_seconds_bucket{${TEXT},le="0.001"}`]: 0,
    [`sluice_http_request_duration_seconds_bucket{${TEXT},le="0.0025"}`]: 3,
    [`sluice_http_request_duration_seconds_bucket{${TEXT},le="+Inf"}`]: 3,
    [`sluice_http_request_duration_seconds_sum{${TEXT}}`]: 0.006,
    [`sluice_http_request_duration_seconds_count{${TEXT}}`]: 3,
    [`sluice_http_request_bytes_total{${TEXT}}`]: 30,
    [`sluice_http_response_bytes_total{${TEXT}}`]: 300,
    'count{backend="b"}': 8,
    held: 8,
    most: 5,
  };
  for (const [name, value] of Object.entries(expected)) assert.equal(found[name], value, name);
});

test('what an ended thread counted stays, what it held is gone', () => {
  const sum = createMetricsSum();
  sum.keep(thread([200, 200], 3).report());
  sum.keep(thread([200], 1).report());
  const found = valuesIn(sum.text([thread([200], 5).report()], []));
  assert.equal(found[`sluice_http_requests_total{${TEXT},code="200"}`], 4);
  assert.deepEqual([found['count{backend="b"}'], found.held, found.most], [9, 5, 5]);
});

test('what is kept of a route that is gone is shown once more, of a backend no more', () => {
  const sum = createMetricsSum();
  sum.keep(thread([200], 3).report());
  sum.retire('r', ({ rule }) => rule === '0');
  assert.match(sum.text([], []), /route="ns\/r"/);
  sum.retire('r');
  assert.match(sum.text([], []), /route="ns\/r"/);
  assert.doesNotMatch(sum.text([], []), /route="ns\/r"/);
  sum.forget(() => true);
  assert.match(sum.text([], []), /backend="b"/);
  sum.forget(backend => backend !== 'b');
  assert.doesNotMatch(sum.text([], []), /backend="b"/);
});

test('readings of the main thread come with the rest', () => {
  const more = [{ name: 'own', help: 'Own.', type: 'gauge', over: 'sum', samples: new Map([['', 2]]) }] as const;
  assert.match(createMetricsSum().text([], more), /# HELP own Own\.\n# TYPE own gauge\nown 2\n$/);
});
