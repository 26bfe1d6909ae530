import type { Rule, TransportShare } from '../../ir/index.ts';
import type { ProblemCode } from '../../resources/index.ts';
import type { Verdict } from '../status/condition.ts';
import type { RuleFault } from '../status/rule-faults.ts';

/** What the rules of a route come to, for whatever Gateway it attaches to. */
export type RouteRules = RequestRules | TransportRules;

interface Judged {
  readonly faults: readonly RuleFault[];
  /** No rule can be followed. */
  readonly allFaulty: boolean;
  /** ResolvedRefs=False, one for each reference. */
  readonly unresolved: readonly Verdict<ProblemCode>[];
}

/** Of an HTTPRoute or GRPCRoute. */
export interface RequestRules extends Judged {
  readonly kind: 'requests';
  readonly grpc: boolean;
  readonly rules: readonly Rule[];
}

/** Of a TLSRoute, TCPRoute or UDPRoute: its one rule. */
export interface TransportRules extends Judged {
  readonly kind: 'transport';
  readonly backends: readonly TransportShare[];
  readonly ruleName?: string;
}
