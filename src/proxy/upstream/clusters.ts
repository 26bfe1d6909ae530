import type { Backend, Endpoints } from '../../ir/index.ts';
import { endpointKey } from '../endpoint-key.ts';
import type { Lane } from '../shared/lane.ts';
import { EndpointSet } from './endpoint-set.ts';
import type { Pool } from './pool.ts';

/** A backend and its endpoints, whichever of the two is known already. */
export class Cluster {
  backend: Backend | undefined = undefined;
  hasEndpoints = false;
  readonly endpoints: EndpointSet<Pool>;

  constructor(endpoints: EndpointSet<Pool>) {
    this.endpoints = endpoints;
  }

  setEndpoints(unit: Endpoints | undefined): void {
    this.hasEndpoints = unit !== undefined;
    for (const removed of this.endpoints.update(unit)) removed.slot?.close();
    for (const { state, slot } of this.endpoints.all()) if (state === 'draining') slot?.closeIdle();
  }
}

/** All backends by name. A name without a Backend unit is a backend that nobody knows. */
export class Clusters {
  private readonly byName = new Map<string, Cluster>();
  private readonly lane: Lane;
  private readonly ejectTime: number;

  /** @param ejectTime as {@link EndpointSet} takes it */
  constructor(lane: Lane, ejectTime: number) {
    this.lane = lane;
    this.ejectTime = ejectTime;
  }

  /** The cluster of a known backend. */
  get(name: string): Cluster | undefined {
    const cluster = this.byName.get(name);
    return cluster?.backend === undefined ? undefined : cluster;
  }

  upsert(unit: Backend | Endpoints): void {
    let cluster = this.byName.get(unit.name);
    if (cluster === undefined) {
      cluster = new Cluster(new EndpointSet(this.lane, this.ejectTime));
      this.byName.set(unit.name, cluster);
    }
    if (unit.kind === 'Backend') cluster.backend = unit;
    else cluster.setEndpoints(unit);
  }

  remove(kind: 'Backend' | 'Endpoints', name: string): void {
    const cluster = this.byName.get(name);
    if (cluster === undefined) return;
    if (kind === 'Backend') cluster.backend = undefined;
    else cluster.setEndpoints(undefined);
    if (cluster.backend === undefined && !cluster.hasEndpoints) this.byName.delete(name);
  }

  /** Endpoints that are left out now. */
  get ejected(): number {
    const keys = new Set<string>();
    for (const { endpoints } of this.byName.values()) {
      for (const state of endpoints.all()) if (state.ejected) keys.add(endpointKey(state));
    }
    return keys.size;
  }

  /** Closes every connection that nobody uses. */
  close(): void {
    for (const cluster of this.byName.values()) cluster.setEndpoints(undefined);
    this.byName.clear();
  }
}
