import { latin1 } from '../src/proxy/http1/chars.ts';
import type { Fields } from '../src/proxy/http1/fields.ts';

/** The field lines of a head as `name: value`. */
export function linesOf(bytes: Uint8Array, { count, start, nameEnd, valueStart, valueEnd }: Fields): string[] {
  return Array.from({ length: count }, (_, i) => {
    return `${latin1(bytes, start[i]!, nameEnd[i]!)}: ${latin1(bytes, valueStart[i]!, valueEnd[i]!)}`;
  });
}
