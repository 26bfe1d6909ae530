import type { MessageWriter } from '../http1/message-writer.ts';

/** How a byte that could be mistaken is written: what stands before its two hexadecimal digits. Both hold in quotes. */
export type EscapePrefix = '\\u00' | '\\x';

/** 1 for a byte that stands for itself: visible ASCII and the space, without `"` and `\`. */
const PLAIN = new Uint8Array(256).fill(1, 0x20, 0x7f);
PLAIN[0x22] = 0;
PLAIN[0x5c] = 0;
const DIGITS = '0123456789abcdef';

/** Stands where something was cut off. */
const CUT = '...';

/**
 * Appends bytes [start, end), at most `most` of them, so that they can neither end a quoted string nor a line, nor tell
 * a terminal anything. Bytes above 0x7E are escaped one by one, whatever their encoding.
 */
export function appendEscaped(
  out: MessageWriter,
  source: Uint8Array,
  start: number,
  end: number,
  most: number,
  prefix: EscapePrefix,
): void {
  const last = Math.min(end, start + most);
  out.room(last - start);
  const { bytes } = out;
  let to = out.length;
  let at = start;
  for (; at < last && PLAIN[source[at]!] === 1; at++) bytes[to++] = source[at]!;
  out.length = to;
  if (at < last) appendSlowly(out, source, at, last, prefix);
  if (last < end) out.text(CUT);
}

function appendSlowly(out: MessageWriter, source: Uint8Array, start: number, end: number, prefix: EscapePrefix): void {
  for (let at = start; at < end; at++) {
    const byte = source[at]!;
    if (PLAIN[byte] === 1) out.span(source, at, at + 1);
    else out.text(prefix + DIGITS[byte >> 4] + DIGITS[byte & 15]);
  }
}

/** The same for text; characters above U+00FF, which nothing here should have, lose their upper byte. */
export function escaped(out: MessageWriter, text: string, most: number, prefix: EscapePrefix): void {
  const bytes = Buffer.from(text, 'latin1');
  appendEscaped(out, bytes, 0, bytes.length, most, prefix);
}
