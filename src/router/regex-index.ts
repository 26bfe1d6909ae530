import { RE2Set } from 're2js';
import type { PathMatch } from '../ir/index.ts';
import { boundSet } from './automaton.ts';
import { type Candidate, compareCandidates, firstOf } from './candidate.ts';
import { isShort } from './effort.ts';
import type { Leaf } from './leaf.ts';
import { type Pattern, type Patterns, testPattern } from './patterns.ts';
import { pathRank } from './precedence.ts';
import type { RequestLine } from './router.ts';

/** Up to here each expression is tried by itself, which costs less than a set. */
const FEW = 4;
/** Expressions per set: a change compiles one set anew (some ms), a match runs all sets (about 1 µs each). */
const PER_SET = 128;
/** Instructions per set: a larger one is slow to compile, and RE2 refuses one that is far too large. */
const SET_SIZE = 4_000;
/** Bytes that the automaton of one set may grow to; beyond, matching goes on without one. */
const SET_MEMORY = 2 << 20;

/** The leaves of one hostname whose path condition is a regular expression. */
export interface RegexIndex<T> {
  readonly byPath: Map<string, RegexLeaf<T>>;
  readonly chunks: Chunk<T>[];
}

interface RegexLeaf<T> {
  readonly pattern: Pattern;
  readonly leaf: Leaf<T>;
}

interface Chunk<T> {
  readonly leaves: RegexLeaf<T>[];
  /** Instructions of all expressions. */
  size: number;
  /** All expressions of `leaves`, in that order; undefined while they are few. */
  set: RE2Set | undefined;
  stale: boolean;
}

export function createRegexIndex<T>(): RegexIndex<T> {
  return { byPath: new Map(), chunks: [] };
}

export function getRegexLeaf<T>(index: RegexIndex<T>, path: PathMatch): Leaf<T> | undefined {
  return index.byPath.get(regexKey(path))?.leaf;
}

/** One expression may stand at two ranks. */
function regexKey(path: PathMatch): string {
  return path.kind === 'regex' && path.rank !== undefined ? `${path.rank} ${path.value}` : path.value;
}

export function addRegexLeaf<T>(index: RegexIndex<T>, leaf: Leaf<T>, patterns: Patterns): Leaf<T> {
  const member = { pattern: patterns.acquire(leaf.path.value), leaf };
  index.byPath.set(regexKey(leaf.path), member);
  if (member.pattern.compiled === undefined) return leaf;
  const { size } = member.pattern;
  const room = index.chunks.find(chunk => chunk.leaves.length < PER_SET && chunk.size + size <= SET_SIZE);
  const chunk = room ?? { leaves: [], size: 0, set: undefined, stale: true };
  if (!room) index.chunks.push(chunk);
  chunk.leaves.push(member);
  chunk.size += size;
  chunk.stale = true;
  return leaf;
}

export function removeRegexLeaf<T>(index: RegexIndex<T>, path: PathMatch, patterns: Patterns): void {
  const key = regexKey(path);
  const member = index.byPath.get(key);
  if (!member) return;
  index.byPath.delete(key);
  patterns.release(member.pattern);
  for (const chunk of index.chunks) {
    const at = chunk.leaves.indexOf(member);
    if (at === -1) continue;
    chunk.leaves.splice(at, 1);
    chunk.size -= member.pattern.size;
    chunk.stale = true;
  }
}

/** Compiles the sets whose members have changed; to be called before the next match. */
export function settleRegexes<T>(index: RegexIndex<T>): void {
  for (let at = index.chunks.length - 1; at >= 0; at--) {
    const chunk = index.chunks[at]!;
    if (chunk.leaves.length === 0) index.chunks.splice(at, 1);
    else if (chunk.stale) chunk.set = chunk.leaves.length > FEW ? compileSet(chunk) : undefined;
    chunk.stale = false;
  }
}

function compileSet<T>({ leaves, size }: Chunk<T>): RE2Set {
  const memory = leaves.reduce((sum, { pattern }) => sum + pattern.memory, 0);
  const set = new RE2Set(RE2Set.ANCHOR_BOTH, 0, Math.min(memory, SET_MEMORY));
  for (const { pattern } of leaves) set.add(pattern.source);
  set.compile();
  boundSet(set, leaves[0]!.pattern.effort, size);
  return set;
}

/** The winner among all expressions that match: the candidate of the longest one whose other conditions hold. */
export function matchRegexes<T>(index: RegexIndex<T>, request: RequestLine): Candidate<T> | undefined {
  let best: Candidate<T> | undefined;
  for (let at = 0; at < index.chunks.length; at++) {
    const chunk = index.chunks[at]!;
    best = chunk.set ? bestInSet(chunk, chunk.set, request, best) : bestOfFew(chunk, request, best);
  }
  return best;
}

type Best<T> = Candidate<T> | undefined;

function bestInSet<T>(chunk: Chunk<T>, set: RE2Set, request: RequestLine, best: Best<T>): Best<T> {
  if (!isShort(chunk.leaves[0]!.pattern.effort, request.path.length)) return best;
  const matching = set.match(request.path);
  for (let at = 0; at < matching.length; at++) best = better(best, chunk.leaves[matching[at]!]!.leaf, request);
  return best;
}

function bestOfFew<T>(chunk: Chunk<T>, request: RequestLine, best: Best<T>): Best<T> {
  for (let at = 0; at < chunk.leaves.length; at++) {
    const { pattern, leaf } = chunk.leaves[at]!;
    if (testPattern(pattern, request.path)) best = better(best, leaf, request);
  }
  return best;
}

function better<T>(best: Best<T>, leaf: Leaf<T>, request: RequestLine): Best<T> {
  const found = firstOf(leaf.candidates, request);
  if (best === undefined || found === undefined) return found ?? best;
  const longer = pathRank(best.match.path) - pathRank(found.match.path);
  return (longer || compareCandidates(found, best)) < 0 ? found : best;
}
