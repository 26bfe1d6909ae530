import type { ApiClient } from './api-client.ts';
import { createApiClient } from './create-api-client.ts';
import type { Credentials, Unusable } from './credentials/credentials.ts';
import { inClusterCredentials, SERVICE_ACCOUNT } from './credentials/in-cluster.ts';
import { readKubeconfig } from './credentials/kubeconfig.ts';
import { kubeconfigFiles } from './credentials/kubeconfig-files.ts';
import { oneLine } from './failure.ts';

export interface ConnectOptions {
  /** A file; default $KUBECONFIG, then ~/.kube/config, then the service account of the pod. */
  readonly kubeconfig?: string | undefined;
  /** Default: the current context of the kubeconfig. */
  readonly context?: string | undefined;
  /** Default: that of this process. */
  readonly env?: NodeJS.ProcessEnv;
  /** How long a credential plugin that nobody can answer may take; default 60,000 ms. */
  readonly pluginPatienceMs?: number;
  /** Ends a credential plugin that runs. */
  readonly signal?: AbortSignal;
  /** The folder where a pod finds its service account; for tests. */
  readonly serviceAccount?: string;
}

export interface Connected extends ApiClient {
  /** Of the context or of the pod; else `default`. */
  readonly namespace: string;
}

/** A client with the credentials of the user, or why there are none. Nothing is asked of the API server yet. */
export async function connect(options: ConnectOptions = {}): Promise<Connected | Unusable> {
  const closing = new AbortController();
  const signal = options.signal ? AbortSignal.any([closing.signal, options.signal]) : closing.signal;
  const renew = () => credentialsOf(options, signal);
  const credentials = await renew();
  if ('unusable' in credentials) return { unusable: oneLine(credentials.unusable) };
  try {
    const client = createApiClient({ credentials, renew });
    const close = () => {
      closing.abort();
      client.close();
    };
    return { ...client, close, namespace: credentials.namespace ?? 'default' };
  } catch (error) {
    return {
      unusable: `can't connect to ${credentials.server}: ${oneLine(error instanceof Error ? error.message : String(error))}`,
    };
  }
}

async function credentialsOf(options: ConnectOptions, signal: AbortSignal): Promise<Credentials | Unusable> {
  const { context, env = process.env, serviceAccount = SERVICE_ACCOUNT, pluginPatienceMs: patienceMs } = options;
  const files = kubeconfigFiles(options.kubeconfig, env);
  if ('unusable' in files) return files;
  if (files.length > 0) return readKubeconfig({ files, context, plugin: { env, patienceMs, signal } });
  if (env.KUBERNETES_SERVICE_HOST) return inClusterCredentials(env, serviceAccount);
  return {
    unusable: 'there is no kubeconfig: name one with --kubeconfig FILE or in KUBECONFIG, or have one at ~/.kube/config',
  };
}
