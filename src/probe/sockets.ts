import type { Bind, Listener, Unit } from '../ir/index.ts';
import { matchesHostname } from '../router/index.ts';

/** A socket with the listeners that share it. */
export interface Socket {
  readonly bind: Bind;
  readonly listeners: readonly Listener[];
}

/** What a client knows before it connects. */
export interface Destination {
  /** Of the manifests, or one that a socket was mapped to; absent: `assumedPort`. */
  readonly port?: number | undefined;
  /** As in the Host header, in lower case and without a port; empty where that can't be read. */
  readonly host: string;
  /** `namespace/name`. */
  readonly gateway?: string | undefined;
  /** Absent: TCP. */
  readonly transport?: 'udp' | undefined;
}

export interface Sockets {
  readonly all: readonly Socket[];
  /** That a client takes who names none: 80 where it is served, else the lowest. */
  readonly assumedPort: number;
  /**
   * Where such a client may arrive: of several sockets (Gateways with addresses of their own) those that have a listener for the
   * host, or all where none has. None: nothing listens there.
   */
  at(to: Destination): readonly Socket[];
}

export function createSockets(units: readonly Unit[]): Sockets {
  const all = socketsOf(units);
  const byPort = new Map<number, Socket[]>();
  for (const socket of all)
    for (const port of portsOf([socket])) byPort.set(port, [...(byPort.get(port) ?? []), socket]);
  const assumedPort = assumedOf(all);
  return {
    all,
    assumedPort,
    at({ port = assumedPort, host, gateway, transport }) {
      const isMeant = (socket: Socket) =>
        socket.bind.transport === transport && (gateway === undefined || gatewaysOf([socket]).includes(gateway));
      const named = (byPort.get(port) ?? []).filter(isMeant);
      const found = named.length > 0 ? named : all.filter(socket => socket.bind.port === port && isMeant(socket));
      const takers = found.length > 1 ? found.filter(socket => hasHost(socket, host)) : found;
      return takers.length > 0 ? takers : found;
    },
  };
}

/** Who says nothing speaks HTTP in plaintext, if that is spoken anywhere. */
function assumedOf(all: readonly Socket[]): number {
  const streams = all.filter(({ bind }) => bind.transport === undefined);
  const plain = portsOf(streams.filter(({ listeners }) => listeners.some(({ protocol }) => protocol === 'HTTP')));
  const ports = plain.length > 0 ? plain : portsOf(streams);
  return ports.includes(80) ? 80 : (ports[0] ?? 80);
}

/** Those that have listeners. */
export function socketsOf(units: readonly Unit[]): readonly Socket[] {
  const listeners = new Map(units.filter(unit => unit.kind === 'Listener').map(unit => [unit.name, unit]));
  return units
    .filter(unit => unit.kind === 'Bind')
    .map(bind => ({ bind, listeners: bind.listeners.flatMap(name => listeners.get(name) ?? []) }))
    .filter(socket => socket.listeners.length > 0);
}

function hasHost({ listeners }: Socket, host: string): boolean {
  return listeners.some(({ hostname }) => matchesHostname(hostname, host));
}

/** Ports of the manifests that are served, in order. */
export function portsOf(sockets: readonly Socket[]): readonly number[] {
  return [...new Set(sockets.flatMap(({ listeners }) => listeners.map(({ port }) => port)))].sort((a, b) => a - b);
}

/** `namespace/name`, each once. */
export function gatewaysOf(sockets: readonly Socket[]): readonly string[] {
  return [...new Set(sockets.flatMap(({ listeners }) => listeners.map(({ gateway }) => gateway)))];
}

/** In words, for a client that arrives nowhere. */
export function nobodyListens(
  { all, assumedPort }: Sockets,
  { port = assumedPort, gateway, transport }: Destination,
): string {
  const same = all.filter(({ bind }) => bind.transport === transport);
  const own = gateway === undefined ? same : same.filter(socket => gatewaysOf([socket]).includes(gateway));
  const ports = portsOf(own);
  const who = gateway === undefined ? 'no Gateway listens' : `Gateway ${gateway} does not listen`;
  const which = transport === 'udp' ? 'UDP port' : 'port';
  if (ports.length === 0) return `${who} on any ${which}`;
  return `${who} on ${which} ${port}; ports that are served: ${ports.join(', ')}`;
}
