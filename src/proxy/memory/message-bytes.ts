import { reasonPhrase } from '../http1/reason-phrase.ts';
import type { ArrivedRequest, FieldList, MemoryReply, MemoryRequest } from './memory-messages.ts';

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** What ends a line, or is no byte. */
const UNFIT = /[\0\r\n]|[^\x00-\xff]/;
const FRAMING = /^(?:content-length|transfer-encoding)$/i;

/** A request as it goes on the wire. Throws a TypeError where what it holds would be another message there. */
export function requestBytes({ method, target, headers, body }: MemoryRequest): Buffer {
  if (!TOKEN.test(method)) throw new TypeError(`${JSON.stringify(method)} is no method`);
  if (target === '' || UNFIT.test(target) || target.includes(' ')) {
    throw new TypeError(`${JSON.stringify(target)} is no request target`);
  }
  const length = body === undefined ? '' : `Content-Length: ${body.length}\r\n`;
  return bytesOf(`${method} ${target} HTTP/1.1\r\n${linesOf(headers, true)}${length}\r\n`, body);
}

const PLAIN = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
const SWITCHING = 'Connection: Upgrade\r\nUpgrade: websocket\r\n';

/** The answer to `request` as it goes on the wire. Throws as {@link requestBytes}. */
export function replyBytes(reply: MemoryReply, { method }: ArrivedRequest): Buffer {
  const { status = 200, headers = [], body } = reply;
  if (status === 200 && headers.length === 0 && body === undefined) return PLAIN;
  if (!Number.isInteger(status) || status < 100 || status > 599) throw new TypeError(`${status} is no status`);
  const start = `HTTP/1.1 ${status} ${reasonPhrase(status)}\r\n`;
  if (status < 200) return bytesOf(`${start}${linesOf(headers, true)}${status === 101 ? SWITCHING : ''}\r\n`);
  if (status === 204) return bytesOf(`${start}${linesOf(headers, true)}\r\n`);
  const bare = method === 'HEAD' || status === 304;
  if (bare && body === undefined) return bytesOf(`${start}${linesOf(headers, false)}\r\n`);
  const head = `${start}${linesOf(headers, true)}Content-Length: ${body?.length ?? 0}\r\n\r\n`;
  return bytesOf(head, bare ? undefined : body);
}

function linesOf(headers: FieldList, framed: boolean): string {
  let lines = '';
  for (const [name, value] of headers) {
    if (!TOKEN.test(name)) throw new TypeError(`${JSON.stringify(name)} is no name of a header`);
    if (UNFIT.test(value))
      throw new TypeError(`the header ${name} holds what no header can: a line break, or more than a byte`);
    if (!framed || !FRAMING.test(name)) lines += `${name}: ${value}\r\n`;
  }
  return lines;
}

function bytesOf(head: string, body?: Uint8Array): Buffer {
  const bytes = Buffer.from(head, 'latin1');
  return body === undefined || body.length === 0 ? bytes : Buffer.concat([bytes, body]);
}
