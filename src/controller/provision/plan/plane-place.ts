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

/**
 * The place of a Gateway that is accepted. Of one that isn't, every place that it may have had: its parameters, the mode among them,
 * may be what can't be read, and what stands must stay.
 *
 * @param namespace the controller's: merged data planes stand there
 */
export function placesOf(view: GatewayView, namespace: string): readonly PlanePlace[] {
  const target = unmanagedTarget(view.gateway);
  const made = [merged(view, namespace), dedicated(view)];
  // The last is the one that it has by what can be read.
  const places = [
    ...(view.classParameters.mode === 'Merged' ? made.toReversed() : made),
    ...(target ? [unmanaged(target, view)] : []),
  ];
  return view.accepted ? places.slice(-1) : places;
}

function merged({ className, classParameters }: GatewayView, namespace: string): PlanePlace {
  return managed('merged', namespace, mergedName(className), className, classParameters);
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
