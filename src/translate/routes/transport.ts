import type { TransportShare } from '../../ir/index.ts';
import type { ProblemCode } from '../../resources/index.ts';
import { type BackendRef, type References, resolveBackend } from '../resolve/backend-refs.ts';
import type { Verdict } from '../status/condition.ts';
import type { TransportRouteObject } from './any-route.ts';
import type { TransportRules } from './route-rules.ts';

/** The one rule of a route of bytes or datagrams: there is nothing in it that could not be followed but its references. */
export function translateTransport(route: TransportRouteObject, references: References): TransportRules {
  const unresolved: Verdict<ProblemCode>[] = [];
  const [rule] = route.spec.rules;
  const backends = (rule?.backendRefs ?? []).map((ref, i): TransportShare => {
    const target = resolveTarget(ref, `spec.rules[0].backendRefs[${i}]`, route, references, unresolved);
    return { weight: Math.max(0, ref.weight), target };
  });
  const named = rule?.name === undefined ? {} : { ruleName: rule.name };
  return { kind: 'transport', backends, ...named, faults: [], allFaulty: false, unresolved };
}

function resolveTarget(
  ref: BackendRef,
  path: string,
  route: TransportRouteObject,
  references: References,
  unresolved: Verdict<ProblemCode>[],
): TransportShare['target'] {
  const resolution = resolveBackend(ref, path, route, references);
  if (resolution.kind === 'backend') return resolution;
  unresolved.push(resolution.verdict);
  return { kind: 'failure', status: 500, reason: resolution.reason };
}
