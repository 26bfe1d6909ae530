import type { TransportRoute } from '../../ir/index.ts';
import type { Labels, Sample } from '../telemetry/exposition.ts';
import type { Reading } from '../telemetry/metrics.ts';
import { type RequestLabels, seriesKey } from '../telemetry/request-counts.ts';
import type { Reason } from './reason.ts';
import type { TransportPlan } from './transport-plan.ts';
import { TransportSeries } from './transport-series.ts';

interface Entry {
  readonly series: TransportSeries;
  retired: boolean;
}

/** What is counted of connections and datagrams that no HTTP is spoken on, in one thread. */
export class TransportCounts {
  /** Another with every change of the configuration: what was looked up before may be wrong. */
  version = 0;
  /** Of routes: their shares know where they are counted. */
  readonly plans = new WeakMap<TransportRoute, TransportPlan>();
  private readonly entries = new Map<string, Entry>();
  private readonly byOwner = new Map<string, Set<string>>();

  /** The same object for the same labels. `owner`: the route that it goes with. */
  series(labels: RequestLabels, owner = ''): TransportSeries {
    const key = seriesKey(labels, owner);
    const known = this.entries.get(key);
    if (known !== undefined) {
      known.retired = false;
      return known.series;
    }
    const series = new TransportSeries(labels);
    this.entries.set(key, { series, retired: false });
    const keys = this.byOwner.get(owner) ?? new Set();
    this.byOwner.set(owner, keys.add(key));
    return series;
  }

  /** The route is gone, or some of its series are: once nothing is open, those that `stays` denies are shown once more. */
  retire(owner: string, stays: (labels: RequestLabels) => boolean = () => false): void {
    for (const key of this.byOwner.get(owner) ?? []) {
      const entry = this.entries.get(key)!;
      entry.retired = !stays(entry.series.labels);
    }
  }

  readings(): readonly Reading[] {
    return [
      {
        name: 'sluice_transport_connections',
        help: 'Open connections of TCP and TLS routes, and flows of UDP routes.',
        type: 'gauge',
        read: () => this.samples(({ labels, open }) => (open === 0 ? [] : [{ labels: labelsOf(labels), value: open }])),
      },
      {
        name: 'sluice_transport_bytes_total',
        help: 'Bytes of TCP, TLS and UDP routes, by the side that they were for.',
        type: 'counter',
        read: () => this.samples(({ labels, toBackends, toClients }) => bothWays(labels, toBackends, toClients)),
      },
      {
        name: 'sluice_udp_datagrams_total',
        help: 'Datagrams of UDP routes, by the side that they were for.',
        type: 'counter',
        read: () =>
          this.samples(({ labels, datagramsToBackends, datagramsToClients }) =>
            bothWays(labels, datagramsToBackends, datagramsToClients),
          ),
      },
      {
        name: 'sluice_udp_dropped_total',
        help: 'Datagrams of UDP listeners that nobody got, by why.',
        type: 'counter',
        read: () => this.samples(({ labels, dropped }) => byReason(labels, dropped, 'reason')),
      },
      {
        name: 'sluice_transport_connections_total',
        help: 'Connections of TCP and TLS routes, and flows of UDP routes, that are over, by how they ended.',
        type: 'counter',
        // The last of these.
        read: () => this.lastSamples(({ labels, ended }) => byReason(labels, ended, 'result')),
      },
    ];
  }

  private samples(of: (series: TransportSeries) => readonly Sample[]): readonly Sample[] {
    return [...this.entries.values()].flatMap(({ series }) => of(series));
  }

  private lastSamples(of: (series: TransportSeries) => readonly Sample[]): readonly Sample[] {
    const samples = this.samples(of);
    for (const [owner, keys] of this.byOwner) {
      for (const key of keys) if (this.isOver(key)) this.forget(key, keys);
      if (keys.size === 0) this.byOwner.delete(owner);
    }
    return samples;
  }

  private isOver(key: string): boolean {
    const { series, retired } = this.entries.get(key)!;
    return retired && series.open === 0;
  }

  private forget(key: string, keys: Set<string>): void {
    this.entries.delete(key);
    keys.delete(key);
  }
}

function labelsOf({ gateway, listener, route, rule, backend }: RequestLabels): Labels {
  return { gateway, listener, route, rule, backend };
}

function bothWays(labels: RequestLabels, toBackends: number, toClients: number): readonly Sample[] {
  if (toBackends + toClients === 0) return [];
  return [
    { labels: { ...labelsOf(labels), to: 'backend' }, value: toBackends },
    { labels: { ...labelsOf(labels), to: 'client' }, value: toClients },
  ];
}

function byReason(labels: RequestLabels, counted: ReadonlyMap<Reason, number>, name: string): readonly Sample[] {
  return [...counted].map(([reason, value]) => ({ labels: { ...labelsOf(labels), [name]: reason || 'ok' }, value }));
}
