import {
  type BackendTLSPolicy,
  GATEWAY_GROUP,
  type ObjectRef,
  type ParentReference,
  type Problem,
  refOf,
  UNREAD_HOSTNAME,
} from '../../resources/index.ts';
import type { ServiceView } from '../resolve/services.ts';
import { oldest, type PolicyTarget, type PolicyView } from '../resolve/tls-policies.ts';
import type { ReachingGateway } from '../routes/reached.ts';
import { type Condition, conditionOf, isProblem, type Verdict } from './condition.ts';
import { fieldNotServed } from './notices.ts';
import { policyConditions } from './policy-conditions.ts';
import { problemOf, type Report } from './report.ts';

export interface PolicyStatus {
  readonly ancestors: readonly PolicyAncestor[];
}

/** What one Gateway makes of a policy: those that reach its target by a route. */
export interface PolicyAncestor {
  readonly ancestorRef: Pick<ParentReference, 'group' | 'kind' | 'name'> & { readonly namespace: string };
  readonly controllerName: string;
  readonly conditions: readonly Condition[];
}

export interface PolicySurroundings {
  service(key: string): ServiceView | undefined;
  /** Every policy that targets the Service, this one too. */
  policies(service: string): readonly PolicyView[];
  /** The Gateways whose routes refer to a Service, and the ports that they refer to. */
  reaching(service: string): readonly (ReachingGateway & { readonly ports: readonly number[] })[];
}

/** `maxItems` of PolicyStatus.ancestors. */
export const MOST_ANCESTORS = 16;

/** A policy without a Gateway that would follow it has no status. */
export function reportPolicy(policy: BackendTLSPolicy, view: PolicyView, around: PolicySurroundings): Report {
  const object = refOf(policy);
  const accepted = acceptance(view, around);
  const [first, ...others] = view.unresolved;
  const resolved = first ? policyConditions.notResolved([first, ...others]) : policyConditions.resolvedRefs();
  const conditions = [accepted, resolved].map(verdict => conditionOf(verdict, policy.metadata.generation));
  const reaching = ancestorsOf(view, around);
  const ancestors = reaching.slice(0, MOST_ANCESTORS).map(({ gateway, controllerName }) => ({
    ancestorRef: ancestorRef(gateway),
    controllerName,
    conditions,
  }));
  return {
    object,
    ...(ancestors.length > 0 && { status: { ancestors } }),
    problems: [
      ...problems(policy, view, accepted),
      ...lostTargets(policy, view, accepted, around),
      ...view.targets.flatMap(target => overUdp(object, target, around)),
      ...withoutRoom(object, reaching.slice(MOST_ANCESTORS)),
    ],
  };
}

/** What is wrong with a target is said where nothing is left of the policy; what is wrong with the policy, in any case. */
function acceptance(view: PolicyView, around: PolicySurroundings): Verdict {
  const lost = view.targets.map(target => whyLost(view, target, around));
  const [first] = lost;
  if (first && lost.every(each => each !== undefined)) return first;
  return view.refused ?? policyConditions.accepted();
}

function whyLost(view: PolicyView, target: PolicyTarget, around: PolicySurroundings): Verdict | undefined {
  const { service: key, section, path } = target;
  const service = around.service(key);
  if (!service) return policyConditions.targetNotFound(`${path}.name`, `Service ${key} does not exist`);
  const named = portsOf(target, service);
  const whole = `Service ${key}${section === undefined ? '' : `, port ${section}`}`;
  if (section !== undefined && named.length === 0)
    return policyConditions.targetNotFound(`${path}.sectionName`, `Service ${key} has no port named ${section}`);
  if (named.length > 0 && named.every(({ transport }) => transport === 'udp'))
    return policyConditions.targetOverUdp(path, whole);
  const winner = oldest(around.policies(key), key, section);
  return winner && winner.key !== view.key ? policyConditions.conflicted(path, whole, winner.key) : undefined;
}

function portsOf({ section }: PolicyTarget, { ports }: ServiceView): ServiceView['ports'] {
  return section === undefined ? ports : ports.filter(({ name }) => name === section);
}

function ancestorsOf(view: PolicyView, around: PolicySurroundings): readonly ReachingGateway[] {
  const reaching = view.targets.flatMap(target => {
    const meant = around.service(target.service)?.ports.filter(({ name }) => name === target.section) ?? [];
    const all = target.section === undefined || meant.length === 0;
    return around.reaching(target.service).filter(({ ports }) => all || meant.some(({ port }) => ports.includes(port)));
  });
  const byGateway = new Map(reaching.map(each => [each.gateway, each]));
  return [...byGateway.values()].sort((a, b) => (a.gateway < b.gateway ? -1 : 1));
}

export function ancestorRef(gateway: string): PolicyAncestor['ancestorRef'] {
  const [namespace = '', name = ''] = gateway.split('/');
  return { group: GATEWAY_GROUP, kind: 'Gateway', namespace, name };
}

/** Each reference is told of; that none is left only follows. That a target does not exist is told by lint. */
function problems(policy: BackendTLSPolicy, view: PolicyView, accepted: Verdict): readonly Problem[] {
  const object = refOf(policy);
  const { refused } = view;
  // Whoever read it has said what is wrong.
  if (policy.spec.validation.hostname === UNREAD_HOSTNAME) return [];
  return [
    ...view.unresolved.map(verdict => problemOf(object, verdict)),
    ...(refused && !isProblem(refused) ? [problemOf(object, { ...refused, reason: 'UnsupportedValue' })] : []),
    ...(isProblem(accepted) && accepted.reason === 'Conflicted' ? [problemOf(object, accepted)] : []),
    ...strangeTargets(policy),
    ...(policy.spec.options ? [fieldNotServed(object, 'spec.options')] : []),
  ];
}

function strangeTargets(policy: BackendTLSPolicy): readonly Problem[] {
  return policy.spec.targetRefs.flatMap(({ group, kind }, index) => {
    if (group === '' && kind === 'Service') return [];
    const message = `${kind}${group === '' ? '' : ` of group ${group}`} can't be targeted; a BackendTLSPolicy targets Services`;
    return [problemOf(refOf(policy), { reason: 'InvalidKind', message, path: `spec.targetRefs[${index}].kind` })];
  });
}

/** The policy holds for them all the same: whoever reads statuses must not take it for absent. */
function withoutRoom(object: ObjectRef, left: readonly ReachingGateway[]): readonly Problem[] {
  const [first, ...others] = left;
  if (!first) return [];
  const more = others.length > 0 ? ` (and ${others.length} more)` : '';
  const message = `the status has room for ${MOST_ANCESTORS} Gateways and none for ${first.gateway}${more}, which the policy holds for all the same`;
  return [problemOf(object, { reason: 'TooMany', message, path: 'spec.targetRefs' }, 'warning')];
}

/** TLS needs TCP: of a Service with both, only what goes over TCP is encrypted. */
function overUdp(object: ObjectRef, target: PolicyTarget, around: PolicySurroundings): readonly Problem[] {
  const service = around.service(target.service);
  const ports = service ? portsOf(target, service) : [];
  const udp = ports.filter(({ transport }) => transport === 'udp').map(({ port }) => port);
  if (udp.length === 0) return [];
  const all = udp.length === ports.length;
  const message = `TLS needs TCP, and Service ${target.service} has UDP ${udp.length > 1 ? 'ports' : 'port'} ${udp.join(', ')}: ${all ? 'the policy does nothing' : 'datagrams go there as they are'}`;
  return [problemOf(object, { reason: 'UnsupportedValue', message, path: target.path }, all ? 'error' : 'warning')];
}

/** Of several targets some may be another policy's. */
function lostTargets(
  policy: BackendTLSPolicy,
  view: PolicyView,
  accepted: Verdict,
  around: PolicySurroundings,
): readonly Problem[] {
  if (accepted.reason === 'Conflicted') return [];
  return view.targets.flatMap(target => {
    const lost = whyLost(view, target, around);
    return lost && isProblem(lost) ? [problemOf(refOf(policy), lost)] : [];
  });
}
