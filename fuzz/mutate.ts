import type { Random } from './random.ts';
import { WORDS } from './words.ts';

/** `bytes` with one change: something put in, taken out, replaced, repeated, moved, or taken from a message of the corpus. */
export function mutate(bytes: string, corpus: readonly string[], random: Random): string {
  const at = random.below(bytes.length + 1);
  const behind = Math.min(bytes.length, at + 1 + random.below(random.chance(0.7) ? 4 : 40));
  const head = bytes.slice(0, at);
  const piece = bytes.slice(at, behind);
  switch (random.below(8)) {
    case 0:
    case 1:
      return head + random.pick(WORDS) + bytes.slice(at);
    case 2:
      return head + random.pick(WORDS) + bytes.slice(behind);
    case 3:
      return head + bytes.slice(behind);
    case 4:
      return head + piece + bytes.slice(at);
    case 5:
      return head + String.fromCharCode(random.below(256)) + bytes.slice(Math.min(bytes.length, at + 1));
    case 6:
      return moved(head + bytes.slice(behind), piece, random);
    default:
      return spliced(head, bytes.slice(at), random.pick(corpus), random);
  }
}

function moved(rest: string, piece: string, random: Random): string {
  const at = random.below(rest.length + 1);
  return rest.slice(0, at) + piece + rest.slice(at);
}

function spliced(head: string, rest: string, other: string, random: Random): string {
  const from = random.below(other.length + 1);
  if (random.chance(0.5)) return head + other.slice(from);
  return head + other.slice(from, from + random.below(60)) + rest;
}
