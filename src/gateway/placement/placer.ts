import { type Bind, type Delta, type Listener, seal } from '../../ir/index.ts';
import type { Applied, BindFailure } from '../../proxy/index.ts';
import { explainBindError } from './bind-error.ts';

/** What placing needs to know of a Gateway. */
export interface GatewayFacts {
  /** `namespace/name`. */
  readonly gateway: string;
  /** Addresses to listen on; empty while there is none for it. */
  readonly hosts: readonly string[];
  /** Why one of the addresses that it asks for is none to listen on. */
  readonly unusable?: string;
  /** Why there is no address for it. */
  readonly unassigned?: string;
}

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

/** Decides which socket serves which port of which Gateway. It knows no sockets: it plans, and is told what came of it. */
export interface Placer {
  /** The Binds that change. `gateways` by age: who came first keeps a port that two want for the same host. */
  plan(gateways: readonly GatewayFacts[], listeners: readonly Listener[]): Delta;
  /** Takes in what the proxy did; the next attempt for each socket that could not be bound, if there is one. */
  report(applied: Applied): Delta | undefined;
  places(): readonly Place[];
}

export interface PlacerOptions {
  /** Port of the manifest → port of the socket; 0 lets the system choose. */
  readonly map: ReadonlyMap<number, number>;
  /** A port that can't be had is not served elsewhere. */
  readonly exact?: boolean;
}

/** The ports that somebody wants first. */
type Reserved = Readonly<Record<Transport, Set<number>>>;

/** One port of one Gateway on one address. */
interface Claim {
  readonly key: string;
  readonly gateway: string;
  readonly host: string;
  readonly port: number;
  readonly transport: Transport;
  readonly listeners: readonly Listener[];
}

type Transport = 'tcp' | 'udp';

interface Socket {
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

export function createPlacer(options: PlacerOptions): Placer {
  let sockets: Socket[] = [];
  let sent = new Map<string, Bind>();

  /** Sockets stay where they are: a claim goes to the socket it has, else to one it can share, else to a new one. */
  function assign(claims: readonly Claim[]): void {
    const before = new Map(sockets.flatMap(socket => socket.claims.map(claim => [claim.key, socket] as const)));
    const settled = claims.filter(claim => before.get(claim.key)?.displaced === false);
    const displaced = claims.filter(claim => before.get(claim.key)?.displaced);
    const fresh = claims.filter(claim => !before.has(claim.key));
    for (const socket of sockets) socket.claims = [];
    const reserved: Reserved = { tcp: new Set(), udp: new Set() };
    for (const { transport, port } of claims) reserved[transport].add(firstChoice(port));
    for (const claim of [...settled, ...displaced, ...fresh]) {
      const own = seatOf(claim, before.get(claim.key));
      const socket =
        own && canShare(own, claim) ? own : (sockets.find(found => canShare(found, claim)) ?? open(claim, reserved));
      socket.claims.push(claim);
    }
    sockets = sockets.filter(socket => socket.claims.length > 0);
    for (const socket of sockets) if (socket.failed || canReturn(socket)) retry(socket, reserved);
  }

  /** The socket that it has; one whose hostnames had to make way may stand behind that of the others again. */
  function seatOf(claim: Claim, own: Socket | undefined): Socket | undefined {
    if (!own?.displaced) return own;
    return sockets.find(socket => !socket.displaced && socket.claims.length > 0 && canShare(socket, claim)) ?? own;
  }

  function canReturn(socket: Socket): boolean {
    const wanted = firstChoice(socket.port);
    return socket.displaced && wanted !== 0 && holderOf(socket, wanted) === undefined;
  }

  /** Whoever kept the port, or the address away, may be gone by now. */
  function retry(socket: Socket, reserved: Reserved): void {
    socket.failed = false;
    socket.foreign = false;
    socket.displaced = false;
    socket.reason = undefined;
    restart(socket, reserved);
  }

  function open(claim: Claim, reserved: Reserved): Socket {
    const holder = sockets.find(socket => isAt(socket, claim));
    const socket: Socket = {
      host: claim.host,
      port: claim.port,
      transport: claim.transport,
      label: `${claim.gateway}:${claim.port}`,
      candidates: [],
      requested: 0,
      bound: undefined,
      reason: holder && heldBy(holder, claim.listeners),
      displaced: holder !== undefined,
      failed: false,
      foreign: false,
      claims: [],
    };
    restart(socket, reserved, holder !== undefined);
    sockets.push(socket);
    return socket;
  }

  function restart(socket: Socket, reserved: Reserved, secondary = false): void {
    const first = firstChoice(socket.port);
    const high = socket.port + 8_000;
    const spare = options.exact ? [] : high <= 65_535 && !reserved[socket.transport].has(high) ? [high, 0] : [0];
    const candidates = secondary ? spare : [first, ...spare.filter(port => port !== first)];
    const holder = holderOf(socket, candidates[0]);
    if (!secondary && holder) {
      socket.displaced = true;
      socket.reason =
        holder.port === socket.port
          ? heldBy(
              holder,
              socket.claims.flatMap(claim => claim.listeners),
            )
          : `port ${first} on ${socket.host} already serves port ${holder.port}`;
    }
    advance(socket, candidates);
  }

  function advance(socket: Socket, candidates: readonly number[]): void {
    const free = candidates.filter(port => holderOf(socket, port) === undefined);
    socket.requested = free[0] ?? 0;
    socket.candidates = free.slice(1);
    socket.bound = undefined;
    socket.failed = free.length === 0;
  }

  /** Another socket on that port of the same address. */
  function holderOf(socket: Socket, port: number | undefined): Socket | undefined {
    if (port === undefined || port === 0) return undefined;
    return sockets.find(
      other =>
        other !== socket &&
        other.host === socket.host &&
        other.transport === socket.transport &&
        portsOf(other).includes(port),
    );
  }

  function firstChoice(port: number): number {
    return options.map.get(port) ?? port;
  }

  function changes(): Delta {
    const wanted = new Map(
      sockets.filter(socket => !socket.failed).map(socket => [bindName(socket), bindOf(socket)] as const),
    );
    const upserts = [...wanted.values()].filter(bind => sent.get(bind.name)?.hash !== bind.hash);
    const removals = [...sent.keys()].filter(name => !wanted.has(name)).map(name => ({ kind: 'Bind' as const, name }));
    sent = wanted;
    return { upserts, removals };
  }

  function refuse(socket: Socket, failure: BindFailure): void {
    socket.foreign = failure.code === 'EADDRNOTAVAIL';
    socket.reason = explainBindError(failure, socket.host, socket.requested, socket.transport);
    if (socket.foreign || socket.candidates.length === 0) socket.failed = true;
    else advance(socket, socket.candidates);
  }

  return {
    plan(gateways, listeners) {
      assign(claimsOf(gateways, listeners));
      return changes();
    },
    report(applied) {
      const byName = new Map(sockets.map(socket => [bindName(socket), socket]));
      for (const [name, { port }] of Object.entries(applied.bound)) {
        const socket = byName.get(name);
        if (socket) socket.bound = port;
      }
      for (const failure of applied.failures) {
        const socket = byName.get(failure.bind);
        if (socket) refuse(socket, failure);
      }
      return applied.failures.length > 0 ? changes() : undefined;
    },
    places: () => sockets.flatMap(placesOf),
  };
}

function claimsOf(gateways: readonly GatewayFacts[], listeners: readonly Listener[]): Claim[] {
  const byGateway = Map.groupBy(listeners, listener => listener.gateway);
  return gateways.flatMap(({ gateway, hosts }) => {
    const byPort = Map.groupBy(byGateway.get(gateway) ?? [], listener => `${transportOf(listener)} ${listener.port}`);
    return hosts.flatMap(host =>
      [...byPort].map(([port, own]) => {
        const [first] = own as [Listener];
        const key = `${gateway} ${host} ${port}`;
        return { key, gateway, host, port: first.port, transport: transportOf(first), listeners: own };
      }),
    );
  });
}

function transportOf({ protocol }: Listener): Transport {
  return protocol === 'UDP' ? 'udp' : 'tcp';
}

/** Of one kind those that are told apart by their hostnames. */
const HAVE_HOSTNAMES: ReadonlySet<Listener['protocol']> = new Set(['HTTP', 'TLS']);

/** What tells the connections of one socket apart: the listeners of a socket are of one kind. */
function kindOf({ protocol }: Listener): Listener['protocol'] {
  return protocol === 'HTTPS' ? 'TLS' : protocol;
}

function isAt(socket: Socket, { host, port, transport }: Claim): boolean {
  return socket.host === host && socket.port === port && socket.transport === transport;
}

/** @param listeners those that can't be served there too */
function heldBy({ port, claims }: Socket, listeners: readonly Listener[]): string {
  const kinds = new Set([...claims.flatMap(claim => claim.listeners), ...listeners].map(kindOf));
  const [only] = kinds;
  const why = kinds.size > 1 ? ', for another protocol' : HAVE_HOSTNAMES.has(only!) ? ', for the same hostname' : '';
  return `port ${port} belongs to Gateway ${claims[0]?.gateway}${why}`;
}

/** Two Gateways may stand behind one socket as long as no request could be meant for both. */
function canShare(socket: Socket, claim: Claim): boolean {
  if (!isAt(socket, claim)) return false;
  const others = socket.claims.filter(other => other.key !== claim.key).flatMap(other => other.listeners);
  const taken = new Set(others.map(listener => listener.hostname));
  const kinds = new Set([...others, ...claim.listeners].map(kindOf));
  return (others.length === 0 || kinds.size === 1) && !claim.listeners.some(listener => taken.has(listener.hostname));
}

function portsOf(socket: Socket): number[] {
  return socket.failed ? [] : [socket.requested, ...(socket.bound === undefined ? [] : [socket.bound])];
}

function bindName(socket: Socket): string {
  const name = `${socket.transport === 'udp' ? 'udp:' : ''}${socket.host}:${socket.requested}`;
  return socket.requested === 0 ? `${name}/${socket.label}` : name;
}

function bindOf(socket: Socket): Bind {
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

function placesOf(socket: Socket): Place[] {
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
