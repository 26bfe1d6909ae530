import type { Service, ServiceImport } from '../../resources/index.ts';

/** What routes look at in a Service or ServiceImport. Other changes of it don't concern them. */
export interface ServiceView {
  /** ExternalName: not a set of endpoints but another name, in lower case ('' if it gives none). */
  readonly external?: string;
  /** sessionAffinity ClientIP: it decides by address who is served by whom. */
  readonly affine: boolean;
  /** Of TCP and UDP. */
  readonly ports: readonly ServicePort[];
}

export interface ServicePort {
  readonly port: number;
  /** '' if it has none. */
  readonly name: string;
  /** Absent: TCP. */
  readonly transport?: 'udp';
  readonly appProtocol?: string;
}

export function viewService(service: Service | ServiceImport): ServiceView {
  return {
    ...(isExternal(service) && { external: externalName(service.spec.externalName) }),
    affine: service.spec.sessionAffinity === 'ClientIP',
    ports: (service.spec.ports ?? []).filter(({ protocol }) => protocol !== 'SCTP').map(viewPort),
  };
}

/** The port of a number, of one of the transports. */
export function portOf(
  { ports }: Pick<ServiceView, 'ports'>,
  port: number,
  transport: 'udp' | undefined,
): ServicePort | undefined {
  return ports.find(each => each.port === port && each.transport === transport);
}

function isExternal(service: Service | ServiceImport): service is Service {
  return service.kind === 'Service' && service.spec.type === 'ExternalName';
}

/** A name may end in a dot, as in zone files: it means the same. */
function externalName(name = ''): string {
  return name.toLowerCase().replace(/\.$/, '');
}

interface PortSpec {
  readonly port: number;
  readonly name?: string;
  readonly protocol?: string;
  readonly appProtocol?: string;
}

function viewPort({ port, name = '', protocol, appProtocol }: PortSpec): ServicePort {
  return {
    port,
    name,
    ...(protocol === 'UDP' && { transport: 'udp' as const }),
    ...(appProtocol !== undefined && { appProtocol }),
  };
}
