import type { DataPlaneSpec } from '../data-plane-spec.ts';
import type { KubeObject } from '../kube-object.ts';
import { metadataOf, selectorLabels } from './marks.ts';

/** By default one proxy at a time may be evicted, so that a single one never keeps a node from being drained. */
export function disruptionBudgetOf(spec: DataPlaneSpec): KubeObject {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: metadataOf(spec),
    spec: {
      ...(spec.parameters.disruptionBudget ?? { maxUnavailable: 1 }),
      selector: { matchLabels: selectorLabels(spec) },
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    },
  };
}
