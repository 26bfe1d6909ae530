import { type ObjectRef, type ParentReference, type Problem, refOf } from '../../resources/index.ts';
import type { AttachedParent, Parent } from '../attach/parent-refs.ts';
import type { AnyRoute } from '../routes/any-route.ts';
import type { RouteRules } from '../routes/route-rules.ts';
import { type Condition, conditionOf, isProblem, type Verdict } from './condition.ts';
import {
  noDefaultGateway,
  noParentRefs,
  type Overtaken,
  olderRouteServes,
  parentKindNotServed,
  parentNotFound,
  parentOfAnotherController,
  parentUnread,
} from './notices.ts';
import { referenceConditions } from './reference-conditions.ts';
import { problemOf, type Report } from './report.ts';
import { routeConditions } from './route-conditions.ts';

export interface RouteStatus {
  readonly parents: readonly RouteParentStatus[];
}

export interface RouteParentStatus {
  /** As in the spec. */
  readonly parentRef: ParentReference;
  readonly controllerName: string;
  readonly conditions: readonly Condition[];
}

/** Accepted, once attachment and rules have both had their say. */
export function acceptance(parent: AttachedParent, rules: RouteRules): Verdict {
  const [first, ...others] = rules.faults;
  return parent.verdict.status === 'True' && rules.allFaulty && first
    ? routeConditions.noRuleUsable([first, ...others], answerOf(rules))
    : parent.verdict;
}

/** A route without a parent of ours has no status. */
export function reportRoute(
  route: AnyRoute,
  parents: readonly Parent[],
  rules: RouteRules,
  [firstLoss, ...otherLosses]: readonly Overtaken[],
): Report {
  const object = refOf(route);
  const ours = parents.filter(parent => parent.kind === 'ours');
  const statuses = ours.map(parent => parentStatus(parent, rules, route.metadata.generation));
  return {
    object,
    ...(ours.length > 0 && { status: { parents: statuses } }),
    problems: [
      ...worthTelling(parents).flatMap(parent => parentProblem(object, parent)),
      ...(ours.length > 0 ? ruleProblems(object, rules) : []),
      ...absentParents(route, object, parents),
      ...(firstLoss ? [olderRouteServes(object, [firstLoss, ...otherLosses])] : []),
    ],
  };
}

/** A default Gateway that does not take the route is no news as long as another does. */
function worthTelling(parents: readonly Parent[]): readonly Parent[] {
  const implied = parents.filter(parent => parent.kind === 'ours' && parent.implied);
  const taken = implied.some(parent => parent.kind === 'ours' && parent.verdict.status === 'True');
  return taken ? parents.filter(parent => !implied.includes(parent)) : parents;
}

function absentParents(route: AnyRoute, object: ObjectRef, parents: readonly Parent[]): readonly Problem[] {
  if (parents.length > 0) return [];
  return [route.spec.useDefaultGateways === 'All' ? noDefaultGateway(object) : noParentRefs(object)];
}

function parentStatus(parent: AttachedParent, rules: RouteRules, generation: number): RouteParentStatus {
  const verdicts = [acceptance(parent, rules), references(rules), ...partiallyInvalid(rules)];
  return {
    parentRef: parent.ref,
    controllerName: parent.controllerName,
    conditions: verdicts.map(verdict => conditionOf(verdict, generation)),
  };
}

function references({ unresolved }: RouteRules): Verdict {
  const [first, ...others] = unresolved;
  return first ? referenceConditions.summary([first, ...others]) : referenceConditions.resolved();
}

/** What requests get whose rule can't be followed. */
function answerOf(rules: RouteRules): string {
  return rules.kind === 'requests' && rules.grpc ? 'UNAVAILABLE' : '500';
}

function partiallyInvalid(rules: RouteRules): readonly Verdict[] {
  const { faults, allFaulty } = rules;
  const [first, ...others] = faults;
  return first && !allFaulty ? [routeConditions.rulesDropped([first, ...others], answerOf(rules))] : [];
}

function parentProblem(object: ObjectRef, parent: Parent): readonly Problem[] {
  const { ref, path } = parent;
  switch (parent.kind) {
    case 'ours':
      return isProblem(parent.verdict) ? [problemOf(object, parent.verdict)] : [];
    case 'missing':
      return [parent.unread ? parentUnread(object, path, ref) : parentNotFound(object, path, ref, parent.near)];
    case 'foreign':
      return [parentOfAnotherController(object, path, ref)];
    case 'unserved':
      return [parentKindNotServed(object, path, ref)];
    default:
      return parent satisfies never;
  }
}

function ruleProblems(object: ObjectRef, { faults, unresolved }: RouteRules): readonly Problem[] {
  return [...faults.map(fault => problemOf(object, fault)), ...unresolved.map(verdict => problemOf(object, verdict))];
}
