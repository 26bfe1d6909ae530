import type { TransportOutcome } from '../../router/index.ts';
import type { Doorway } from '../arrival.ts';
import type { Core } from '../core.ts';
import { unmapped } from '../unmapped.ts';
import type { PooledEndpoint } from '../upstream/pool.ts';
import { type Reason, refusalOf } from './reason.ts';
import { planOf, type Share } from './transport-plan.ts';
import { chooseEndpoint, chooseShare, flowSeed } from './udp-choice.ts';

/** Where the datagrams of a client go, or why nowhere. */
export interface FlowChoice {
  readonly outcome: TransportOutcome;
  readonly share: Share | undefined;
  readonly endpoint: PooledEndpoint | undefined;
  /** '' where there is an endpoint. */
  readonly reason: Reason;
}

/**
 * By the first listener of UDP; the same in all threads, and for as long as the configuration is. `full`: there is no room for
 * another flow, so no endpoint is looked for; senders that change their address are not to cost more than that.
 */
export function chooseFlow(core: Core, { router }: Doorway, address: string, port: number, full = false): FlowChoice {
  const outcome = udpOutcome(router);
  const seed = flowSeed(typeof outcome === 'string' ? '' : outcome.listener.name, unmapped(address), port);
  const share = typeof outcome === 'string' ? undefined : chooseShare(planOf(core.transport, outcome.route), seed);
  const refused = refusalOf(outcome, share);
  if (full && refused === '') return { outcome, share, endpoint: undefined, reason: 'overflow' };
  const cluster = refused === '' ? core.clusters.get(share!.backend) : undefined;
  const endpoint = cluster && chooseEndpoint(cluster.endpoints, seed);
  const nowhere = cluster === undefined ? 'no_backend' : 'no_endpoints';
  return { outcome, share, endpoint, reason: refused || (endpoint === undefined ? nowhere : '') };
}

export function udpOutcome(router: Doorway['router']): TransportOutcome {
  const listener = router?.first('UDP');
  return (listener && router?.transport(listener.name, '')) ?? 'no-listener';
}
