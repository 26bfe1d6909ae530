import type { Cluster } from '../../conformance/cluster/cluster.ts';
import { service } from '../../conformance/cluster/objects.ts';
import { forEach, NAMESPACE } from './world.ts';

/** A node whose pods nobody runs: the harness's kubelet leaves it alone. */
const NODE = 'bench';
const SLICES = 'discovery.k8s.io/v1';
const PER_SLICE = 100;
/** The next pod that changes is of another slice. */
const STRIDE = 137;

/** Pods that exist as objects only, in EndpointSlices of a hundred each. */
export interface FakePods {
  /** Services, each with the endpoints of one slice, on port 80. */
  readonly services: readonly string[];
  /** Begins to replace the address of one pod after the other, in the pod and in its slice; so many a second. */
  churn(perSecond: number): { stop(): Promise<{ readonly changes: number; readonly perSecond: number }> };
}

const address = (i: number, version: number) => `10.${100 + (version % 50)}.${i >> 8}.${i & 255}`;
const podName = (i: number) => `fake-${i}`;
const serviceName = (slice: number) => `fake-service-${slice}`;

export async function makeFakePods(cluster: Cluster, count: number): Promise<FakePods> {
  await cluster.apply({ apiVersion: 'v1', kind: 'Node', metadata: { name: NODE } });
  const slices = Math.ceil(count / PER_SLICE);
  const versions = new Array<number>(count).fill(0);
  await forEach(count, 12, async i => {
    const spec = { nodeName: NODE, containers: [{ name: 'none', image: 'bench/none:1' }] };
    const metadata = { name: podName(i), namespace: NAMESPACE, labels: { bench: 'fake' } };
    await cluster.create({ apiVersion: 'v1', kind: 'Pod', metadata, spec });
  });
  await forEach(slices, 4, async slice => {
    const ports = [{ name: 'http', port: 80, targetPort: 8_080 }];
    await cluster.create(service(NAMESPACE, serviceName(slice), ports));
    await cluster.create(sliceOf(slice, count, versions));
  });
  let at = 0;
  const change = async () => {
    at += STRIDE;
    const i = at % count;
    versions[i] = versions[i]! + 1;
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: podName(i), namespace: NAMESPACE } };
    const podIP = address(i, versions[i]);
    await cluster.patch(pod, { status: { phase: 'Running', podIP, podIPs: [{ ip: podIP }] } }, 'status');
    const slice = sliceOf(Math.floor(i / PER_SLICE), count, versions);
    await cluster.patch(slice, { endpoints: slice.endpoints });
  };
  return {
    services: Array.from({ length: slices }, (_, slice) => serviceName(slice)),
    churn: perSecond => startChurn(change, perSecond),
  };
}

function sliceOf(slice: number, count: number, versions: readonly number[]) {
  const first = slice * PER_SLICE;
  const members = Array.from({ length: Math.min(PER_SLICE, count - first) }, (_, k) => first + k);
  const name = serviceName(slice);
  return {
    apiVersion: SLICES,
    kind: 'EndpointSlice',
    metadata: { name, namespace: NAMESPACE, labels: { 'kubernetes.io/service-name': name, bench: 'fake' } },
    addressType: 'IPv4',
    ports: [{ name: 'http', port: 8_080, protocol: 'TCP' }],
    endpoints: members.map(i => ({
      addresses: [address(i, versions[i]!)],
      conditions: { ready: true },
      nodeName: NODE,
      targetRef: { kind: 'Pod', name: podName(i), namespace: NAMESPACE },
    })),
  };
}

function startChurn(change: () => Promise<void>, perSecond: number): ReturnType<FakePods['churn']> {
  const begin = Date.now();
  const pending = new Set<Promise<void>>();
  let changes = 0;
  let due = 0;
  const timer = setInterval(() => {
    due = ((Date.now() - begin) / 1_000) * perSecond;
    // Who can't keep up is not asked for more: the rate that was reached is told.
    while (changes < due && pending.size < 16) {
      changes++;
      const one: Promise<void> = change()
        .catch(() => {})
        .finally(() => pending.delete(one));
      pending.add(one);
    }
  }, 5);
  return {
    async stop() {
      clearInterval(timer);
      await Promise.all(pending);
      return { changes, perSecond: changes / ((Date.now() - begin) / 1_000) };
    },
  };
}

/** Deletes what was made. */
export async function removeFakePods(cluster: Cluster, { services }: FakePods): Promise<void> {
  await cluster.removeAll({ apiVersion: SLICES, kind: 'EndpointSlice' }, NAMESPACE, 'bench=fake');
  await cluster.removeAll({ apiVersion: 'v1', kind: 'Pod' }, NAMESPACE, 'bench=fake');
  for (const name of services) {
    await cluster.remove({ apiVersion: 'v1', kind: 'Service', metadata: { namespace: NAMESPACE, name } });
  }
}
