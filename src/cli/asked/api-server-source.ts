import type { KubernetesSourceOptions } from '../../cluster/index.ts';
import type { Connected } from '../../kubernetes/index.ts';
import type { Source } from '../../sources/index.ts';

/** Which API server. */
export interface ApiServerChoice {
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
}

/** There is no API server to be had. */
export interface NoServer {
  /** Why, for the user. */
  readonly unusable: string;
  /** A signal came before the credentials. */
  readonly stopped: boolean;
}

/** A client; a credential plugin that takes its time ends when `stopped` resolves. */
export async function apiServer(choice: ApiServerChoice, stopped?: Promise<void>): Promise<Connected | NoServer> {
  const { connect } = await import('../../kubernetes/index.ts');
  const stopping = new AbortController();
  stopped?.then(() => stopping.abort());
  const client = await connect({ ...choice, signal: stopping.signal });
  return 'unusable' in client ? { ...client, stopped: stopping.signal.aborted } : client;
}

/** For somebody at a terminal: who can't be reached is said at once. */
export async function apiServerSource(
  choice: ApiServerChoice,
  { stopped, ...options }: { readonly stopped?: Promise<void> } & Pick<KubernetesSourceOptions, 'observe'> = {},
): Promise<Source | NoServer> {
  const [client, { createKubernetesSource }] = await Promise.all([
    apiServer(choice, stopped),
    import('../../cluster/index.ts'),
  ]);
  return 'unusable' in client ? client : createKubernetesSource({ client, reach: 'once', ...options });
}
