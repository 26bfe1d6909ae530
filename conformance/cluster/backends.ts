import path from 'node:path';
import type { ImageRule } from '../images.ts';
import type { Cluster } from './cluster.ts';
import { type KubeObject, service } from './objects.ts';
import { rolledOut } from './ready.ts';

const IMAGE = 'rig/backend:1';
export const CONTROL_PORT = 3_001;

/** What the harness starts in the place of the backend's image: it says its name in `x-backend`. */
export const BACKEND_RULE: ImageRule = {
  match: IMAGE,
  entrypoint: [process.execPath, path.join(import.meta.dirname, 'backend.ts')],
};

/** Pods of backend.ts behind a Service of the same name, on ports 80 and 8080. */
export function backend(namespace: string, name: string, replicas: number): readonly KubeObject[] {
  const ports = [80, 8_080].map(port => ({ name: `p${port}`, port, targetPort: 3_000 }));
  return [deployment(namespace, name, replicas), service(namespace, name, ports, { app: name })];
}

function deployment(namespace: string, name: string, replicas: number): KubeObject {
  const labels = { app: name };
  const container = {
    name: 'backend',
    image: IMAGE,
    readinessProbe: { httpGet: { path: '/ready', port: CONTROL_PORT }, periodSeconds: 1 },
  };
  const strategy = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } };
  const template = { metadata: { labels }, spec: { containers: [container] } };
  const spec = { replicas, strategy, selector: { matchLabels: labels }, template };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace }, spec };
}

/** Applies a backend; resolves when its pods are ready. */
export async function startBackend(cluster: Cluster, namespace: string, name: string, replicas: number): Promise<void> {
  for (const object of backend(namespace, name, replicas)) await cluster.apply(object);
  await rolledOut(cluster, namespace, name);
}
