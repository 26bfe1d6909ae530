import type { Cluster } from '../../conformance/cluster/cluster.ts';
import { GATEWAY_API, gateway, type KubeObject, type RouteOptions, route } from '../../conformance/cluster/objects.ts';
import type { Process } from '../../conformance/cluster/processes.ts';
import { programmed } from '../../conformance/cluster/ready.ts';
import type { ServerProcess } from '../../conformance/faults/control-plane.ts';

/** Namespace of what the parts work on. */
export const NAMESPACE = 'bench';
export const HTTP_ROUTE = { apiVersion: GATEWAY_API, kind: 'HTTPRoute' } as const;

/** The processes of an implementation, for what they use. */
export interface Measured {
  readonly controllers: () => readonly Process[];
  readonly proxies: () => readonly Process[];
}

/** One figure: what was measured, and whether that is within what it must reach. */
export interface Row {
  readonly part: string;
  readonly figure: string;
  readonly value: string;
  /** For ratios between implementations. */
  readonly number?: number;
  /** What it must reach, as text; with `miss` where it does not. */
  readonly bound?: string;
  readonly miss?: boolean;
}

export interface World {
  readonly cluster: Cluster;
  readonly className: string;
  readonly measured: Measured;
  readonly apiServer: ServerProcess;
  /** Of a size that a part is made for; the flag `--size` makes all of them smaller or larger. */
  scaled(count: number): number;
  /** Whether the time that a part may take is over. */
  late(): boolean;
  /** Says what is being done. */
  say(text: string): void;
  row(figure: string, value: string | number, more?: { readonly unit?: string; readonly most?: number }): void;
}

/** A Gateway of the bench, with its address. */
export async function openGateway(
  { cluster, className }: World,
  name: string,
  more: { readonly parameters?: string; readonly allowSets?: boolean } = {},
): Promise<string> {
  await cluster.apply(gateway({ name, namespace: NAMESPACE, className, ...more }));
  return programmed(cluster, NAMESPACE, name);
}

/** Takes a Gateway away that only one part needs. */
export function closeGateway({ cluster }: World, name: string): Promise<void> {
  return cluster.remove({ apiVersion: GATEWAY_API, kind: 'Gateway', metadata: { namespace: NAMESPACE, name } });
}

/** A route of the bench at a Gateway of it. */
export function benchRoute(
  gateway: string,
  name: string,
  backend: RouteOptions['backend'],
  more: Partial<RouteOptions> = {},
): KubeObject {
  const parent = { namespace: NAMESPACE, name: gateway };
  return route({ name, namespace: NAMESPACE, parent, host: hostOf(name), backend, ...more });
}

export const hostOf = (route: string) => `${route}.example.com`;

/** Does something for each of `count` numbers, some of them at once. */
export async function forEach(count: number, atOnce: number, work: (i: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
