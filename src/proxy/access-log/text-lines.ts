import { MessageWriter } from '../http1/message-writer.ts';
import type { RequestHead } from '../http1/request-head.ts';
import type { RequestLabels } from '../telemetry/request-counts.ts';
import { appendEscaped, escaped } from './escape.ts';
import { appendEndpoint, appendMs, type LineFormat, MOST } from './line-format.ts';
import { outcomeWords } from './outcomes.ts';

const PREFIX = '\\x';
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const VERSIONS = { 10: ' HTTP/1.0', 11: ' HTTP/1.1', 20: ' HTTP/2.0' } as const;

let second = -1;
let secondText = '';

/** The combined format that nginx and Apache made common, and behind it what a gateway knows besides, as `name=value`. */
export const textLines: LineFormat = {
  request(text, head, client, fields) {
    const { out } = text;
    out.text(client);
    text.clientEnd = out.length;
    out.text(head.method.length <= MOST.method ? head.method : `${head.method.slice(0, MOST.method)}...`);
    out.text(' ');
    appendEscaped(out, head.bytes, head.pathStart, head.targetEnd, MOST.path, PREFIX);
    out.text(VERSIONS[head.version]);
    text.requestEnd = out.length;
    out.text(' "');
    appendField(out, head, fields.referer, MOST.referer);
    out.text('" "');
    appendField(out, head, fields.userAgent, MOST.userAgent);
    out.text(fields.secure ? '" scheme=https host="' : '" scheme=http host="');
    appendEscaped(out, head.bytes, head.hostStart, head.hostEnd, MOST.host, PREFIX);
    out.text('"');
    if (fields.requestId < 0) return;
    out.text(' request_id="');
    appendField(out, head, fields.requestId, MOST.requestId);
    out.text('"');
  },

  refused(text, client) {
    const { out } = text;
    out.text(client);
    text.clientEnd = out.length;
    out.text('-');
    text.requestEnd = out.length;
    out.text(' "-" "-"');
  },

  requestId({ out }, ids) {
    out.text(' request_id="');
    ids.appendLast(out);
    out.text('"');
  },

  labels({ gateway, listener, route, rule, backend }: RequestLabels) {
    const out = new MessageWriter(256);
    for (const [name, value] of Object.entries({ gateway, listener, route, rule, backend })) {
      if (value === '') continue;
      out.text(` ${name}="`);
      escaped(out, value, MOST.label, PREFIX);
      out.text('"');
    }
    return out.bytes.subarray(0, out.length);
  },

  line(out, text, entry, ending, wallMs) {
    const { bytes, length } = text.out;
    out.span(bytes, 0, text.clientEnd);
    out.text(' - - [');
    out.text(timeText(wallMs));
    out.text('] "');
    out.span(bytes, text.clientEnd, text.requestEnd);
    out.text('" ');
    out.decimal(ending.status);
    out.text(' ');
    out.decimal(ending.sent);
    out.span(bytes, text.requestEnd, length);
    out.text(' duration_ms=');
    appendMs(out, ending.durationMs);
    if (entry.upstreamMs >= 0) {
      out.text(' upstream_ms=');
      appendMs(out, entry.upstreamMs);
    }
    out.text(' bytes_received=');
    out.decimal(ending.received);
    if (entry.outcome !== 0) out.text(` flags=${outcomeWords(entry.outcome)}`);
    if (entry.endpoint !== undefined) {
      out.text(' endpoint=');
      appendEndpoint(out, entry.endpoint.address, entry.endpoint.port);
    }
    if (entry.tries > 1) out.text(` tries=${entry.tries}`);
    out.all(ending.labels);
    out.text('\n');
  },

  gap(out, lines, wallMs) {
    out.text(`# ${timeText(wallMs)} dropped=${lines}\n`);
  },
};

function appendField(out: MessageWriter, head: RequestHead, field: number, most: number): void {
  if (field < 0) out.text('-');
  else appendEscaped(out, head.bytes, head.fields.valueStart[field]!, head.fields.valueEnd[field]!, most, PREFIX);
}

/** `21/Nov/2026:16:43:21 +0000`. */
function timeText(wallMs: number): string {
  const now = Math.floor(wallMs / 1000);
  if (now !== second) {
    second = now;
    const [day = '', time = ''] = new Date(wallMs).toISOString().split('T');
    const [year, month, date] = day.split('-');
    secondText = `${date}/${MONTHS[Number(month) - 1]}/${year}:${time.slice(0, 8)} +0000`;
  }
  return secondText;
}
