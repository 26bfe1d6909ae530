import { defaultPort } from '../../probe/index.ts';
import { type MatchRef, matchRef } from '../match-ref.ts';
import { type ExampleRequest, queryTextOf } from '../symbolic/example-request.ts';
import type { Contender } from './side.ts';
import type { SocketPair } from './socket-pairs.ts';
import { CLOSED, NOBODY, type Treatment } from './treatment.ts';

/** Requests that were treated one way and are treated another. */
export interface Change {
  readonly before: Treatment;
  readonly after: Treatment;
  /** What differs besides the destination. */
  readonly details: readonly DetailChange[];
  /** In how many pairs of a match before and a match after. */
  readonly count: number;
  /** The first of these. */
  readonly examples: readonly Example[];
}

export interface DetailChange {
  /** `request timeout`, `request headers`, … */
  readonly what: string;
  /** Absent if there was none. */
  readonly before?: string;
  readonly after?: string;
}

export interface Example {
  readonly request: { readonly method: string; readonly url: string; readonly headers: ExampleRequest['headers'] };
  /** `namespace/name` of the Gateway that it is sent to; of the one after if it has another name. */
  readonly gateway: string;
  /** What takes the request; absent if nothing does. */
  readonly before?: MatchRef;
  readonly after?: MatchRef;
}

/** Two matches of which it is not known whether they share requests. */
export interface LeftOut {
  readonly before?: MatchRef;
  readonly after?: MatchRef;
  readonly reason: 'expressions' | 'too-many';
}

/** What stands for a request: a contender, no rule, or no socket. */
export type Taker = Contender | 'nobody' | 'closed';

export function treatmentBy(taker: Taker): Treatment {
  if (taker === 'nobody') return NOBODY;
  return taker === 'closed' ? CLOSED : taker.action.treatment;
}

export interface ChangeLog {
  note(before: Taker, after: Taker, sockets: SocketPair, request: () => ExampleRequest): void;
  leaveOut(before: Taker, after: Taker, reason: LeftOut['reason']): void;
  changes(): readonly Change[];
  leftOut(): readonly LeftOut[];
}

const MOST_EXAMPLES = 5;

type Growing = Omit<Change, 'count' | 'examples'> & { count: number; readonly examples: Example[] };

export function createChangeLog(): ChangeLog {
  const changes = new Map<string, Growing>();
  const leftOut: LeftOut[] = [];
  return {
    note(before, after, sockets, request) {
      const [was, is] = [treatmentBy(before), treatmentBy(after)];
      const key = `${was.key} ${is.key}`;
      const change = changes.get(key) ?? {
        before: was,
        after: is,
        details: detailsOf(was, is),
        count: 0,
        examples: [],
      };
      changes.set(key, change);
      change.count++;
      if (change.examples.length < MOST_EXAMPLES) change.examples.push(exampleOf(request(), sockets, before, after));
    },
    leaveOut: (before, after, reason) => void leftOut.push({ ...matchesOf(before, after), reason }),
    changes: () => [...changes.values()],
    leftOut: () => leftOut,
  };
}

function detailsOf({ details: was }: Treatment, { details: is }: Treatment): readonly DetailChange[] {
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])].sort();
  return names
    .filter(what => was[what] !== is[what])
    .map(what => {
      const [before, after] = [was[what], is[what]];
      return { what, ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
    });
}

function exampleOf(example: ExampleRequest, sockets: SocketPair, before: Taker, after: Taker): Example {
  const { method, host, path, headers, query } = example;
  const { gateway, port, secure } = (sockets.after ?? sockets.before)!;
  const search = queryTextOf(query);
  const scheme = secure ? 'https' : 'http';
  const authority = port === defaultPort(scheme) ? host : `${host}:${port}`;
  const url = `${scheme}://${authority}${path}${search === '' ? '' : `?${search}`}`;
  return { request: { method, url, headers }, gateway, ...matchesOf(before, after) };
}

function matchesOf(before: Taker, after: Taker): Pick<Example, 'before' | 'after'> {
  return {
    ...(typeof before !== 'string' && { before: matchOf(before) }),
    ...(typeof after !== 'string' && { after: matchOf(after) }),
  };
}

function matchOf({ action: { rule }, matchIndex }: Contender): MatchRef {
  return matchRef(rule, matchIndex);
}
