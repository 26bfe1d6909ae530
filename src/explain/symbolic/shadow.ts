import type { Match } from '../../ir/index.ts';
import type { ObjectRef } from '../../resources/index.ts';
import type { Entry } from '../../router/index.ts';

/** A rule, or one match of it, that no request can reach, and what takes its requests. */
export interface Shadow {
  readonly route: ObjectRef;
  /** Position in the route, from 0. */
  readonly rule: number;
  /** Position in the rule of the IR, from 0; absent: all of them. */
  readonly match?: number;
  /** The match that takes the first of its requests; absent if another listener owns its hosts. */
  readonly by?: ShadowingMatch;
  /** All matches that it takes to leave nothing, `by` first. */
  readonly all: readonly ShadowingMatch[];
  /** `namespace/gateway/section` of the listener that owns its hosts. */
  readonly listener?: string;
  /** Why that goes first: a sentence without full stop. */
  readonly why: string;
}

export interface ShadowingMatch {
  readonly route: ObjectRef;
  readonly rule: number;
  readonly match: number;
}

/** One match of a rule and how its route stands among others. */
export type Standing = Pick<Entry<unknown>, 'match' | 'route' | 'rule' | 'matchIndex' | 'hostname'>;

const PATHS = { exact: 'an Exact path', regex: 'a regular expression', prefix: 'a path prefix' } as const;

/** Why `first` goes before `second` although both hold. */
export function reasonOf(first: Standing, second: Standing): string {
  return hostReason(first, second) ?? pathReason(first.match, second.match) ?? orderReason(first, second);
}

function hostReason(first: Standing, second: Standing): string | undefined {
  if (first.hostname === second.hostname) return undefined;
  return `its hostname ${first.hostname} is more specific than ${second.hostname}`;
}

function pathReason({ path: first }: Match, { path: second }: Match): string | undefined {
  if (first.kind !== second.kind) return `${PATHS[first.kind]} goes before ${PATHS[second.kind]}`;
  if (first.value.length === second.value.length) return undefined;
  return first.kind === 'regex'
    ? 'of regular expressions the longer one goes first'
    : 'of prefixes the longer one goes first';
}

function orderReason(first: Standing, second: Standing): string {
  const { match: a } = first;
  const { match: b } = second;
  if (a.method !== undefined && b.method === undefined) return 'a match with a method goes before one without';
  if (a.headers.length !== b.headers.length) return 'the match with more headers goes first';
  if (a.query.length !== b.query.length) return 'the match with more query parameters goes first';
  if (first.route.created !== second.route.created) return 'everything else is equal, and the older route goes first';
  if (first.route.route !== second.route.route)
    return 'everything else is equal, and the first route by name goes first';
  if (first.rule.index !== second.rule.index)
    return 'everything else is equal, and the rule that stands first goes first';
  return 'everything else is equal, and the match that stands first goes first';
}
