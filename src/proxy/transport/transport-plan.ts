import { endpointsName, type Listener, type TransportRoute, type TransportShare } from '../../ir/index.ts';
import type { RequestLabels } from '../telemetry/request-counts.ts';
import type { Reason } from './reason.ts';
import type { TransportCounts } from './transport-counts.ts';
import type { TransportSeries } from './transport-series.ts';

/** Where the connections or datagrams of one route go, made ready at the first. */
export interface TransportPlan {
  readonly shares: readonly Share[];
  readonly totalWeight: number;
}

/** One share of them: a backend, or why there is none. */
export class Share {
  readonly weight: number;
  /** Name of a Backend; '' where `reason` says why there is none. */
  readonly backend: string;
  readonly reason: Reason;
  /** For smooth weighted round robin. */
  balance = 0;
  private readonly route: TransportRoute;
  private lastListener: Listener | undefined = undefined;
  private lastSeries: TransportSeries | undefined = undefined;

  constructor(route: TransportRoute, { weight, target }: TransportShare) {
    this.route = route;
    this.weight = weight;
    this.backend = target.kind === 'backend' ? target.backend : '';
    this.reason = target.kind === 'backend' ? '' : 'rule_failed';
  }

  /** Where it is counted what came for this share through `listener`. */
  series(listener: Listener, counts: TransportCounts): TransportSeries {
    const { route } = this;
    if (this.lastListener !== listener || this.lastSeries === undefined) {
      this.lastListener = listener;
      this.lastSeries = counts.series(labelsOf(listener, route, this.backend), route.name);
    }
    return this.lastSeries;
  }
}

/** A rule without a name has its position. */
export function labelsOf({ gateway, section }: Listener, { route, ruleName = '0' }: TransportRoute, backend: string) {
  return { gateway, listener: section, route, rule: ruleName, backend: endpointsName(backend) };
}

/** Whether something can be counted for this route with these labels. */
export function isCounted({ ruleName = '0', backends }: TransportRoute, { rule, backend }: RequestLabels): boolean {
  const names = backends.map(({ target }) => (target.kind === 'backend' ? endpointsName(target.backend) : ''));
  return rule === ruleName && (backend === '' || names.includes(backend));
}

/** The plan of a unit in one thread: the same for as long as the router gives the same unit. */
export function planOf({ plans }: TransportCounts, route: TransportRoute): TransportPlan {
  let plan = plans.get(route);
  if (plan === undefined) {
    const shares = route.backends.filter(({ weight }) => weight > 0).map(share => new Share(route, share));
    plan = { shares, totalWeight: shares.reduce((sum, { weight }) => sum + weight, 0) };
    plans.set(route, plan);
  }
  return plan;
}

/** Smooth weighted round robin: shares hold over any run of connections. Undefined where all weights are 0. */
export function pickShare({ shares, totalWeight }: TransportPlan): Share | undefined {
  let best = shares[0];
  if (best === undefined || shares.length === 1) return best;
  for (const share of shares) {
    share.balance += share.weight;
    if (share.balance > best.balance) best = share;
  }
  best.balance -= totalWeight;
  return best;
}
