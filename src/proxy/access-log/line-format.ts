import type { MessageWriter } from '../http1/message-writer.ts';
import type { RequestHead } from '../http1/request-head.ts';
import type { RequestIds } from '../request-ids.ts';
import type { RequestLabels } from '../telemetry/request-counts.ts';
import type { HeadText } from './head-text.ts';
import type { LogEntry } from './log-entry.ts';
import type { LoggedFields } from './logged-fields.ts';

/** What is known of a request at its end, besides its entry. */
export interface Ending {
  readonly status: number;
  /** From the end of the head to the end of the answer; ms. */
  readonly durationMs: number;
  /** Bytes of the bodies. */
  readonly received: number;
  readonly sent: number;
  /** As {@link LineFormat.labels} makes them. */
  readonly labels: Uint8Array;
}

/** One way to write lines. */
export interface LineFormat {
  /** Writes what the head says. */
  request(text: HeadText, head: RequestHead, client: string, fields: LoggedFields): void;
  /** The same where the bytes were no request. */
  refused(text: HeadText, client: string): void;
  /** Adds the id that was made for the request. */
  requestId(text: HeadText, ids: RequestIds): void;
  /** What is the same in the lines of all requests that are counted together. */
  labels(labels: RequestLabels): Uint8Array;
  /** @param wallMs milliseconds since 1970 */
  line(out: MessageWriter, text: HeadText, entry: LogEntry, ending: Ending, wallMs: number): void;
  /** A line that says how many are missing before it. */
  gap(out: MessageWriter, lines: number, wallMs: number): void;
}

/** Bytes of a field that are logged at most. */
export const MOST = { host: 255, path: 2_048, userAgent: 512, referer: 1_024, requestId: 128, method: 32, label: 512 };

/** Appends milliseconds with three decimals. */
export function appendMs(out: MessageWriter, ms: number): void {
  const micros = Math.max(0, Math.round(ms * 1000));
  const rest = micros % 1000;
  out.decimal((micros - rest) / 1000);
  appendThousandths(out, rest);
}

/** Appends a point and three digits. */
export function appendThousandths(out: MessageWriter, value: number): void {
  out.room(4);
  const { bytes, length } = out;
  bytes[length] = 46;
  bytes[length + 1] = 48 + Math.floor(value / 100);
  bytes[length + 2] = 48 + (Math.floor(value / 10) % 10);
  bytes[length + 3] = 48 + (value % 10);
  out.length = length + 4;
}

/** Appends `address:port`, with brackets around IPv6. */
export function appendEndpoint(out: MessageWriter, address: string, port: number): void {
  const bare = address.indexOf(':') < 0;
  out.text(bare ? address : `[${address}]`);
  out.text(':');
  out.decimal(port);
}
