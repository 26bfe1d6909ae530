const PRIME = 0x01000193;

/** A hash of 32 bits that is the same in every thread and process (FNV-1a, then mixed as in MurmurHash3). */
export function hashText(text: string, seed = 0x811c9dc5): number {
  let hash = seed;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), PRIME);
  return mixed(hash);
}

function mixed(hash: number): number {
  let bits = hash ^ (hash >>> 16);
  bits = Math.imul(bits, 0x85ebca6b);
  bits ^= bits >>> 13;
  bits = Math.imul(bits, 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/**
 * Rendezvous hashing: of `count` candidates the one that fits `seed` best, in proportion to their weights. Who has the same
 * candidates picks the same, in whatever order; when one goes, only its own seeds move. -1 where none has a weight.
 *
 * @param key of a candidate; @param weight 0 or more
 */
export function rendezvous(
  seed: number,
  count: number,
  key: (index: number) => string,
  weight: (index: number) => number = () => 1,
): number {
  let best = -1;
  let highest = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < count; index++) {
    const share = weight(index);
    if (share <= 0) continue;
    // In (0, 1): its logarithm over the weight makes the odds those of the weights.
    const drawn = (hashText(key(index), seed) + 0.5) / 0x1_0000_0000;
    const score = share / -Math.log(drawn);
    if (score <= highest) continue;
    highest = score;
    best = index;
  }
  return best;
}
