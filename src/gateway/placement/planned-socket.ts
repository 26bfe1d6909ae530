import { type Bind, hasHostnames, type Listener, type PortFamily, portFamily, seal } from '../../ir/index.ts';
import type { Claim, Transport } from './claims.ts';

/** Where one port of one Gateway is, on one address. */
export interface Place {
  readonly gateway: string;
  readonly host: string;
  /** As in the manifest. */
  readonly port: number;
  /** Absent: TCP. */
  readonly transport?: 'udp';
  readonly listeners: readonly Listener[];
  /** The port of the socket; absent if there is none. */
  readonly bound?: number;
  /** Why there is no socket, or not on the port that was wanted. */
  readonly reason?: string;
  /** The address does not belong to this machine. */
  readonly foreign: boolean;
}

/** A socket as it is to be, and what came of it. */
export interface PlannedSocket {
  readonly host: string;
  readonly port: number;
  readonly transport: Transport;
  /** Names the socket for as long as it is open, where the port does not. */
  readonly label: string;
  /** Ports still to be tried if the present one is refused. */
  candidates: readonly number[];
  requested: number;
  bound: number | undefined;
  reason: string | undefined;
  /** Another socket of ours had the port that it wants. */
  displaced: boolean;
  failed: boolean;
  foreign: boolean;
  claims: Claim[];
}

export function isAt(socket: PlannedSocket, { host, port, transport }: Claim): boolean {
  return socket.host === host && socket.port === port && socket.transport === transport;
}

function familyOf({ protocol }: Listener): PortFamily {
  return portFamily(protocol);
}

/** @param listeners those that can't be served there too */
export function heldBy({ port, claims }: PlannedSocket, listeners: readonly Listener[]): string {
  const families = new Set([...claims.flatMap(claim => claim.listeners), ...listeners].map(familyOf));
  const [only] = families;
  const why =
    families.size > 1
      ? ', for another protocol'
      : only !== undefined && hasHostnames(only)
        ? ', for the same hostname'
        : '';
  return `port ${port} belongs to Gateway ${claims[0]?.gateway}${why}`;
}

/** Two Gateways may stand behind one socket as long as no request could be meant for both. */
export function canShare(socket: PlannedSocket, claim: Claim): boolean {
  if (!isAt(socket, claim)) return false;
  const others = socket.claims.filter(other => other.key !== claim.key).flatMap(other => other.listeners);
  const taken = new Set(others.map(listener => listener.hostname));
  const families = new Set([...others, ...claim.listeners].map(familyOf));
  return (
    (others.length === 0 || families.size === 1) && !claim.listeners.some(listener => taken.has(listener.hostname))
  );
}

export function portsOf(socket: PlannedSocket): number[] {
  return socket.failed ? [] : [socket.requested, ...(socket.bound === undefined ? [] : [socket.bound])];
}

export function bindName(socket: PlannedSocket): string {
  const name = `${socket.transport === 'udp' ? 'udp:' : ''}${socket.host}:${socket.requested}`;
  return socket.requested === 0 ? `${name}/${socket.label}` : name;
}

export function bindOf(socket: PlannedSocket): Bind {
  const listeners = socket.claims.flatMap(claim => claim.listeners.map(listener => listener.name)).sort();
  return seal({
    kind: 'Bind',
    name: bindName(socket),
    ...(socket.transport === 'udp' && { transport: 'udp' }),
    host: socket.host,
    port: socket.requested,
    listeners,
  });
}

export function placesOf(socket: PlannedSocket): Place[] {
  return socket.claims.map(({ gateway, host, port, transport, listeners }) => ({
    gateway,
    host,
    port,
    ...(transport === 'udp' && { transport }),
    listeners,
    foreign: socket.foreign,
    ...(socket.bound === undefined ? {} : { bound: socket.bound }),
    ...(socket.reason === undefined ? {} : { reason: socket.reason }),
  }));
}
