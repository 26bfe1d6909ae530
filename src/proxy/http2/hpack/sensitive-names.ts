import { NAME_COUNT } from '../../http1/names.ts';
import { knownAs } from './name-traits.ts';

/** Fields whose values are secrets: no table keeps them, where whoever shares a connection could probe for them (RFC 7541 §7.1.3). */
const SECRET = new Uint8Array(NAME_COUNT);
for (const name of ['authorization', 'proxy-authorization', 'cookie', 'set-cookie']) SECRET[knownAs(name)] = 1;

const BITS = 4_096;
/** Hashes of names that others called secret, by their last bits. */
const NOTED = new Uint8Array(BITS);
let noted = false;

/**
 * A field with a name of this hash came with the wish that no table ever keeps it, which holds for those behind us as well (§6.2.3).
 * Fields are bytes on their way through us, so the wish is kept by name, for all connections of the thread.
 */
export function noteSensitive(hash: number): void {
  noted = true;
  NOTED[hash & (BITS - 1)] = 1;
}

export function isSensitive(hash: number, known: number): boolean {
  return SECRET[known] === 1 || (noted && NOTED[hash & (BITS - 1)] === 1);
}
