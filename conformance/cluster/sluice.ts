import { timeUntil } from '../faults/until.ts';
import { NAMESPACE } from '../install.ts';
import { roleOf } from '../memory.ts';
import type { Cluster } from './cluster.ts';
import type { KubeObject } from './objects.ts';
import { ofPod, type Process } from './processes.ts';

const POD = { apiVersion: 'v1', kind: 'Pod' } as const;
const GATEWAY_NAME = 'gateway.networking.k8s.io/gateway-name';

/** The name of the controller's pod that holds the Lease; undefined: nobody does. */
export async function leader(cluster: Cluster): Promise<string | undefined> {
  const leases = await cluster.list({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' }, NAMESPACE);
  const holders = leases.map(({ spec }) => (spec as { holderIdentity?: string }).holderIdentity ?? '');
  const pods = await cluster.list(POD, NAMESPACE);
  return pods.map(({ metadata }) => metadata.name).find(name => holders.some(holder => holder.includes(name)));
}

/** Waits for a leader other than `former`; ms, or undefined after a minute. */
export function newLeader(cluster: Cluster, former: string | undefined): Promise<number | undefined> {
  return timeUntil(async () => {
    const now = await leader(cluster).catch(() => undefined);
    return now !== undefined && now !== former;
  }, 60_000);
}

/** The pods that carry the traffic of a Gateway, those that are ending left out. */
export async function proxyPods(cluster: Cluster, namespace: string, gateway: string): Promise<readonly KubeObject[]> {
  const pods = await cluster.list(POD, namespace, `${GATEWAY_NAME}=${gateway}`);
  return pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
}

/** The Deployment that was made for a Gateway. Throws if there is none. */
export async function proxyDeployment(cluster: Cluster, namespace: string, gateway: string): Promise<string> {
  const selector = `${GATEWAY_NAME}=${gateway}`;
  const [deployment] = await cluster.list({ apiVersion: 'apps/v1', kind: 'Deployment' }, namespace, selector);
  if (deployment === undefined) throw new Error(`no Deployment is labelled ${selector} in ${namespace}`);
  return deployment.metadata.name;
}

/** The process of Sluice in a pod. Throws if there is none. */
export function processOf(pod: string): Process {
  const found = ofPod(pod).find(({ words }) => roleOf(words) !== undefined);
  if (!found) throw new Error(`no process of Sluice runs in pod ${pod}`);
  return found;
}
