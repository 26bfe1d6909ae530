import {
  type Action,
  type DirectAnswer as DirectSpec,
  endpointsName,
  type Filter,
  type Listener,
  listenerLabel,
  type Redirect,
  type Route,
  type Rule,
  type WeightedBackend,
} from '../ir/index.ts';
import { compileDirectAnswer, type DirectAnswer } from './direct-answer.ts';
import { compileFilters, type FilterProgram } from './filters/compile.ts';
import { type ErrorAnswer, failureAnswer } from './http1/error-answer.ts';
import { policiesOf } from './policy-origins.ts';
import { compileRetry, type RetryPlan } from './retry-plan.ts';
import { compileSession, type SessionPlan, sessionOf } from './session/session-plan.ts';
import type { Metrics } from './telemetry/metrics.ts';
import type { RequestSeries } from './telemetry/request-series.ts';

/** What a rule does with a request, made ready when the configuration changes. */
export interface Plan {
  readonly targets: readonly Target[];
  readonly totalWeight: number;
  /** Milliseconds; 0 for none. */
  readonly requestTimeout: number;
  readonly backendRequestTimeout: number;
  /** Requests say for themselves how much time they have (gRPC). */
  readonly grpc: boolean;
  readonly retry: RetryPlan | undefined;
  readonly session: SessionPlan | undefined;
  /** As {@link RequestFacts} has them. */
  readonly policies: readonly string[];
}

/** One share of the requests of a rule. Exactly one of backend, redirect, direct and failure is there. */
export class Target {
  readonly weight: number;
  readonly backend: string | undefined;
  readonly redirect: Redirect | undefined;
  readonly direct: DirectAnswer | undefined;
  readonly failure: ErrorAnswer | undefined;
  readonly program: FilterProgram;
  /** Headers that the data plane writes itself, but a filter of this target overrides. */
  readonly overridden: Overridden;
  /** For smooth weighted round robin. */
  balance = 0;
  private readonly labels: { readonly route: string; readonly rule: string; readonly backend: string };
  private readonly owner: string;
  private lastListener: Listener | undefined = undefined;
  private lastSeries: RequestSeries | undefined = undefined;

  constructor(route: Route, rule: Rule, share: Share) {
    this.weight = share.weight;
    this.backend = share.backend;
    this.redirect = share.redirect;
    this.failure = share.failure;
    this.program = compileFilters([...rule.filters, ...share.filters]);
    this.direct = share.direct && compileDirectAnswer(share.direct, this.program.response);
    this.overridden = overriddenBy(this.program);
    this.labels = { route: route.route, rule: ruleLabel(rule), backend: backendLabel(share) };
    this.owner = route.name;
  }

  /** Where requests of this target that came through `listener` are counted. */
  series(listener: Listener, metrics: Metrics): RequestSeries {
    if (this.lastListener !== listener || this.lastSeries === undefined) {
      this.lastListener = listener;
      const labels = { gateway: listener.gateway, listener: listenerLabel(listener), ...this.labels };
      this.lastSeries = metrics.series(labels, this.owner);
    }
    return this.lastSeries;
  }
}

function ruleLabel(rule: Rule): string {
  return rule.ruleName ?? String(rule.index);
}

function backendLabel({ backend }: Pick<Share, 'backend'>): string {
  return backend === undefined ? '' : endpointsName(backend);
}

/** `rule\nbackend` labels of every series that requests of this route can be counted in. */
export function seriesKeys(route: Route): ReadonlySet<string> {
  return new Set(
    route.rules.flatMap(rule => sharesOf(rule.action).map(share => `${ruleLabel(rule)}\n${backendLabel(share)}`)),
  );
}

export interface Overridden {
  readonly forwardedFor: boolean;
  readonly forwardedProto: boolean;
  readonly forwardedHost: boolean;
  readonly requestId: boolean;
  readonly via: boolean;
}

function overriddenBy({ request }: FilterProgram): Overridden {
  const names = new Set(request?.drop.names);
  return {
    forwardedFor: names.has('x-forwarded-for'),
    forwardedProto: names.has('x-forwarded-proto'),
    forwardedHost: names.has('x-forwarded-host'),
    requestId: names.has('x-request-id'),
    via: names.has('via'),
  };
}

interface Share {
  readonly weight: number;
  readonly filters: readonly Filter[];
  readonly backend: string | undefined;
  readonly redirect: Redirect | undefined;
  readonly direct: DirectSpec | undefined;
  readonly failure: ErrorAnswer | undefined;
}

export function compilePlan(route: Route, rule: Rule): Plan {
  // What gets no new requests is kept for those of its sessions.
  const remembered = sessionOf(rule) !== undefined;
  const shares = sharesOf(rule.action).filter(share => share.weight > 0 || remembered);
  const all = shares.map(share => new Target(route, rule, share));
  const weighted = all.filter(target => target.weight > 0);
  const targets = weighted.length > 0 ? weighted : [new Target(route, rule, NOBODY)];
  const timeouts = rule.action.kind === 'forward' ? rule.action.timeouts : {};
  return {
    targets,
    totalWeight: targets.reduce((sum, target) => sum + target.weight, 0),
    requestTimeout: timeouts.request ?? 0,
    backendRequestTimeout: timeouts.backendRequest ?? 0,
    grpc: route.grpc === true,
    retry: rule.action.kind === 'forward' ? compileRetry(rule.action.retry) : undefined,
    session: compileSession(route, rule, all),
    policies: policiesOf(rule),
  };
}

const WHOLE = {
  weight: 1,
  filters: [],
  backend: undefined,
  redirect: undefined,
  direct: undefined,
  failure: undefined,
} as const;

const NOBODY: Share = { ...WHOLE, failure: failureAnswer(500, 'NoBackends') };

function sharesOf(action: Action): readonly Share[] {
  switch (action.kind) {
    case 'forward':
      return action.backends.map(shareOf);
    case 'redirect':
      return [{ ...WHOLE, redirect: action.redirect }];
    case 'direct':
      return [{ ...WHOLE, direct: action.direct }];
    case 'failure':
      return [{ ...WHOLE, failure: failureAnswer(action.status, action.reason) }];
  }
}

function shareOf({ weight, filters, target }: WeightedBackend): Share {
  const share = { ...WHOLE, weight, filters };
  switch (target.kind) {
    case 'backend':
      return { ...share, backend: target.backend };
    case 'redirect':
      return { ...share, redirect: target.redirect };
    case 'direct':
      return { ...share, direct: target.direct };
    case 'failure':
      return { ...share, failure: failureAnswer(target.status, target.reason) };
  }
}

/** Smooth weighted round robin: shares hold over any run of requests, not only on average. */
export function pickTarget({ targets, totalWeight }: Plan): Target {
  let best = targets[0]!;
  if (targets.length === 1) return best;
  for (let i = 0; i < targets.length; i++) {
    const target = targets[i]!;
    target.balance += target.weight;
    if (target.balance > best.balance) best = target;
  }
  best.balance -= totalWeight;
  return best;
}
