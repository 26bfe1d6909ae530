import { type Bind, type Listener, seal, type TransportRoute, type Unit } from '../../src/ir/index.ts';
import { backendName, bind } from './config.ts';

const origin = { kind: 'TCPRoute', namespace: 'default', name: 'wire' } as const;

export const TCP = 'default/wire/tcp';
export const UDP = 'default/wire/udp';

export function transportListener(protocol: 'TCP' | 'UDP', name = protocol === 'TCP' ? TCP : UDP): Listener {
  const section = name.split('/')[2]!;
  return seal({ kind: 'Listener', name, gateway: 'default/wire', section, port: 9, protocol, hostname: '*', origin });
}

/** To backends by the last word of their names, with weights; to `-` nothing goes. */
export function transportRoute(
  shares: Readonly<Record<string, number>>,
  listener = TCP,
  { name = 'wire', created = 0 }: { readonly name?: string; readonly created?: number } = {},
): TransportRoute {
  return seal({
    kind: 'TransportRoute',
    name: `${listener === UDP ? 'UDPRoute' : 'TCPRoute'}/default/${name}@default/wire`,
    route: `default/${name}`,
    created,
    attachments: [{ listener, hostnames: ['*'] }],
    backends: Object.entries(shares).map(([backend, weight]) => ({ weight, target: targetOf(backend) })),
    origin,
  });
}

function targetOf(backend: string): TransportRoute['backends'][number]['target'] {
  if (backend === '-') return { kind: 'failure', status: 500, reason: 'BackendNotFound' };
  return { kind: 'backend', backend: backendName(backend) };
}

/** A listener for bytes, with its route, in the place of one for requests. */
export function tcpUnits(route: TransportRoute, ...more: readonly Unit[]): readonly Unit[] {
  return [...more, route, transportListener('TCP'), bind([TCP])];
}

/** A socket for datagrams. */
export function udpBind(port = 0): Bind {
  return seal({ kind: 'Bind', name: 'udp:wire', transport: 'udp', host: '127.0.0.1', port, listeners: [UDP] });
}
