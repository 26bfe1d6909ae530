import type { Bind, Listener, Unit } from '../ir/index.ts';

/** What a client knows before it connects. */
export interface Destination {
  /** Without port, lower case. */
  readonly host: string;
  /** As in the manifest, or of the socket. */
  readonly port: number;
  /** `namespace/name` of a Gateway: where several have the port, each at an address of its own. */
  readonly gateway?: string | undefined;
}

interface Socket {
  readonly bind: Bind;
  readonly listeners: readonly Listener[];
}

/** The socket that such a client connects to, as the name of a Bind; or why there is none. */
export function socketFor(units: readonly Unit[], to: Destination): string | { readonly unaskable: string } {
  const sockets = socketsOf(units).filter(({ listeners }) => isOf(listeners, to.gateway));
  const byManifest = sockets.filter(({ listeners }) => listeners.some(({ port }) => port === to.port));
  const found = byManifest.length > 0 ? byManifest : sockets.filter(({ bind }) => bind.port === to.port);
  if (found.length === 0) return { unaskable: nobody(to, sockets) };
  const named = found.length === 1 ? found : found.filter(({ listeners }) => listeners.some(takes(to.host)));
  const [first, second] = named.length > 0 ? named : found;
  return second === undefined ? first!.bind.name : { unaskable: several(to, found) };
}

function socketsOf(units: readonly Unit[]): readonly Socket[] {
  const listeners = new Map(units.filter(unit => unit.kind === 'Listener').map(unit => [unit.name, unit]));
  return units
    .filter(unit => unit.kind === 'Bind')
    .map(bind => ({ bind, listeners: bind.listeners.flatMap(name => listeners.get(name) ?? []) }))
    .filter(socket => socket.listeners.length > 0);
}

function isOf(listeners: readonly Listener[], gateway: string | undefined): boolean {
  return gateway === undefined || listeners.some(listener => listener.gateway === gateway);
}

function takes(host: string): (listener: Listener) => boolean {
  return ({ hostname }) =>
    hostname === '*' || hostname === host || (hostname.startsWith('*.') && host.endsWith(hostname.slice(1)));
}

function nobody({ port, gateway }: Destination, sockets: readonly Socket[]): string {
  const who = gateway === undefined ? 'no Gateway listens' : `Gateway ${gateway} does not listen`;
  const ports = [...new Set(sockets.flatMap(({ listeners }) => listeners.map(each => each.port)))].sort(
    (a, b) => a - b,
  );
  return ports.length === 0 ? `${who} on any port` : `${who} on port ${port}, but on ${ports.join(', ')}`;
}

function several({ port }: Destination, sockets: readonly Socket[]): string {
  const gateways = [...new Set(sockets.flatMap(({ listeners }) => listeners.map(({ gateway }) => gateway)))].sort();
  if (gateways.length === 1) return `Gateway ${gateways[0]} has port ${port} at several addresses`;
  return `several Gateways listen on port ${port}, each at an address of its own: say gateway: ${gateways.join(' or ')}`;
}
