import type { Gateway } from '../../../resources/index.ts';

/** Of a Gateway: the Deployment of its namespace whose pods are its data plane. */
const DEPLOYMENT_ANNOTATION = 'sluice.dev/deployment';

/** Which data plane that Sluice doesn't make a Gateway names, or why it can't have that one. */
export type UnmanagedTarget =
  | { readonly kind: 'deployment' | 'service'; readonly name: string }
  | { readonly kind: 'refused'; readonly reason: string };

/** Names of Services within a cluster; its domain may be left out, and only the usual one is known. */
const SERVICE_HOSTNAME = /^([a-z0-9-]{1,63})\.([a-z0-9-]{1,63})\.svc(\.cluster\.local)?$/;
/** RFC 1123. */
const OBJECT_NAME = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

/** Undefined: it names none, so its data plane is made for it. */
export function unmanagedTarget({ metadata, spec }: Gateway): UnmanagedTarget | undefined {
  const deployment = metadata.annotations[DEPLOYMENT_ANNOTATION];
  if (deployment !== undefined) return deploymentOf(deployment, metadata.namespace);
  const [address, ...further] = spec.addresses ?? [];
  if (address?.type !== 'Hostname' || further.length > 0) return undefined;
  const [, name, namespace] = address.value?.toLowerCase().match(SERVICE_HOSTNAME) ?? [];
  if (name === undefined || namespace === undefined) return undefined;
  if (namespace === metadata.namespace) return { kind: 'service', name };
  return {
    kind: 'refused',
    reason: `spec.addresses[0] names Service ${name} of namespace ${namespace}: a Gateway can only be served by a Service of its own namespace, ${metadata.namespace}`,
  };
}

function deploymentOf(name: string, namespace: string): UnmanagedTarget {
  if (OBJECT_NAME.test(name)) return { kind: 'deployment', name };
  return {
    kind: 'refused',
    reason: `annotation ${DEPLOYMENT_ANNOTATION}: ${JSON.stringify(name.slice(0, 64))} is no name of a Deployment: give that of one in namespace ${namespace}`,
  };
}
