import type { Cluster } from '../../conformance/cluster/cluster.ts';
import { type KubeObject, service } from '../../conformance/cluster/objects.ts';
import { rolledOut } from '../../conformance/cluster/ready.ts';
import { NAMESPACE } from './world.ts';

/** What the harness starts in place of it: backend.ts. */
export const BACKEND_IMAGE = 'bench/backend:1';
export const CONTROL_PORT = 3_001;

function deployment(name: string, replicas: number): KubeObject {
  const labels = { app: name };
  const container = {
    name: 'backend',
    image: BACKEND_IMAGE,
    readinessProbe: { httpGet: { path: '/ready', port: CONTROL_PORT }, periodSeconds: 1 },
  };
  const strategy = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } };
  const template = { metadata: { labels }, spec: { containers: [container] } };
  const spec = { replicas, strategy, selector: { matchLabels: labels }, template };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace: NAMESPACE }, spec };
}

/** Pods of backend.ts behind a Service of the same name, on ports 80 and 8080; resolves when they are ready. */
export async function startBackends(cluster: Cluster, name: string, replicas: number): Promise<void> {
  await cluster.apply(deployment(name, replicas));
  const ports = [80, 8_080].map(port => ({ name: `p${port}`, port, targetPort: 3_000 }));
  await cluster.apply(service(NAMESPACE, name, ports, { app: name }));
  await rolledOut(cluster, NAMESPACE, name);
}
