import type { ObjectRef } from '../../resources/index.ts';
import { decidingStep, type Ranked } from '../../router/index.ts';
import type { MatchRef } from '../match-ref.ts';

/** A rule, or one match of it, that no request can reach, and what takes its requests. */
export interface Shadow {
  readonly route: ObjectRef;
  /** Position in the route, from 0. */
  readonly rule: number;
  /** Position in the rule of the IR, from 0; absent: all of them. */
  readonly match?: number;
  /** The match that takes the first of its requests; absent if another listener owns its hosts. */
  readonly by?: MatchRef;
  /** All matches that it takes to leave nothing, `by` first. */
  readonly all: readonly MatchRef[];
  /** `namespace/gateway/section` of the listener that owns its hosts. */
  readonly listener?: string;
  /** Why that goes first: a sentence without full stop. */
  readonly why: string;
}

const PATHS = { exact: 'an Exact path', regex: 'a regular expression', prefix: 'a path prefix' } as const;

/** Why `first` goes before `second` although both hold. */
export function reasonOf(first: Ranked, second: Ranked): string {
  const { path } = first.match;
  switch (decidingStep(first, second)) {
    case 'hostname':
      return `its hostname ${first.hostname} is more specific than ${second.hostname}`;
    case 'path-kind':
      return `${PATHS[path.kind]} goes before ${PATHS[second.match.path.kind]}`;
    case 'path-length':
      if (path.kind !== second.match.path.kind) return 'a gRPC service goes before a method alone';
      return `of two ${path.kind === 'regex' ? 'regular expressions' : 'prefixes'} the longer goes first`;
    case 'method':
      return 'a match with a method goes before one without';
    case 'headers':
      return 'the match with more headers goes first';
    case 'query':
      return 'the match with more query parameters goes first';
    case 'age':
      return 'all else is equal, and the older route goes first';
    case 'name':
      return 'all else is equal, and the route that is first by name goes first';
    case 'rule-order':
      return 'all else is equal, and the rule that stands first goes first';
    case 'match-order':
    case undefined:
      return 'all else is equal, and the match that stands first goes first';
  }
}
