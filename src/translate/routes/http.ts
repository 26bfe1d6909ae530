import type { Action, Failure, Forward, Match, Rule, Session, WeightedBackend } from '../../ir/index.ts';
import type { GRPCRoute, HTTPBackendRef, HTTPRoute, HTTPRouteRule, ProblemCode } from '../../resources/index.ts';
import { type References, resolveBackend } from '../resolve/backend-refs.ts';
import type { Verdict } from '../status/condition.ts';
import { type Fault, ruleFaults } from '../status/rule-faults.ts';
import { preflightMatches } from './cors.ts';
import type { FilterContext } from './filter-context.ts';
import { type Filters, translateFilters } from './filters.ts';
import { translateMethodMatches } from './grpc-matches.ts';
import { translateMatches } from './matches.ts';
import { translateRetry } from './retry.ts';
import type { RequestRules } from './route-rules.ts';
import { reportAffinity, translateSession } from './session.ts';
import { translateTimeouts } from './timeouts.ts';

interface TranslatedRule {
  /** Absent if nothing is known of the requests that it is for. */
  readonly rule?: Rule;
  readonly faults: readonly Fault[];
  readonly unresolved: readonly Verdict<ProblemCode>[];
}

/** What the parts of one rule have in common. */
interface RuleContext extends FilterContext {
  readonly path: string;
}

/** A rule of either kind, apart from its matches; GRPCRoute has no timeouts and no retries. */
type RuleSpec = Omit<HTTPRouteRule, 'matches'>;
type TranslateMatches = (path: string, report: (fault: Fault) => void) => readonly Match[];

export function translateRules(route: HTTPRoute | GRPCRoute, references: References): RequestRules {
  const translated = ruleSpecs(route).map(([rule, matches], index) =>
    translateRule(rule, matches, { index, route, references }),
  );
  return {
    kind: 'requests',
    grpc: route.kind === 'GRPCRoute',
    rules: translated.map(({ rule }) => rule).filter(rule => rule !== undefined),
    faults: translated.flatMap(({ faults }, rule) => faults.map(fault => ({ ...fault, rule }))),
    allFaulty: translated.length > 0 && translated.every(({ faults }) => faults.length > 0),
    unresolved: translated.flatMap(({ unresolved }) => unresolved),
  };
}

function ruleSpecs(route: HTTPRoute | GRPCRoute): readonly (readonly [RuleSpec, TranslateMatches])[] {
  if (route.kind === 'HTTPRoute') {
    return route.spec.rules.map(rule => [rule, (path, report) => translateMatches(rule.matches, path, report)]);
  }
  const rules = route.spec.rules ?? [];
  return rules.map(rule => [rule, (path, report) => translateMethodMatches(rule.matches ?? [], path, report)]);
}

interface RulePlace extends Pick<FilterContext, 'route' | 'references'> {
  readonly index: number;
}

function translateRule(
  spec: RuleSpec,
  translateMatches: TranslateMatches,
  { index, route, references }: RulePlace,
): TranslatedRule {
  const path = `spec.rules[${index}]`;
  const faults: Fault[] = [];
  const verdicts: Verdict<ProblemCode>[] = [];
  const report = (fault: Fault) => void faults.push(fault);
  const unresolved = (verdict: Verdict<ProblemCode>) => void verdicts.push(verdict);
  const matches = translateMatches(`${path}.matches`, report);
  const context: RuleContext = {
    route,
    references,
    path,
    place: 'rule',
    prefix: onlyPrefix(matches),
    report,
    unresolved,
  };
  const { filters, action } = translateWork(spec, index, context);
  const [fault] = faults;
  const asksFirst = filters.some(({ kind }) => kind === 'cors');
  const rule: Rule = {
    index,
    ...(spec.name !== undefined && { ruleName: spec.name }),
    matches: asksFirst ? [...matches, ...preflightMatches(matches)] : matches,
    ...(fault ? { filters: [], action: failure(fault.reason) } : { filters, action }),
    origin: { kind: route.kind, namespace: route.metadata.namespace, name: route.metadata.name, field: path },
  };
  return { ...(matches.length > 0 && { rule }), faults, unresolved: verdicts };
}

/** What the rule does with requests that match it, as far as it can be followed. */
function translateWork(spec: RuleSpec, index: number, context: RuleContext): Pick<Rule, 'filters' | 'action'> {
  const { path, report } = context;
  const { filters, answer } = translateFilters(spec.filters ?? [], `${path}.filters`, context);
  const timeouts = translateTimeouts(spec.timeouts ?? {}, `${path}.timeouts`, report);
  const retry = spec.retry && translateRetry(spec.retry, `${path}.retry`, report);
  const backends = (spec.backendRefs ?? []).map((ref, i) =>
    translateBackend(ref, `${path}.backendRefs[${i}]`, context),
  );
  const session = translatePersistence(spec, index, backends, context);
  if (backends.length > 0) reportUnreachable(answer, `${path}.backendRefs`, report);
  if (answer) return { filters, action: answer };
  return { filters, action: forward(backends, { timeouts, ...(retry && { retry }), ...(session && { session }) }) };
}

/** Backends behind a filter that answers. */
function reportUnreachable(answer: Filters['answer'], path: string, report: RuleContext['report']): void {
  if (answer?.kind === 'redirect') report(ruleFaults.redirectWithBackends(path));
  if (answer?.kind === 'direct') report(ruleFaults.directWithBackends(path));
}

function onlyPrefix(matches: readonly Match[]): string | undefined {
  const path = matches.length === 1 ? matches[0]!.path : undefined;
  return path?.kind === 'prefix' ? path.value : undefined;
}

function translatePersistence(
  rule: RuleSpec,
  index: number,
  backends: readonly WeightedBackend[],
  context: RuleContext,
): Session | undefined {
  if (rule.sessionPersistence === undefined) return undefined;
  const path = `${context.path}.sessionPersistence`;
  reportAffinity(backends, path, context);
  return translateSession(rule.sessionPersistence, { path, rule, index }, context);
}

function translateBackend(ref: HTTPBackendRef, path: string, context: RuleContext): WeightedBackend {
  const { filters, answer } = translateFilters(ref.filters ?? [], `${path}.filters`, {
    ...context,
    place: 'backendRef',
  });
  const resolution = resolveBackend(ref, path, context.route, context.references);
  const weight = Math.max(0, ref.weight);
  if (resolution.kind === 'backend') {
    return { weight, filters, target: answer ?? resolution };
  }
  context.unresolved(resolution.verdict);
  return { weight, filters, target: failure(resolution.reason) };
}

/** A session may still belong to a backend that nobody else is sent to. */
function forward(backends: readonly WeightedBackend[], how: Omit<Forward, 'kind' | 'backends'>): Action {
  const weighted = backends.some(({ weight }) => weight > 0);
  const remembered = how.session && backends.some(({ target }) => target.kind === 'backend');
  return weighted || remembered ? { kind: 'forward', backends, ...how } : failure('NoBackends');
}

function failure(reason: string): Failure {
  return { kind: 'failure', status: 500, reason };
}
