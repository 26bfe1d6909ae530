import type { RE2JS, RE2Set } from 're2js';
import { afford, type Effort } from './effort.ts';

/** What all automata of a router may grow to, more or less; bytes by RE2's own estimate. */
const ALL_MEMORY = 128 << 20;
const MOST_MEMORY = 256 << 10;
const LEAST_MEMORY = 16 << 10;

/** Bytes that the automaton of one expression among `count` may grow to; beyond, matching goes on without it. */
export function automatonMemory(count: number): number {
  return Math.max(LEAST_MEMORY, Math.min(MOST_MEMORY, Math.floor(ALL_MEMORY / Math.max(count, 1))));
}

/**
 * Where its automaton gives up, RE2 tries all instructions at each character: `effort` says how far. Bounds the automaton
 * to `memory` bytes too.
 */
export function boundPattern(compiled: RE2JS, effort: Effort, memory: number): void {
  const { dfa } = compiled.re2Input;
  const match = dfa.match.bind(dfa);
  const size = compiled.programSize();
  dfa.stateBudget = dfa.memBudget = memory;
  dfa.match = (input, position, anchor) => {
    const found: boolean | null = match(input, position, anchor);
    return found === null && !afford(effort, input.endPos(), size) ? false : found;
  };
}

/** The same for a set of expressions with `size` instructions; how large its automaton may be, it knows. */
export function boundSet({ dfa }: RE2Set, effort: Effort, size: number): void {
  const matchSet = dfa.matchSet.bind(dfa);
  dfa.matchSet = (input, position, anchor) => {
    const found = matchSet(input, position, anchor);
    return found === null && !afford(effort, input.endPos(), size) ? [] : found;
  };
}
