import { GATEWAY_GROUP, refOf, type XBackend } from '../../resources/index.ts';
import type { XBackendView } from '../resolve/x-backends.ts';
import type { ReachingGateway } from '../routes/reached.ts';
import { conditionOf, isProblem } from './condition.ts';
import { policyConditions } from './policy-conditions.ts';
import { problemOf, type Report } from './report.ts';
import { xBackendConditions } from './x-backend-conditions.ts';

/** `maxItems` of BackendStatus.parents. */
const MOST_PARENTS = 32;

/** One entry for each Gateway whose routes refer to it. */
export function reportXBackend(backend: XBackend, view: XBackendView, reaching: readonly ReachingGateway[]): Report {
  const object = refOf(backend);
  const { refused } = view;
  const [first, ...others] = view.unresolved;
  const resolved = first ? policyConditions.notResolved([first, ...others]) : policyConditions.resolvedRefs();
  const conditions = [refused ?? xBackendConditions.accepted(), resolved].map(verdict =>
    conditionOf(verdict, backend.metadata.generation),
  );
  const parents = reaching.slice(0, MOST_PARENTS).map(({ gateway, controllerName }) => {
    const [namespace = '', name = ''] = gateway.split('/');
    return { parentRef: { group: GATEWAY_GROUP, kind: 'Gateway', namespace, name }, controllerName, conditions };
  });
  return {
    object,
    ...(parents.length > 0 && { status: { parents } }),
    problems: [
      ...view.unresolved.map(verdict => problemOf(object, verdict)),
      ...(refused && !isProblem(refused) && !first
        ? [problemOf(object, { ...refused, reason: 'UnsupportedValue' })]
        : []),
    ],
  };
}
