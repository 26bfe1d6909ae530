import type { Match } from '../../ir/index.ts';
import type { SearchContext } from '../symbolic/search-context.ts';
import type { Contender } from './side.ts';

/** Finds the contenders that may hold for a request for which a match holds. */
export interface OverlapIndex {
  of(match: Match): Iterable<Contender>;
}

/** Up to here all are looked at. */
const FEW = 12;

/** By the text with which all their paths begin: paths of two have something in common only if one text begins the other. */
export function createOverlapIndex(contenders: readonly Contender[], context: SearchContext): OverlapIndex {
  if (contenders.length <= FEW) return { of: () => contenders };
  const byStart = Map.groupBy(contenders, ({ match }) => startOf(match, context));
  const starts = [...byStart.keys()].sort();
  return {
    *of(match) {
      const start = startOf(match, context);
      for (let length = 0; length < start.length; length++) yield* byStart.get(start.slice(0, length)) ?? [];
      for (let at = firstFrom(starts, start); at < starts.length && starts[at]!.startsWith(start); at++) {
        yield* byStart.get(starts[at]!)!;
      }
    },
  };
}

function startOf({ path }: Match, context: SearchContext): string {
  return path.kind === 'regex' ? context.start(path.value) : path.value;
}

/** Index of the first text that does not sort before `text`. */
function firstFrom(texts: readonly string[], text: string): number {
  let low = 0;
  let high = texts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (texts[middle]! < text) low = middle + 1;
    else high = middle;
  }
  return low;
}
