import type { Rule } from '../ir/index.ts';
import type { ObjectRef } from '../resources/index.ts';
import { originObject } from './origin-object.ts';

/** One match of a rule of a route. */
export interface MatchRef {
  readonly route: ObjectRef;
  /** Position in the route, from 0. */
  readonly rule: number;
  readonly ruleName?: string;
  /** Position in the rule of the IR, from 0. */
  readonly match: number;
}

export function matchRef({ origin, index, ruleName }: Rule, match: number): MatchRef {
  return { route: originObject(origin), rule: index, ...(ruleName !== undefined && { ruleName }), match };
}
