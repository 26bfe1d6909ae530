import type { Match } from '../../ir/index.ts';
import { type ExampleRequest, requestLineOf } from '../symbolic/example-request.ts';
import { hostnamesOf } from '../symbolic/listener-choice.ts';
import { findRequest, type Verdict } from '../symbolic/request-search.ts';
import type { SearchContext } from '../symbolic/search-context.ts';
import { changedContenders } from './changed-contenders.ts';
import { type ChangeLog, type Taker, treatmentBy } from './changes.ts';
import { createOverlapIndex, type OverlapIndex } from './overlap-index.ts';
import { type Contender, EMPTY_LEVEL, isSameContender, type Level, type Side } from './side.ts';
import type { SocketPair } from './socket-pairs.ts';

/** Pairs of matches that are looked at; beyond, it is told that there are too many. */
const MOST_PAIRS = 400_000;

interface Comparison extends SocketPair {
  readonly context: SearchContext;
  readonly log: ChangeLog;
  readonly indexes: Map<Level, OverlapIndex>;
  pairsLeft: number;
}

/** What hosts are compared: all that one hostname means and no other, more specific one of either configuration. */
interface HostClass {
  readonly host: string;
  /** The listeners to which they belong. */
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** Hostnames that mean them, the most specific first. */
  readonly hostnames: readonly string[];
  /** How many of these are to be compared: the others were with the next wider class, where the same listeners have it. */
  readonly compared: number;
}

export function compareSockets(pair: SocketPair, context: SearchContext, log: ChangeLog): void {
  const comparison: Comparison = { ...pair, context, log, indexes: new Map(), pairsLeft: MOST_PAIRS };
  for (const each of hostClasses(pair, context)) compareClass(each, comparison);
}

function hostClasses({ before, after }: SocketPair, context: SearchContext): readonly HostClass[] {
  const hostnames = new Set(['*', ...(before?.hostnames ?? []), ...(after?.hostnames ?? [])]);
  const owners = (host: string) => ({
    before: before?.choice.of(host)?.name,
    after: after?.choice.of(host)?.name,
  });
  return [...hostnames].map(hostname => {
    const host = context.fresh.hostOf(hostname);
    const own = owners(host);
    const meaning = [...new Set(hostnamesOf(hostname))].filter(each => hostnames.has(each));
    const wider = meaning[1] === undefined ? undefined : owners(context.fresh.hostOf(meaning[1]));
    const inherits = wider?.before === own.before && wider?.after === own.after;
    return { host, ...own, hostnames: meaning, compared: inherits ? 1 : meaning.length };
  });
}

/** What stands for the hosts of a class on one side, the most specific hostname first. */
type Levels = readonly Level[];

function compareClass(hosts: HostClass, comparison: Comparison): void {
  const { hostnames, compared } = hosts;
  const old = hostnames.map(hostname => levelOf(comparison.before, hosts.before, hostname));
  const fresh = hostnames.map(hostname => levelOf(comparison.after, hosts.after, hostname));
  const nobodyBefore = comparison.before ? 'nobody' : 'closed';
  const nobodyAfter = comparison.after ? 'nobody' : 'closed';
  const pair = (before: Taker, after: Taker) => compare(before, after, hosts, comparison);
  for (let at = 0; at < compared; at++) {
    const changed = changedContenders(old[at]!.contenders, fresh[at]!.contenders);
    const known = new Set(changed.before);
    for (const before of changed.before) {
      const rank = at * LEVEL + before.place;
      const twin = twinOf(before, fresh);
      if (twin === NO_RANK) pair(before, nobodyAfter);
      for (const [after, place] of overlapping(fresh, before.match, comparison)) {
        if (place <= twin && rank <= twinOf(after, old)) pair(before, after);
      }
    }
    for (const after of changed.after) {
      const rank = at * LEVEL + after.place;
      const twin = twinOf(after, old);
      if (twin === NO_RANK) pair(nobodyBefore, after);
      for (const [before, place] of overlapping(old, after.match, comparison)) {
        if (place <= twin && !known.has(before) && rank <= twinOf(before, fresh)) pair(before, after);
      }
    }
  }
  if (compared === hostnames.length) pair(nobodyBefore, nobodyAfter);
}

/** Ranks count through the levels of a class. */
const LEVEL = 2 ** 32;
const NO_RANK = Number.POSITIVE_INFINITY;

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

function levelOf(side: Side | undefined, listener: string | undefined, hostname: string): Level {
  return side && listener !== undefined ? side.level(listener, hostname) : EMPTY_LEVEL;
}

/** With the rank of each. */
function* overlapping(
  levels: Levels,
  match: Match,
  { indexes, context }: Comparison,
): Iterable<readonly [Contender, number]> {
  for (let at = 0; at < levels.length; at++) {
    const level = levels[at]!;
    const index = indexes.get(level) ?? createOverlapIndex(level.contenders, context);
    indexes.set(level, index);
    for (const contender of index.of(match)) yield [contender, at * LEVEL + contender.place];
  }
}

/** Notes an example that the one takes before and the other after, if there is one and it makes a difference. */
function compare(before: Taker, after: Taker, { host }: HostClass, comparison: Comparison): void {
  if (treatmentBy(before).key === treatmentBy(after).key) return;
  const { log, context } = comparison;
  const regions = [before, after].filter(each => typeof each !== 'string').map(({ match }) => match);
  if (clash(regions)) return;
  if (--comparison.pairsLeft <= 0) {
    if (comparison.pairsLeft === 0) log.leaveOut(before, after, 'too-many');
    return;
  }
  const judge = (request: ExampleRequest) => judgeRequest(request, before, after, comparison);
  const found = findRequest(host, regions.length === 0 ? [ANYTHING] : regions, judge, context);
  if (found.kind === 'found') log.note(before, after, comparison, () => plainer(found.value, judge));
  if (found.kind === 'unknown') log.leaveOut(before, after, 'expressions');
}

const ANYTHING: Match = { path: { kind: 'prefix', value: '' }, headers: [], query: [] };

/** What can be seen without looking for a request. */
function clash([a, b]: readonly Match[]): boolean {
  if (!a || !b) return false;
  if (a.method !== undefined && b.method !== undefined && a.method !== b.method) return true;
  return contradict(a.headers, b.headers) || contradict(a.query, b.query);
}

function contradict(some: Match['headers'], others: Match['headers']): boolean {
  return some.some(one =>
    others.some(
      other => other.name === one.name && one.kind === 'exact' && other.kind === 'exact' && other.value !== one.value,
    ),
  );
}

function judgeRequest(request: ExampleRequest, before: Taker, after: Taker, sides: SocketPair): Verdict {
  const line = requestLineOf(request);
  const old = judgeSide(sides.before?.match(line), before);
  return old === 'right' ? judgeSide(sides.after?.match(line), after) : old;
}

function judgeSide(outcome: ReturnType<Side['match']> | undefined, taker: Taker): Verdict {
  if (outcome === undefined || outcome === 'no-route' || outcome === 'no-listener') {
    return typeof taker === 'string' ? 'right' : 'unknown';
  }
  if (typeof outcome === 'string') return 'unknown';
  return typeof taker !== 'string' && isSameContender(outcome, taker) ? 'right' : outcome.match;
}

/** A request that stands for the same and looks more like those that people send, if there is one. */
function plainer(request: ExampleRequest, judge: (request: ExampleRequest) => Verdict): ExampleRequest {
  const { path } = request;
  const parent = path.slice(0, path.lastIndexOf('/')) || '/';
  let best = request;
  for (const step of [{ method: 'GET' }, { path: parent }, { path: '/' }]) {
    const tried = { ...best, ...step };
    if (judge(tried) === 'right') best = tried;
  }
  return best;
}
