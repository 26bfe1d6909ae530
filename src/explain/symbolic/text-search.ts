import { type Acceptor, DEAD, TOO_LARGE } from './acceptor.ts';

/** An example, the proof that there is none, or neither because it would take too much work. */
export type Found<T> =
  | { readonly kind: 'found'; readonly value: T }
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown' };

export const NONE: Found<never> = Object.freeze({ kind: 'none' });
export const UNKNOWN: Found<never> = Object.freeze({ kind: 'unknown' });

/** What all searches of one question may cost together. */
export interface SearchBudget {
  /** Characters tried. */
  left: number;
}

/** A few seconds. */
export function createBudget(left = 10_000_000): SearchBudget {
  return { left };
}

/** Characters tried in one search. */
const MOST_STEPS = 100_000;
const LAST_CHARACTER = 0x10ffff;

interface Place {
  readonly states: readonly number[];
  readonly from: Place | undefined;
  readonly character: number;
}

/** The shortest text that all of `include` accept and none of `exclude`. */
export function findText(
  include: readonly Acceptor[],
  exclude: readonly Acceptor[],
  budget: SearchBudget,
): Found<string> {
  const granted = Math.min(MOST_STEPS, budget.left);
  const work = { left: granted };
  const found = search([...include, ...exclude], include.length, work);
  budget.left -= granted - Math.max(work.left, 0);
  return found;
}

/** Breadth first over the product of the automata; the first `included` are to accept, the others are not. */
function search(acceptors: readonly Acceptor[], included: number, work: SearchBudget): Found<string> {
  const alphabet = alphabetOf(acceptors);
  const first: Place = { states: acceptors.map(({ start }) => start), from: undefined, character: -1 };
  const seen = new Set([first.states.join()]);
  const places = [first];
  for (const place of places) {
    if (isGoal(place.states, acceptors, included)) return { kind: 'found', value: textOf(place) };
    for (const character of alphabet) {
      if (--work.left < 0) return UNKNOWN;
      const states = advance(place.states, acceptors, included, character);
      if (states === DEAD) continue;
      if (states === TOO_LARGE) return UNKNOWN;
      const key = states.join();
      if (seen.has(key)) continue;
      seen.add(key);
      places.push({ states, from: place, character });
    }
  }
  return NONE;
}

/** A text of which it is not known whether it is one to leave out, is none to be found. */
function isGoal(states: readonly number[], acceptors: readonly Acceptor[], included: number): boolean {
  return states.every(
    (state, at) => state !== TOO_LARGE && (state >= 0 && acceptors[at]!.accepts(state)) === at < included,
  );
}

function advance(
  states: readonly number[],
  acceptors: readonly Acceptor[],
  included: number,
  character: number,
): readonly number[] | typeof DEAD | typeof TOO_LARGE {
  const next: number[] = [];
  for (let at = 0; at < states.length; at++) {
    const state = states[at]!;
    const to = state < 0 ? state : acceptors[at]!.step(state, character);
    if (to === DEAD && at < included) return DEAD;
    if (to === TOO_LARGE) return TOO_LARGE;
    next.push(to);
  }
  return next;
}

/** One character for each block that all treat alike, those that people like to read first. */
function alphabetOf(acceptors: readonly Acceptor[]): readonly number[] {
  const bounds = new Set([0, 0x20, 0x21, 0x30, 0x3a, 0x61, 0x7b, 0x7f]);
  for (const each of acceptors) for (const bound of each.bounds) bounds.add(bound);
  return [...bounds].filter(bound => bound <= LAST_CHARACTER && !isSurrogate(bound)).sort((a, b) => rank(a) - rank(b));
}

/** Halves of UTF-16 pairs are no characters of a text. */
function isSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdfff;
}

function rank(code: number): number {
  if (code >= 0x61 && code <= 0x7a) return code - 0x200;
  if (code >= 0x30 && code <= 0x39) return code - 0x100;
  if (code > 0x20 && code < 0x7f) return code;
  return code + 0x100;
}

function textOf(place: Place): string {
  const characters: string[] = [];
  for (let at: Place | undefined = place; at?.from; at = at.from) characters.push(String.fromCodePoint(at.character));
  return characters.reverse().join('');
}

/** Whether an automaton accepts a text; undefined where it is too large to be asked. */
export function reads(acceptor: Acceptor, text: string): boolean | undefined {
  let state = acceptor.start;
  for (const character of text) {
    if (state < 0) break;
    state = acceptor.step(state, character.codePointAt(0)!);
  }
  return state === TOO_LARGE ? undefined : state !== DEAD && acceptor.accepts(state);
}
