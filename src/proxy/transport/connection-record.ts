import { hostPort, objectOfRoute } from '../../ir/index.ts';
import type { TransportOutcome } from '../../router/index.ts';
import type { EndedConnection } from '../access-log/ended-connection.ts';
import type { Asked } from '../access-log/log-entry.ts';
import type { Core } from '../core.ts';
import type { RequestFacts } from '../request-facts.ts';
import { type Reason, reasonBits } from './reason.ts';
import { labelsOf, type Share } from './transport-plan.ts';
import type { TransportSeries } from './transport-series.ts';

/** Whence and to which listener. */
export interface Came {
  readonly client: string;
  readonly protocol: EndedConnection['protocol'];
  /** SNI; '' for none. */
  readonly serverName: string;
}

/** What remains of one connection, or flow of datagrams: where it is counted, and its line where somebody wants one. */
export class ConnectionRecord {
  readonly series: TransportSeries;
  private readonly core: Core;
  private readonly came: Came;
  private readonly outcome: TransportOutcome;
  private readonly startedAt: number;
  private endpoint: Asked | undefined = undefined;
  private tries = 0;
  private triedAt = 0;
  private connectMs = -1;
  private over = false;

  constructor(core: Core, came: Came, outcome: TransportOutcome, share: Share | undefined) {
    this.core = core;
    this.came = came;
    this.outcome = outcome;
    this.series = seriesOf(core, outcome, share);
    this.startedAt = core.timers.now();
  }

  tried(endpoint: Asked): void {
    this.tries++;
    this.endpoint = endpoint;
    this.triedAt = this.core.timers.now();
    this.connectMs = -1;
  }

  connected(): void {
    this.connectMs = this.core.timers.now() - this.triedAt;
  }

  /** It is over; bytes from the client, and to it. Further calls mean nothing. */
  end(reason: Reason, received: number, sent: number): void {
    if (this.over) return;
    this.over = true;
    this.series.end(reason);
    const { accessLog, tail } = this.core;
    if (accessLog === undefined && !tail.on) return;
    // Whatever is being cut off did not end by itself.
    const ended = this.ended(accessLog?.cutting && reason === 'client_gone' ? 'drained' : reason, received, sent);
    accessLog?.connection(ended, this.series);
    if (tail.on) tail.connection(ended, this.series.labels.route, { facts: () => this.facts(reason) });
  }

  private ended(reason: Reason, received: number, sent: number): EndedConnection {
    const { core, came, startedAt, connectMs, endpoint, tries } = this;
    const durationMs = core.timers.now() - startedAt;
    return { ...came, outcome: reasonBits(reason), durationMs, connectMs, received, sent, endpoint, tries };
  }

  /** What became of it, where it ends for this reason. */
  facts(reason: Reason): RequestFacts {
    const { outcome, series, endpoint, tries } = this;
    const said = {
      backend: series.labels.backend || undefined,
      endpoint: endpoint && hostPort(endpoint.address, endpoint.port),
      attempts: tries,
      outcome: reason === '' ? undefined : reason.replaceAll('_', '-'),
      policies: [],
    };
    if (typeof outcome === 'string') return said;
    const { listener, route } = outcome;
    return { ...said, listener: listener.name, route: objectOfRoute(route.name), rule: 0, ruleName: route.ruleName };
  }
}

const UNROUTED = { gateway: '', listener: '', route: '', rule: '', backend: '' };

/** Where it is counted: for the route and share that it came to, as far as there are such. */
export function seriesOf(core: Core, outcome: TransportOutcome, share: Share | undefined): TransportSeries {
  if (typeof outcome === 'string') return core.transport.series(UNROUTED);
  const { listener, route } = outcome;
  return share?.series(listener, core.transport) ?? core.transport.series(labelsOf(listener, route, ''), route.name);
}
