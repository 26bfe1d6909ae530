import { Fields } from '../../http1/fields.ts';
import type { MessageWriter } from '../../http1/message-writer.ts';
import * as names from '../../http1/names.ts';
import { goesOn, TRAILERS } from '../../http1/trailers.ts';
import type { HpackEncoder } from '../hpack/index.ts';

/** Lines of one head; a backend's answer has fewer, and filters add some. */
const HEAD = new Fields(2_048);
/** What is about one connection of HTTP/1 (RFC 9113 §8.2.2). */
const OF_CONNECTION = names.nameSet(
  names.CONNECTION,
  names.KEEP_ALIVE,
  names.PROXY_CONNECTION,
  names.TRANSFER_ENCODING,
  names.UPGRADE,
);
/** Where the status is in `HTTP/1.1 200 OK`. */
const STATUS_AT = 9;

/** Reads the lines of an answer's head, bytes [0, end) with the empty one, for {@link encodeHead}; false: they are too many. */
export function parseHead(bytes: Uint8Array, end: number): boolean {
  return HEAD.parse(bytes, bytes.indexOf(10) + 1, end) > 0;
}

/** Appends the header block of the head that was parsed. */
export function encodeHead(out: MessageWriter, encoder: HpackEncoder, bytes: Uint8Array): void {
  encoder.begin(out);
  encoder.status(out, statusOf(bytes));
  encoder.fields(out, bytes, HEAD, OF_CONNECTION);
}

function statusOf(bytes: Uint8Array): number {
  return (bytes[STATUS_AT]! - 48) * 100 + (bytes[STATUS_AT + 1]! - 48) * 10 + (bytes[STATUS_AT + 2]! - 48);
}

/** Appends the header block of what `TRAILERS` holds. */
export function encodeTrailers(out: MessageWriter, encoder: HpackEncoder): void {
  encoder.begin(out);
  const { bytes, fields } = TRAILERS;
  for (let i = 0; i < fields.count; i++) if (goesOn(i)) encoder.field(out, bytes, fields, i);
}

/** The lines of `TRAILERS` that go on, with an empty one: for later, as `readTrailers` takes them. Empty: there is none. */
export function keptTrailers(): Buffer {
  const { bytes, fields } = TRAILERS;
  const lines: Uint8Array[] = [];
  for (let i = 0; i < fields.count; i++)
    if (goesOn(i)) lines.push(bytes.subarray(fields.start[i]!, fields.start[i + 1]!));
  return lines.length === 0 ? Buffer.alloc(0) : Buffer.concat([...lines, Buffer.from('\r\n')]);
}
