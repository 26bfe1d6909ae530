import type { Random } from './random.ts';

/** Where bytes are cut, in ascending order. */
export type Splits = readonly number[];

export function cut(bytes: Uint8Array, splits: Splits): Uint8Array[] {
  return [0, ...splits].map((from, i) => bytes.subarray(from, splits[i] ?? bytes.length));
}

/** A piece per byte. */
export function everywhere(length: number): Splits {
  return Array.from({ length: Math.max(0, length - 1) }, (_, i) => i + 1);
}

/** A few cuts at random, or one on either side of each CR and LF. */
export function someSplits(bytes: string, random: Random): Splits {
  const places = new Set<number>();
  if (random.chance(0.3)) {
    for (let i = 1; i < bytes.length; i++) if (/[\r\n]/.test(bytes[i]!) && random.chance(0.5)) places.add(i);
  } else {
    for (let left = 1 + random.below(6); left > 0; left--) places.add(1 + random.below(Math.max(1, bytes.length - 1)));
  }
  return [...places].filter(place => place < bytes.length).sort((a, b) => a - b);
}
