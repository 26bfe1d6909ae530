import type { ProblemCode } from '../../resources/index.ts';
import type { Place } from '../extensions/extension.ts';
import type { References } from '../resolve/backend-refs.ts';
import type { Verdict } from '../status/condition.ts';
import type { Fault } from '../status/rule-faults.ts';
import type { AnyRoute } from './any-route.ts';

/** What the filters of one rule, and of its backends, have in common. */
export interface FilterContext {
  readonly route: AnyRoute;
  readonly references: References;
  readonly place: Place;
  /** What ReplacePrefixMatch replaces: the prefix of a rule with exactly one match. */
  readonly prefix: string | undefined;
  readonly report: (fault: Fault) => void;
  /** Takes ResolvedRefs=False of one reference. */
  readonly unresolved: (verdict: Verdict<ProblemCode>) => void;
}
