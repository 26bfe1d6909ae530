import type { DataPlaneSpec } from '../data-plane-spec.ts';
import type { KubeObject } from '../kube-object.ts';
import { labelValueOf } from '../plan/data-plane-name.ts';

type Marks = Readonly<Record<string, string>>;

/** By which the pods of a data plane are found. A Deployment's selector can't be changed: these never may. */
export function selectorLabels({ name }: DataPlaneSpec): Marks {
  return {
    'app.kubernetes.io/name': 'sluice',
    'app.kubernetes.io/component': 'proxy',
    'app.kubernetes.io/instance': name,
  };
}

/** What all objects of a data plane are known by (GEP-1762). */
export function ownLabels(spec: DataPlaneSpec): Marks {
  const [gateway] = spec.gateways;
  return {
    ...selectorLabels(spec),
    'app.kubernetes.io/managed-by': 'sluice',
    'gateway.networking.k8s.io/gateway-class-name': labelValueOf(spec.className),
    ...(spec.mode === 'dedicated' &&
      gateway && { 'gateway.networking.k8s.io/gateway-name': labelValueOf(gateway.name) }),
  };
}

/** Labels and annotations of an object or of pods; what says whose they are wins over everything that users add. */
export function marksOf(
  spec: DataPlaneSpec,
  added: { readonly labels?: Marks; readonly annotations?: Marks } = {},
): { readonly labels: Marks; readonly annotations?: Marks } {
  const annotations = { ...spec.annotations, ...added.annotations };
  return {
    labels: { ...spec.labels, ...added.labels, ...ownLabels(spec) },
    ...(Object.keys(annotations).length > 0 && { annotations }),
  };
}

export function metadataOf(
  spec: DataPlaneSpec,
  added?: { readonly labels?: Marks; readonly annotations?: Marks },
): KubeObject['metadata'] {
  return {
    name: spec.name,
    namespace: spec.namespace,
    ...marksOf(spec, added),
    ...(spec.owner && { ownerReferences: [spec.owner] }),
  };
}
