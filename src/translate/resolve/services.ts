import { type AnyResource, nameKey, type Service, type ServiceImport } from '../../resources/index.ts';

/** What routes look at in a Service or ServiceImport. Other changes of it don't concern them. */
export interface ServiceView {
  /** ExternalName: not a set of endpoints but another name. */
  readonly external: boolean;
  /** A BackendTLSPolicy targets it: it must be reached by TLS, never in the clear. */
  readonly encrypted: boolean;
  /** sessionAffinity ClientIP: it decides by address who is served by whom. */
  readonly affine: boolean;
  /** TCP ports. */
  readonly ports: readonly { readonly port: number; readonly appProtocol?: string }[];
}

export function viewService(service: Service | ServiceImport, encrypted: boolean): ServiceView {
  const ports = (service.spec.ports ?? []).filter(({ protocol }) => protocol === 'TCP');
  return {
    external: service.kind === 'Service' && service.spec.type === 'ExternalName',
    encrypted,
    affine: service.spec.sessionAffinity === 'ClientIP',
    ports: ports.map(({ port, appProtocol }) => ({ port, ...(appProtocol !== undefined && { appProtocol }) })),
  };
}

/** The Services, as `namespace/name`, that a BackendTLSPolicy targets; none for other kinds. */
export function encryptedServices(resource: AnyResource): readonly string[] {
  if (resource.kind !== 'BackendTLSPolicy') return [];
  const targets = resource.spec.targetRefs.filter(({ group, kind }) => group === '' && kind === 'Service');
  return targets.map(({ name }) => nameKey(resource.metadata.namespace, name));
}
