import { readFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import path from 'node:path';
import type { Credentials, Unusable } from './credentials.ts';
import { fileFault } from './kubeconfig-files.ts';

/** Where Kubernetes puts the service account of a pod. */
export const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The service account of this pod, as it is now: the token is replaced from time to time. */
export function inClusterCredentials(env: NodeJS.ProcessEnv, folder: string): Credentials | Unusable {
  const host = env.KUBERNETES_SERVICE_HOST ?? '';
  const port = env.KUBERNETES_SERVICE_PORT_HTTPS ?? env.KUBERNETES_SERVICE_PORT ?? '443';
  const read = (name: string) => readFileSync(path.join(folder, name), 'utf8').trim();
  try {
    return {
      server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
      ca: read('ca.crt'),
      headers: { Authorization: `Bearer ${read('token')}` },
      namespace: read('namespace'),
    };
  } catch (error) {
    const advice = 'the pod needs a service account (automountServiceAccountToken: true)';
    return { unusable: `the service account in ${folder} can't be read: ${fileFault(error)}; ${advice}` };
  }
}
