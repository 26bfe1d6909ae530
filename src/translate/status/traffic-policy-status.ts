import { refOf, type XBackendTrafficPolicy } from '../../resources/index.ts';
import { conditionOf } from './condition.ts';
import { kindNotServed } from './notices.ts';
import { policyConditions } from './policy-conditions.ts';
import { ancestorRef, MOST_ANCESTORS } from './policy-status.ts';
import type { Report } from './report.ts';

/** A Gateway whose routes refer to a target. */
interface Reaching {
  /** `namespace/name`. */
  readonly gateway: string;
  readonly controllerName: string;
}

/** Nothing of it is followed: its Gateways say so, each for itself. `reaching`: those of all targets, ordered, each once. */
export function reportTrafficPolicy(policy: XBackendTrafficPolicy, reaching: readonly Reaching[]): Report {
  const object = refOf(policy);
  const conditions = [conditionOf(policyConditions.kindNotServed(object.kind), policy.metadata.generation)];
  const ancestors = reaching.slice(0, MOST_ANCESTORS).map(({ gateway, controllerName }) => ({
    ancestorRef: ancestorRef(gateway),
    controllerName,
    conditions,
  }));
  return { object, ...(ancestors.length > 0 && { status: { ancestors } }), problems: [kindNotServed(object)] };
}
