import type { Bind, Delta, Listener } from '../../ir/index.ts';
import { type Applied, type BindFailure, explainBindError } from '../../proxy/index.ts';
import { type Claim, claimsOf, type GatewayFacts, type Transport } from './claims.ts';
import {
  bindName,
  bindOf,
  canShare,
  heldBy,
  isAt,
  type Place,
  type PlannedSocket,
  placesOf,
  portsOf,
} from './planned-socket.ts';

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

export function createPlacer(options: PlacerOptions): Placer {
  let sockets: PlannedSocket[] = [];
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
  function seatOf(claim: Claim, own: PlannedSocket | undefined): PlannedSocket | undefined {
    if (!own?.displaced) return own;
    return sockets.find(socket => !socket.displaced && socket.claims.length > 0 && canShare(socket, claim)) ?? own;
  }

  function canReturn(socket: PlannedSocket): boolean {
    const wanted = firstChoice(socket.port);
    return socket.displaced && wanted !== 0 && holderOf(socket, wanted) === undefined;
  }

  /** Whoever kept the port, or the address away, may be gone by now. */
  function retry(socket: PlannedSocket, reserved: Reserved): void {
    socket.failed = false;
    socket.foreign = false;
    socket.displaced = false;
    socket.reason = undefined;
    restart(socket, reserved);
  }

  function open(claim: Claim, reserved: Reserved): PlannedSocket {
    const holder = sockets.find(socket => isAt(socket, claim));
    const socket: PlannedSocket = {
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

  function restart(socket: PlannedSocket, reserved: Reserved, secondary = false): void {
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

  function advance(socket: PlannedSocket, candidates: readonly number[]): void {
    const free = candidates.filter(port => holderOf(socket, port) === undefined);
    socket.requested = free[0] ?? 0;
    socket.candidates = free.slice(1);
    socket.bound = undefined;
    socket.failed = free.length === 0;
  }

  /** Another socket on that port of the same address. */
  function holderOf(socket: PlannedSocket, port: number | undefined): PlannedSocket | undefined {
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

  function refuse(socket: PlannedSocket, failure: BindFailure): void {
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
