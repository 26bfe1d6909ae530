import type { MessageWriter } from '../http1/message-writer.ts';
import type { EndedConnection } from './ended-connection.ts';
import { escaped } from './escape.ts';
import { appendEndpoint, appendMs, MOST } from './line-format.ts';
import { outcomeWords } from './outcomes.ts';

/** @param labels as `LineFormat.labels` makes them; @param wallMs milliseconds since 1970 */
export type ConnectionLine = (out: MessageWriter, ended: EndedConnection, labels: Uint8Array, wallMs: number) => void;

/** One JSON object, with the names that requests have where they mean the same; it has no status. */
export const jsonConnectionLine: ConnectionLine = (out, ended, labels, wallMs) => {
  const { client, protocol, serverName, outcome, connectMs, endpoint, tries } = ended;
  out.text(`{"time":"${new Date(wallMs).toISOString()}"`);
  if (outcome !== 0) out.text(`,"flags":"${outcomeWords(outcome)}"`);
  out.text(',"duration_ms":');
  appendMs(out, ended.durationMs);
  if (connectMs >= 0) {
    out.text(',"upstream_ms":');
    appendMs(out, connectMs);
  }
  out.text(`,"bytes_received":${ended.received},"bytes_sent":${ended.sent}`);
  if (endpoint !== undefined) {
    out.text(',"endpoint":"');
    appendEndpoint(out, endpoint.address, endpoint.port);
    out.text('"');
  }
  if (tries > 1) out.text(`,"tries":${tries}`);
  out.all(labels);
  out.text(`,"client":"${client}","protocol":"${protocol}"`);
  if (serverName !== '') {
    out.text(',"server_name":"');
    escaped(out, serverName, MOST.host, '\\u00');
    out.text('"');
  }
  out.text('}\n');
};

/** The combined format: the protocol and server name in the place of the request, and no status. */
export const textConnectionLine: ConnectionLine = (out, ended, labels, wallMs) => {
  const { client, protocol, serverName, outcome, connectMs, endpoint, tries } = ended;
  out.text(`${client} - - [${clfTime(wallMs)}] "${protocol}`);
  if (serverName !== '') {
    out.text(' ');
    escaped(out, serverName, MOST.host, '\\x');
  }
  out.text(`" - ${ended.sent} "-" "-" duration_ms=`);
  appendMs(out, ended.durationMs);
  if (connectMs >= 0) {
    out.text(' upstream_ms=');
    appendMs(out, connectMs);
  }
  out.text(` bytes_received=${ended.received}`);
  if (outcome !== 0) out.text(` flags=${outcomeWords(outcome)}`);
  if (endpoint !== undefined) {
    out.text(' endpoint=');
    appendEndpoint(out, endpoint.address, endpoint.port);
  }
  if (tries > 1) out.text(` tries=${tries}`);
  out.all(labels);
  out.text('\n');
};

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `21/Nov/2026:16:43:21 +0000`. */
function clfTime(wallMs: number): string {
  const [day = '', time = ''] = new Date(wallMs).toISOString().split('T');
  const [year, month, date] = day.split('-');
  return `${date}/${MONTHS[Number(month) - 1]}/${year}:${time.slice(0, 8)} +0000`;
}
