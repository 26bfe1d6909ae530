import type { Match } from '../../ir/index.ts';
import type { SearchContext } from '../symbolic/search-context.ts';
import { type ChangedContenders, changedContenders } from './changed-contenders.ts';
import type { ChangeLog, Taker } from './changes.ts';
import { compareTakers, createComparison } from './compare-takers.ts';
import { type HostClass, hostClasses } from './host-classes.ts';
import { createOverlapIndex, type OverlapIndex } from './overlap-index.ts';
import { type Contender, EMPTY_LEVEL, type Level, type Side } from './side.ts';
import type { SocketPair } from './socket-pairs.ts';

/** What stands for the hosts of a class on one side, the most specific hostname first. */
type Levels = readonly Level[];

/** The contenders of a level that may hold for requests of a match. */
type Overlapping = (level: Level, match: Match) => Iterable<Contender>;

/** Takes one taker before and one after that may share requests. */
type Pair = (before: Taker, after: Taker) => void;

/** The contenders of one side that changed, and the other side. */
interface Crossing {
  readonly changed: readonly Contender[];
  readonly own: Levels;
  readonly others: Levels;
  readonly overlapping: Overlapping;
}

export function compareSockets(pair: SocketPair, context: SearchContext, log: ChangeLog): void {
  const comparison = createComparison(pair, context, log);
  const overlapping = overlaps(context);
  for (const hosts of hostClasses(pair, context)) {
    const compare: Pair = (before, after) => compareTakers(before, after, hosts.host, comparison);
    compareClass(hosts, pair, overlapping, compare);
  }
}

function compareClass(hosts: HostClass, { before, after }: SocketPair, overlapping: Overlapping, pair: Pair): void {
  const { hostnames, compared } = hosts;
  const old = hostnames.map(hostname => levelOf(before, hosts.before, hostname));
  const fresh = hostnames.map(hostname => levelOf(after, hosts.after, hostname));
  const changed = changedIn(old.slice(0, compared), fresh.slice(0, compared));
  const known = new Set(changed.before);
  const nobodyBefore = before ? 'nobody' : 'closed';
  const nobodyAfter = after ? 'nobody' : 'closed';
  const outward = { changed: changed.before, own: old, others: fresh, overlapping };
  cross(outward, (was, is) => pair(was, is ?? nobodyAfter));
  const inward = { changed: changed.after, own: fresh, others: old, overlapping };
  cross(inward, (is, was) => {
    if (was === undefined || !known.has(was)) pair(was ?? nobodyBefore, is);
  });
  if (compared === hostnames.length) pair(nobodyBefore, nobodyAfter);
}

function levelOf(side: Side | undefined, listener: string | undefined, hostname: string): Level {
  return side && listener !== undefined ? side.level(listener, hostname) : EMPTY_LEVEL;
}

function changedIn(old: Levels, fresh: Levels): ChangedContenders {
  const changed = old.map((level, at) => changedContenders(level.contenders, fresh[at]!.contenders));
  return { before: changed.flatMap(each => each.before), after: changed.flatMap(each => each.after) };
}

/** Every changed contender with each on the other side that may get its requests there; undefined: nobody does. */
function cross(
  { changed, own, others, overlapping }: Crossing,
  visit: (one: Contender, other?: Contender) => void,
): void {
  for (const one of changed) {
    const rank = rankOf(one, own);
    const twin = twinOf(one, others);
    if (twin === NO_RANK) visit(one);
    for (let at = 0; at < others.length; at++) {
      for (const other of overlapping(others[at]!, one.match)) {
        if (at * LEVEL + other.place <= twin && rank <= twinOf(other, own)) visit(one, other);
      }
    }
  }
}

/** Ranks count through the levels of a class. */
const LEVEL = 2 ** 32;
const NO_RANK = Number.POSITIVE_INFINITY;

function rankOf({ hostname, place }: Contender, levels: Levels): number {
  return levels.findIndex(level => level.hostname === hostname) * LEVEL + place;
}

/**
 * Rank of the first match on the other side that holds for the same requests: whatever a contender takes on its own side,
 * nothing behind that one gets on the other.
 */
function twinOf({ region }: Contender, others: Levels): number {
  for (let at = 0; at < others.length; at++) {
    const place = others[at]!.firstOf.get(region);
    if (place !== undefined) return at * LEVEL + place;
  }
  return NO_RANK;
}

/** Levels are indexed when they are first asked. */
function overlaps(context: SearchContext): Overlapping {
  const indexes = new Map<Level, OverlapIndex>();
  return (level, match) => {
    const index = indexes.get(level) ?? createOverlapIndex(level.contenders, context);
    indexes.set(level, index);
    return index.of(match);
  };
}
