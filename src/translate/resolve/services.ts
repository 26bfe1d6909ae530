import type { Service, ServiceImport } from '../../resources/index.ts';

/** What routes look at in a Service or ServiceImport. Other changes of it don't concern them. */
export interface ServiceView {
  /** ExternalName: not a set of endpoints but another name. */
  readonly external: boolean;
  /** TCP ports. */
  readonly ports: readonly { readonly port: number; readonly appProtocol?: string }[];
}

export function viewService(service: Service | ServiceImport): ServiceView {
  const ports = (service.spec.ports ?? []).filter(({ protocol }) => protocol === 'TCP');
  return {
    external: service.kind === 'Service' && service.spec.type === 'ExternalName',
    ports: ports.map(({ port, appProtocol }) => ({ port, ...(appProtocol !== undefined && { appProtocol }) })),
  };
}
