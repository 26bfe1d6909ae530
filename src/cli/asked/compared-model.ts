import type { Model } from '../../gateway/index.ts';
import { askedModel } from './asked-model.ts';

/** What a word of `sluice diff` names: a PATH, or `kube:` and perhaps a context of the kubeconfig. */
export function comparedModel(
  word: string,
  flags: { readonly kubeconfig: string | undefined; readonly 'controller-name': string | undefined },
): Promise<Model | { readonly refused: string }> {
  // Repositories hold no keys: where requests go does not depend on them.
  const shared = { 'controller-name': flags['controller-name'], 'self-signed': true };
  if (!word.startsWith('kube:')) {
    return askedModel({ ...shared, kube: false, kubeconfig: undefined, context: undefined }, [word]);
  }
  const context = word.slice('kube:'.length) || undefined;
  return askedModel({ ...shared, kube: true, kubeconfig: flags.kubeconfig, context }, []);
}
