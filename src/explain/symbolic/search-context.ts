import type { Unit } from '../../ir/index.ts';
import type { Acceptor } from './acceptor.ts';
import { type FreshNames, freshNames } from './fresh-names.ts';
import { createRoom, literalStart, regexAcceptor } from './regex-automaton.ts';
import { createBudget, type SearchBudget } from './text-search.ts';

/** What the searches of one question share. */
export interface SearchContext {
  readonly fresh: FreshNames;
  readonly budget: SearchBudget;
  /** Undefined where nothing can be known of an expression. */
  regex(source: string): Acceptor | undefined;
  /** With what every text begins that an expression matches. */
  start(source: string): string;
}

/** `units`: of all configurations that the question is about. */
export function createSearchContext(units: readonly Unit[]): SearchContext {
  const known = new Map<string, Acceptor | undefined>();
  const starts = new Map<string, string>();
  const room = createRoom();
  return {
    fresh: freshNames(units),
    budget: createBudget(),
    regex(source) {
      if (!known.has(source)) known.set(source, regexAcceptor(source, room));
      return known.get(source);
    },
    start(source) {
      const start = starts.get(source) ?? literalStart(source);
      starts.set(source, start);
      return start;
    },
  };
}
