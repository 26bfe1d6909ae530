import type { Match } from '../../ir/index.ts';
import { type ExampleRequest, requestLineOf } from '../symbolic/example-request.ts';
import { findRequest, type Verdict } from '../symbolic/request-search.ts';
import type { SearchContext } from '../symbolic/search-context.ts';
import { type ChangeLog, type Taker, treatmentBy } from './changes.ts';
import { isSameContender, type Side } from './side.ts';
import type { SocketPair } from './socket-pairs.ts';

/** Pairs of matches that are looked at; beyond, it is told that there are too many. */
const MOST_PAIRS = 400_000;

/** What the comparisons of one pair of sockets share. */
export interface Comparison extends SocketPair {
  readonly context: SearchContext;
  readonly log: ChangeLog;
  pairsLeft: number;
}

export function createComparison(pair: SocketPair, context: SearchContext, log: ChangeLog): Comparison {
  return { ...pair, context, log, pairsLeft: MOST_PAIRS };
}

/** Notes a request to `host` that the one takes before and the other after, if there is one and it makes a difference. */
export function compareTakers(before: Taker, after: Taker, host: string, comparison: Comparison): void {
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
