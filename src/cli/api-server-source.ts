import type { Source } from '../sources/index.ts';

/** Which API server. */
export interface ApiServerChoice {
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
}

/** For somebody at a terminal: who can't be reached is said at once. */
export async function apiServerSource(choice: ApiServerChoice): Promise<Source | { readonly unusable: string }> {
  const [{ connect }, { createKubernetesSource }] = await Promise.all([
    import('../kubernetes/index.ts'),
    import('../sources/index.ts'),
  ]);
  const client = await connect(choice);
  return 'unusable' in client ? client : createKubernetesSource({ client, reach: 'once' });
}
