import { type Backend, type Endpoints, endpointsName } from '../../ir/index.ts';
import { endpointKey } from '../endpoint-key.ts';
import type { Lane } from '../shared/lane.ts';
import { EndpointSet } from './endpoint-set.ts';
import type { Pool } from './pool.ts';
import { type Way, wayTo } from './way.ts';

/** The endpoints of one name, whoever has said so far that they are there. */
interface Listed {
  readonly endpoints: EndpointSet<Pool>;
  /** By an Endpoints unit. */
  listed: boolean;
  /** Backends that lead to them. */
  readonly clusters: Set<Cluster>;
}

/** A backend: endpoints, which it may share with others, and the way to them. */
export interface Cluster {
  readonly endpoints: EndpointSet<Pool>;
  way: Way;
}

/** All backends by name. A name without a Backend unit is a backend that nobody knows. */
export class Clusters {
  private readonly byName = new Map<string, Cluster>();
  private readonly byEndpoints = new Map<string, Listed>();
  private readonly lane: Lane;
  private readonly ejectTime: number;

  /** @param ejectTime as {@link EndpointSet} takes it */
  constructor(lane: Lane, ejectTime: number) {
    this.lane = lane;
    this.ejectTime = ejectTime;
  }

  /** The cluster of a known backend. */
  get(name: string): Cluster | undefined {
    return this.byName.get(name);
  }

  /** Whether a backend has endpoints of this name, in whatever way. */
  knows(endpoints: string): boolean {
    return (this.byEndpoints.get(endpoints)?.clusters.size ?? 0) > 0;
  }

  upsert(unit: Backend | Endpoints): void {
    const listed = this.listedAs(endpointsName(unit.name));
    if (unit.kind === 'Endpoints') {
      listed.listed = true;
      list(listed.endpoints, unit);
      return;
    }
    const known = this.byName.get(unit.name);
    if (known !== undefined) {
      renew(known, wayTo(unit));
      return;
    }
    const cluster = { endpoints: listed.endpoints, way: wayTo(unit) };
    listed.clusters.add(cluster);
    this.byName.set(unit.name, cluster);
  }

  private listedAs(name: string): Listed {
    let listed = this.byEndpoints.get(name);
    if (listed === undefined) {
      listed = { endpoints: new EndpointSet(this.lane, this.ejectTime), listed: false, clusters: new Set() };
      this.byEndpoints.set(name, listed);
    }
    return listed;
  }

  remove(kind: 'Backend' | 'Endpoints', name: string): void {
    const listed = this.byEndpoints.get(endpointsName(name));
    if (listed === undefined) return;
    const cluster = this.byName.get(name);
    if (kind === 'Endpoints') {
      listed.listed = false;
      list(listed.endpoints, undefined);
    } else if (cluster !== undefined) {
      this.byName.delete(name);
      listed.clusters.delete(cluster);
      leave(cluster);
    }
    if (listed.clusters.size === 0 && !listed.listed) this.byEndpoints.delete(endpointsName(name));
  }

  /** Connections that were made with what these Secrets held before are for the requests that they have. */
  renewSecrets(names: ReadonlySet<string>): void {
    for (const cluster of this.byName.values()) {
      if (refersTo(cluster.way.backend, names)) replace(cluster, wayTo(cluster.way.backend));
    }
  }

  /** Endpoints that are left out now. */
  get ejected(): number {
    const keys = new Set<string>();
    for (const { endpoints } of this.byEndpoints.values()) {
      for (const state of endpoints.all()) if (state.ejected) keys.add(endpointKey(state));
    }
    return keys.size;
  }

  /** Closes every connection that nobody uses. */
  close(): void {
    this.byName.clear();
    for (const { endpoints } of this.byEndpoints.values()) list(endpoints, undefined);
    this.byEndpoints.clear();
  }
}

function list(endpoints: EndpointSet<Pool>, unit: Endpoints | undefined): void {
  for (const removed of endpoints.update(unit)) for (const pool of removed.pools.splice(0)) pool.close();
  for (const { state, pools } of endpoints.all()) {
    if (state === 'draining') for (const pool of pools) pool.closeIdle();
  }
}

/** Connections that were made in another way are for the requests that they have. */
function renew(cluster: Cluster, way: Way): void {
  if (way.said !== cluster.way.said) replace(cluster, way);
}

function refersTo({ tls }: Backend, names: ReadonlySet<string>): boolean {
  if (tls === undefined) return false;
  const { authorities, clientCertificate } = tls;
  const all = authorities === 'system' ? [] : authorities;
  return [...all, clientCertificate ?? ''].some(name => names.has(name));
}

function replace(cluster: Cluster, way: Way): void {
  const former = { ...cluster };
  cluster.way = way;
  leave(former);
}

/** Closes the pools of a way that nobody goes any more. */
function leave({ endpoints, way }: Cluster): void {
  for (const { pools } of endpoints.all()) {
    const closed = pools.filter(pool => pool.way === way || pool.way === way.upgrading);
    for (const pool of closed) pools.splice(pools.indexOf(pool), 1);
    for (const pool of closed) pool.close();
  }
}
