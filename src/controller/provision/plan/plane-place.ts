import type { Gateway, SluiceProxySpec } from '../../../resources/index.ts';
import type { GatewayView } from '../../../translate/index.ts';
import type { DataPlaneSpec } from '../data-plane-spec.ts';
import { dedicatedName, mergedName } from './data-plane-name.ts';
import { type UnmanagedTarget, unmanagedTarget } from './unmanaged-target.ts';

/** By which data plane a Gateway is served; Gateways of one scope share it. */
export type PlanePlace = Pick<
  DataPlaneSpec,
  'scope' | 'namespace' | 'name' | 'mode' | 'className' | 'parameters' | 'unmanaged' | 'refused'
>;

/** @param namespace the controller's: merged data planes stand there */
export function placeOf(view: GatewayView, namespace: string): PlanePlace {
  const target = unmanagedTarget(view.gateway);
  if (target) return unmanaged(target, view);
  const { className, classParameters } = view;
  return classParameters.mode === 'Merged'
    ? managed('merged', namespace, mergedName(className), className, classParameters)
    : dedicated(view);
}

function dedicated({ gateway: { metadata }, className, parameters }: GatewayView): PlanePlace {
  return managed('dedicated', metadata.namespace, dedicatedName(metadata.name, className), className, parameters);
}

function managed(
  mode: 'dedicated' | 'merged',
  namespace: string,
  name: string,
  className: string,
  parameters: SluiceProxySpec,
): PlanePlace {
  return { scope: `${namespace}/${name}`, namespace, name, mode, className, parameters };
}

function unmanaged(target: UnmanagedTarget, { gateway, className, parameters }: GatewayView): PlanePlace {
  const { namespace } = gateway.metadata;
  const place = { namespace, mode: 'unmanaged' as const, className, parameters };
  if (target.kind === 'refused') return { ...place, ...ofNobody(gateway), refused: target.reason };
  const { kind, name } = target;
  return { ...place, scope: `${namespace}/${kind}/${name}`, name, unmanaged: { [kind]: name } };
}

function ofNobody({ metadata }: Gateway): Pick<PlanePlace, 'scope' | 'name'> {
  return { scope: `${metadata.namespace}/gateway/${metadata.name}`, name: metadata.name };
}
