import type { DataPlaneSpec } from '../data-plane-spec.ts';
import type { KubeObject } from '../kube-object.ts';
import type { Rendered } from '../provisioner.ts';
import { applyPatches } from './apply-patches.ts';
import { autoscalerOf } from './autoscaler.ts';
import { deploymentOf } from './deployment.ts';
import { disruptionBudgetOf } from './disruption-budget.ts';
import type { Install } from './install.ts';
import { metadataOf, ownLabels } from './marks.ts';
import { leftOffPods } from './pod.ts';
import { serviceOf } from './service.ts';

/**
 * The objects of a data plane, for server-side apply, in the order in which they are applied. Pure: the same input gives the
 * same objects, field by field. None for one that is not ours to make.
 */
export function render(spec: DataPlaneSpec, install: Install): Rendered {
  if (spec.mode === 'unmanaged' || spec.held) return { objects: [] };
  const { objects, trouble } = applyPatches(
    [
      serviceAccountOf(spec),
      configMapOf(spec, install),
      serviceOf(spec),
      deploymentOf(spec, install),
      disruptionBudgetOf(spec),
      autoscalerOf(spec),
    ].filter(object => object !== undefined),
    spec.parameters.patches ?? [],
    Object.keys(ownLabels(spec)),
  );
  const troubles = [...leftOffPods(spec).map(leftOff), ...(trouble === undefined ? [] : [trouble])];
  return { objects, ...(troubles.length > 0 && { trouble: troubles.join('; ') }) };
}

function leftOff(annotation: string): string {
  return `annotation ${annotation} of spec.infrastructure is not put on its pods, for others would change them: parameters of its GatewayClass with gatewayParameters All allow it`;
}

/** Who the proxies are. It may do nothing: tokens are only for the controller to see. */
function serviceAccountOf(spec: DataPlaneSpec): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: metadataOf(spec),
    automountServiceAccountToken: false,
  };
}

/** What changes without a restart; everything else stands in the pod's template. */
function configMapOf(spec: DataPlaneSpec, { caBundle }: Install): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: metadataOf(spec), data: { 'ca.crt': caBundle } };
}
