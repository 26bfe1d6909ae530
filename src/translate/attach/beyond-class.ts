import { isPodCommand, type SluiceProxySpec } from '../../resources/index.ts';

/**
 * Where a Gateway's own parameters say what is for those who may run pods, or anything of nodes: with it, whoever may write Gateways
 * could do the same. Undefined: nowhere. What its class says anybody may repeat.
 */
export function beyondClass(ofClass: SluiceProxySpec, own: SluiceProxySpec): string | undefined {
  if (own.patches && own.patches.length > 0) return 'spec.patches';
  if (own.image !== undefined && own.image !== ofClass.image) return 'spec.image';
  if (own.service?.type === 'HostNetwork' && ofClass.service?.type !== 'HostNetwork')
    return 'spec.service.type HostNetwork';
  const { priorityClassName, annotations = {} } = own.pod ?? {};
  if (priorityClassName !== undefined && priorityClassName !== ofClass.pod?.priorityClassName)
    return 'spec.pod.priorityClassName';
  const command = Object.keys(annotations).find(
    key => isPodCommand(key) && annotations[key] !== ofClass.pod?.annotations?.[key],
  );
  return command === undefined ? undefined : `spec.pod.annotations["${command}"]`;
}
