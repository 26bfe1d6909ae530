import type { Model } from '../../gateway/index.ts';
import { askedModel } from './asked-model.ts';

/** What a word of `sluice diff` names: a PATH, or `kube:` and perhaps a context of the kubeconfig. */
export function comparedModel(
  word: string,
  flags: { readonly kubeconfig: string | undefined; readonly 'controller-name': string | undefined },
): Promise<Model | { readonly refused: string }> {
  const controllerName = { 'controller-name': flags['controller-name'] };
  if (!word.startsWith('kube:')) {
    return askedModel({ ...controllerName, kube: false, kubeconfig: undefined, context: undefined }, [word]);
  }
  const context = word.slice('kube:'.length) || undefined;
  return askedModel({ ...controllerName, kube: true, kubeconfig: flags.kubeconfig, context }, []);
}
