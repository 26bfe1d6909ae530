import type { Action, Failure, Match, Rule, WeightedBackend } from '../../ir/index.ts';
import type { HTTPBackendRef, HTTPRoute, HTTPRouteRule } from '../../resources/index.ts';
import { type References, resolveBackend } from '../resolve/backend-refs.ts';
import type { Verdict } from '../status/condition.ts';
import { type Fault, type RuleFault, ruleFaults } from '../status/rule-faults.ts';
import { translateFilters } from './filters.ts';
import { translateMatches } from './matches.ts';
import { translateTimeouts } from './timeouts.ts';

/** The rules of a route, for whatever Gateway it attaches to. */
export interface RouteRules {
  readonly rules: readonly Rule[];
  readonly faults: readonly RuleFault[];
  /** No rule can be followed. */
  readonly allFaulty: boolean;
  /** ResolvedRefs=False, one for each reference. */
  readonly unresolved: readonly Verdict[];
}

interface TranslatedRule {
  readonly rule?: Rule;
  readonly faults: readonly Fault[];
  readonly unresolved: readonly Verdict[];
}

export function translateRules(route: HTTPRoute, references: References): RouteRules {
  const translated = route.spec.rules.map((rule, index) => translateRule(rule, index, route, references));
  return {
    rules: translated.map(({ rule }) => rule).filter(rule => rule !== undefined),
    faults: translated.flatMap(({ faults }, rule) => faults.map(fault => ({ ...fault, rule }))),
    allFaulty: translated.length > 0 && translated.every(({ faults }) => faults.length > 0),
    unresolved: translated.flatMap(({ unresolved }) => unresolved),
  };
}

function translateRule(spec: HTTPRouteRule, index: number, route: HTTPRoute, references: References): TranslatedRule {
  const path = `spec.rules[${index}]`;
  const faults: Fault[] = [];
  const report = (fault: Fault) => void faults.push(fault);
  reportNotBuilt(spec, path, report);
  const matches = translateMatches(spec.matches, `${path}.matches`, report);
  const prefix = onlyPrefix(matches);
  const { filters, redirect } = translateFilters(spec.filters ?? [], `${path}.filters`, prefix, report);
  const timeouts = translateTimeouts(spec.timeouts ?? {}, `${path}.timeouts`, report);
  const shares = (spec.backendRefs ?? []).map((ref, i) =>
    share(ref, `${path}.backendRefs[${i}]`, prefix, route, references, report),
  );
  if (redirect && shares.length > 0) report(ruleFaults.redirectWithBackends(`${path}.backendRefs`));
  const unresolved = shares.flatMap(({ verdict }) => verdict ?? []);
  if (matches.length === 0) return { faults, unresolved };
  const backends = shares.map(({ backend }) => backend);
  const action: Action = redirect ? { kind: 'redirect', redirect } : forward(backends, timeouts);
  const rule: Rule = {
    index,
    ...(spec.name !== undefined && { ruleName: spec.name }),
    matches,
    filters: faults.length > 0 ? [] : filters,
    action: faults.length > 0 ? failure(faults[0]!.reason) : action,
    origin: { kind: route.kind, namespace: route.metadata.namespace, name: route.metadata.name, field: path },
  };
  return { rule, faults, unresolved };
}

function reportNotBuilt(spec: HTTPRouteRule, path: string, report: (fault: Fault) => void): void {
  if (spec.retry) report(ruleFaults.notBuilt(`${path}.retry`, 'retries'));
  if (spec.sessionPersistence) report(ruleFaults.notBuilt(`${path}.sessionPersistence`, 'session persistence'));
}

/** What ReplacePrefixMatch replaces: the prefix of a rule with exactly one match. */
function onlyPrefix(matches: readonly Match[]): string | undefined {
  const path = matches.length === 1 ? matches[0]!.path : undefined;
  return path?.kind === 'prefix' ? path.value : undefined;
}

function share(
  ref: HTTPBackendRef,
  path: string,
  prefix: string | undefined,
  route: HTTPRoute,
  references: References,
  report: (fault: Fault) => void,
): { readonly backend: WeightedBackend; readonly verdict?: Verdict } {
  const { filters, redirect } = translateFilters(ref.filters ?? [], `${path}.filters`, prefix, report);
  const resolution = resolveBackend(ref, path, route, references);
  const weight = ref.weight;
  if (resolution.kind === 'backend') {
    return { backend: { weight, filters, target: redirect ? { kind: 'redirect', redirect } : resolution } };
  }
  return { backend: { weight, filters, target: failure(resolution.reason) }, verdict: resolution.verdict };
}

function forward(
  backends: readonly WeightedBackend[],
  timeouts: { request?: number; backendRequest?: number },
): Action {
  const total = backends.reduce((sum, { weight }) => sum + weight, 0);
  return total > 0 ? { kind: 'forward', backends, timeouts } : failure('NoBackends');
}

function failure(reason: string): Failure {
  return { kind: 'failure', status: 500, reason };
}
