import type { PathMatch } from '../ir/index.ts';
import { type Candidate, compareCandidates, releaseCandidate } from './candidate.ts';
import type { PathIndex } from './path-index.ts';
import type { Patterns } from './patterns.ts';

/** The candidates for one path condition under one hostname of one listener, first to be asked first. */
export interface Leaf<T> {
  readonly home: PathIndex<T>;
  readonly path: PathMatch;
  candidates: Candidate<T>[];
}

export function sortLeaf<T>(leaf: Leaf<T>): void {
  // A copy: what was pushed into an empty array keeps room for sixteen more.
  leaf.candidates = leaf.candidates.toSorted(compareCandidates);
}

/** Takes out what belongs to the named routes. */
export function clearLeaf<T>(leaf: Leaf<T>, routes: ReadonlyMap<string, unknown>, patterns: Patterns): void {
  const stays: Candidate<T>[] = [];
  for (const candidate of leaf.candidates) {
    if (routes.has(candidate.route.name)) releaseCandidate(candidate, patterns);
    else stays.push(candidate);
  }
  leaf.candidates = stays;
}
