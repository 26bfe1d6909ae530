import { timeUntil, until } from '../faults/until.ts';
import type { Cluster } from './cluster.ts';
import { ask, type Target } from './load.ts';
import { GATEWAY_API, type KubeObject } from './objects.ts';

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly observedGeneration?: number;
}

interface GatewayStatus {
  readonly addresses?: readonly { readonly value: string }[];
  readonly conditions?: readonly Condition[];
  readonly listeners?: readonly { readonly name: string; readonly attachedRoutes: number }[];
}

export const statusOf = (gateway: KubeObject | undefined) => (gateway?.status ?? {}) as GatewayStatus;

export function conditionOf(object: KubeObject | undefined, type: string): Condition | undefined {
  return statusOf(object).conditions?.find(one => one.type === type);
}

/** The first address of a Gateway, once it is programmed at its newest generation. Throws with its own words when that takes too long. */
export async function programmed(cluster: Cluster, namespace: string, name: string, limit = 60_000): Promise<string> {
  const read = () => cluster.read({ apiVersion: GATEWAY_API, kind: 'Gateway', metadata: { namespace, name } });
  let last: KubeObject | undefined;
  const is = async () => {
    last = await read();
    const { status, observedGeneration } = conditionOf(last, 'Programmed') ?? {};
    return status === 'True' && observedGeneration === last?.metadata.generation;
  };
  if (await until(is, limit)) return statusOf(last).addresses?.[0]?.value ?? '';
  const { reason, message } = conditionOf(last, 'Programmed') ?? conditionOf(last, 'Accepted') ?? {};
  throw new Error(`Gateway ${namespace}/${name} is not programmed after ${limit / 1000} s: ${reason}: ${message}`);
}

/** Waits until all wanted pods of a Deployment run its newest template and are ready. Throws when that takes too long. */
export async function rolledOut(cluster: Cluster, namespace: string, name: string, limit = 90_000): Promise<void> {
  const is = async () => {
    const deployment = await cluster.read({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace, name } });
    return deployment !== undefined && isRolledOut(deployment);
  };
  if (!(await until(is, limit)))
    throw new Error(`Deployment ${namespace}/${name} has not rolled out after ${limit / 1000} s`);
}

function isRolledOut({ metadata, spec, status }: KubeObject): boolean {
  const { replicas: wanted = 1 } = spec as { replicas?: number };
  const seen = (status ?? {}) as Record<string, number | undefined>;
  const all = ['replicas', 'updatedReplicas', 'readyReplicas', 'availableReplicas'].every(
    field => seen[field] === wanted,
  );
  return all && seen.observedGeneration === metadata.generation;
}

/** Rolls a Deployment as `kubectl rollout restart` does, and waits for the end. */
export async function restart(cluster: Cluster, namespace: string, name: string): Promise<void> {
  const annotations = { 'kubectl.kubernetes.io/restartedAt': new Date().toISOString() };
  const patch = { spec: { template: { metadata: { annotations } } } };
  await cluster.patch({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace, name } }, patch);
  await rolledOut(cluster, namespace, name);
}

/** Waits until a target is answered with 200 and, where given, by a version; ms, or undefined after `limit`. */
export function served(target: Target, version?: string, limit = 30_000): Promise<number | undefined> {
  return timeUntil(async () => {
    const { status, headers } = await ask(target);
    return status === 200 && (version === undefined || headers['x-version'] === version);
  }, limit);
}
