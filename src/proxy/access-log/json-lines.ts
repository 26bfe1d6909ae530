import { MessageWriter } from '../http1/message-writer.ts';
import { line } from '../http1/own-lines.ts';
import type { RequestHead } from '../http1/request-head.ts';
import type { RequestLabels } from '../telemetry/request-counts.ts';
import { appendEscaped, escaped } from './escape.ts';
import { appendEndpoint, appendMs, appendThousandths, type LineFormat, MOST } from './line-format.ts';
import { outcomeWords } from './outcomes.ts';

const PREFIX = '\\u00';
const TIME = line('{"time":"');
const STATUS = line('Z","status":');
const FLAGS = line(',"flags":"');
const DURATION = line(',"duration_ms":');
const UPSTREAM = line(',"upstream_ms":');
const RECEIVED = line(',"bytes_received":');
const SENT = line(',"bytes_sent":');
const ENDPOINT = line(',"endpoint":"');
const TRIES = line(',"tries":');
const CLIENT = line(',"client":"');
const METHOD = line('","method":"');
const PLAIN = line('","scheme":"http"');
const SECURE = line('","scheme":"https"');
const HOST = line(',"host":"');
const PATH = line('","path":"');
const VERSIONS = {
  10: line('","protocol":"HTTP/1.0"'),
  11: line('","protocol":"HTTP/1.1"'),
  20: line('","protocol":"HTTP/2.0"'),
} as const;
const USER_AGENT = line(',"user_agent":"');
const REFERER = line(',"referer":"');
const REQUEST_ID = line(',"request_id":"');
const DROPPED = line('Z","dropped":');
const QUOTE = line('"');
const END = line('}\n');

/** The second that was written last, and its text: most lines have it in common. */
let second = -1;
let secondText = '';

/** One JSON object a line. Members without a value are left out. */
export const jsonLines: LineFormat = {
  request({ out }, head, client, fields) {
    out.all(CLIENT);
    out.text(client);
    out.all(METHOD);
    escapedMethod(out, head.method);
    out.all(fields.secure ? SECURE : PLAIN);
    out.all(HOST);
    appendEscaped(out, head.bytes, head.hostStart, head.hostEnd, MOST.host, PREFIX);
    out.all(PATH);
    // `*` has no path.
    appendEscaped(out, head.bytes, head.pathStart, head.targetEnd, MOST.path, PREFIX);
    out.all(VERSIONS[head.version]);
    appendField(out, USER_AGENT, head, fields.userAgent, MOST.userAgent);
    appendField(out, REFERER, head, fields.referer, MOST.referer);
    appendField(out, REQUEST_ID, head, fields.requestId, MOST.requestId);
  },

  refused({ out }, client) {
    out.all(CLIENT);
    out.text(client);
    out.all(QUOTE);
  },

  requestId({ out }, ids) {
    out.all(REQUEST_ID);
    ids.appendLast(out);
    out.all(QUOTE);
  },

  labels({ gateway, listener, route, rule, backend }: RequestLabels) {
    const out = new MessageWriter(256);
    for (const [name, value] of Object.entries({ gateway, listener, route, rule, backend })) {
      if (value === '') continue;
      out.text(`,"${name}":"`);
      escaped(out, value, MOST.label, PREFIX);
      out.all(QUOTE);
    }
    return out.bytes.subarray(0, out.length);
  },

  line(out, text, entry, ending, wallMs) {
    appendTime(out, wallMs);
    out.all(STATUS);
    out.decimal(ending.status);
    if (entry.outcome !== 0) {
      out.all(FLAGS);
      out.text(outcomeWords(entry.outcome));
      out.all(QUOTE);
    }
    out.all(DURATION);
    appendMs(out, ending.durationMs);
    if (entry.upstreamMs >= 0) {
      out.all(UPSTREAM);
      appendMs(out, entry.upstreamMs);
    }
    out.all(RECEIVED);
    out.decimal(ending.received);
    out.all(SENT);
    out.decimal(ending.sent);
    if (entry.endpoint !== undefined) {
      out.all(ENDPOINT);
      appendEndpoint(out, entry.endpoint.address, entry.endpoint.port);
      out.all(QUOTE);
    }
    if (entry.tries > 1) {
      out.all(TRIES);
      out.decimal(entry.tries);
    }
    out.all(ending.labels);
    out.span(text.out.bytes, 0, text.out.length);
    out.all(END);
  },

  gap(out, lines, wallMs) {
    appendTime(out, wallMs);
    out.all(DROPPED);
    out.decimal(lines);
    out.all(END);
  },
};

function escapedMethod(out: MessageWriter, method: string): void {
  // A token has neither quotes nor backslashes.
  out.text(method.length <= MOST.method ? method : `${method.slice(0, MOST.method)}...`);
}

function appendField(out: MessageWriter, name: Uint8Array, head: RequestHead, field: number, most: number): void {
  if (field < 0) return;
  const { valueStart, valueEnd } = head.fields;
  out.all(name);
  appendEscaped(out, head.bytes, valueStart[field]!, valueEnd[field]!, most, PREFIX);
  out.all(QUOTE);
}

/** RFC 3339, in UTC, with milliseconds; without the `Z`. */
function appendTime(out: MessageWriter, wallMs: number): void {
  const ms = wallMs % 1000;
  if (wallMs - ms !== second) {
    second = wallMs - ms;
    secondText = new Date(second).toISOString().slice(0, 19);
  }
  out.all(TIME);
  out.text(secondText);
  appendThousandths(out, ms);
}
