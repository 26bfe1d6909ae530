import type { Case } from './case.ts';

/** Tries at a smaller case. */
const TRIES = 4_000;

/** The case with fewer bytes that still `fails`: pieces are taken out, larger ones first, as long as that works. */
export function shrink(one: Case, fails: (smaller: Case) => boolean): Case {
  let { bytes } = one;
  let tries = TRIES;
  for (let size = bytes.length >> 1; size > 0 && tries > 0; ) {
    const before = bytes.length;
    for (let at = 0; at < bytes.length && tries > 0; ) {
      const shorter = bytes.slice(0, at) + bytes.slice(at + size);
      tries--;
      if (fails({ ...one, bytes: shorter })) bytes = shorter;
      else at += size;
    }
    if (bytes.length === before || size > bytes.length) size >>= 1;
  }
  return { ...one, bytes };
}
