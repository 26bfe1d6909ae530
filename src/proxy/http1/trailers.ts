import { Fields } from './fields.ts';
import type { MessageWriter } from './message-writer.ts';
import * as names from './names.ts';
import { DATE, NAME_COUNT } from './names.ts';

const LAST_CHUNK = Buffer.from('0\r\n', 'latin1');
/** Fields with a meaning for framing, routing, trust or what the body is: never taken from a trailer section (RFC 9110 §6.5.1). */
const NOT_IN_TRAILERS = new Uint8Array(NAME_COUNT).fill(1, names.HOST_FIELD);
NOT_IN_TRAILERS[DATE] = 0;
const NONE = new Uint8Array(0);

/**
 * The trailer section that was read last, as offsets into its bytes. One object serves all messages of a thread: it holds a
 * section from the moment it is known to the moment it is passed on, in one turn. Whoever fills it adds field lines as to
 * any {@link Fields}; which of them go on, {@link goesOn} says.
 */
export const TRAILERS = { bytes: NONE as Uint8Array, fields: new Fields(128) };

/** Reads the section of a chunked body, with its closing empty line, into {@link TRAILERS}; false if it is no field lines. */
export function readTrailers(section: Uint8Array): boolean {
  TRAILERS.bytes = section;
  return TRAILERS.fields.parse(section, 0, section.length) >= 0;
}

/** Whether field number `field` of {@link TRAILERS} is passed on. */
export function goesOn(field: number): boolean {
  return NOT_IN_TRAILERS[TRAILERS.fields.known[field]!] === 0;
}

/** Whether anything of {@link TRAILERS} is passed on. */
export function anyGoesOn(): boolean {
  for (let i = 0; i < TRAILERS.fields.count; i++) if (goesOn(i)) return true;
  return false;
}

/** Appends the end of a chunked body; `trailed`: with {@link TRAILERS}. */
export function endChunks(out: MessageWriter, trailed = false): void {
  const { bytes, fields } = TRAILERS;
  out.all(LAST_CHUNK);
  if (trailed) {
    for (let i = 0; i < fields.count; i++) if (goesOn(i)) out.span(bytes, fields.start[i]!, fields.start[i + 1]!);
  }
  out.crlf();
}
