import type { RequestLabels } from '../telemetry/request-counts.ts';
import type { TunnelCounts } from '../tunnel.ts';
import type { Reason } from './reason.ts';

/** What is counted of the connections, or flows of datagrams, of one listener, route and backend. */
export class TransportSeries implements TunnelCounts {
  readonly labels: RequestLabels;
  /** Room for the access log: the labels as its lines have them. */
  logged: Uint8Array | undefined = undefined;
  /** Those that are open. */
  open = 0;
  /** Bytes, in each direction. */
  toBackends = 0;
  toClients = 0;
  datagramsToBackends = 0;
  datagramsToClients = 0;
  /** Datagrams that nobody got, by why. */
  readonly dropped = new Map<Reason, number>();
  /** Those that are over, by how they ended. */
  readonly ended = new Map<Reason, number>();

  constructor(labels: RequestLabels) {
    this.labels = labels;
  }

  end(reason: Reason): void {
    this.ended.set(reason, (this.ended.get(reason) ?? 0) + 1);
  }

  drop(reason: Reason): void {
    this.dropped.set(reason, (this.dropped.get(reason) ?? 0) + 1);
  }
}
