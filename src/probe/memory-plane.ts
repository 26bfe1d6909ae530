import {
  type Delta,
  type Endpoints,
  endpointsName,
  type Route,
  type Rule,
  routeName,
  type Unit,
  type UnitName,
} from '../ir/index.ts';
import { createMemoryProxy } from '../proxy/in-thread.ts';
import type {
  ArrivedRequest,
  MemoryAnswer,
  MemoryConnection,
  MemoryHandshake,
  MemoryReply,
  MemoryRequest,
  ProxyOptions,
} from '../proxy/index.ts';
import { type ByteWays, byteWays, flowWays } from './byte-ways.ts';
import { certainRoute, certainTransport } from './certain-route.ts';
import { createFollowedUnits } from './followed-units.ts';
import { openShares } from './shares.ts';
import { createSockets, type Sockets } from './sockets.ts';
import { createStandIns } from './stand-ins.ts';

/** A data plane in memory that follows a configuration, with something in the place of every backend. */
export interface MemoryPlane {
  /**
   * What it obeys from now on; costs what differs from the last time, and says whether anything does. `echo`: backends without
   * endpoints get one that is made up; default true.
   */
  follow(units: readonly Unit[], echo?: boolean): boolean;
  readonly sockets: Sockets;
  /** `bind`: name of a Bind among the units. */
  send(bind: string, request: MemoryRequest): Promise<MemoryAnswer>;
  /** Once for each way that the request can go, one request after the other; of a plane that leaves nothing to chance. */
  sendEachWay(bind: string, request: MemoryRequest): Promise<Ways>;
  /** What a client meets with that begins with TLS; `serverName`: lower case, '' for none. */
  handshake(bind: string, serverName: string): MemoryHandshake;
  /** Where connections of bytes go, each way once; of a plane that leaves nothing to chance. */
  connectEachWay(bind: string, connection: MemoryConnection): ByteWays;
  /** Where the datagrams of this client go, by the port that it sends from. */
  flowEachWay(bind: string, client: string): ByteWays;
  /** Name of the backend (`Service/namespace/name/port`) that an address of this plane belongs to. */
  backendAt(address: string, port: number): string | undefined;
  close(): void;
}

/** The rule that a request came to, as it was given, and one answer for each of its open shares: what the data plane itself made of it. */
export interface Ways {
  readonly route?: Route;
  readonly rule?: Rule;
  readonly answers: readonly [MemoryAnswer, ...MemoryAnswer[]];
}

export interface MemoryPlaneOptions {
  /** Default: {@link ProxyOptions} as they are; never an access log. */
  readonly proxy?: Partial<ProxyOptions> | undefined;
  /** Backends of a rule take turns whatever their weights, and copies for a part of the requests are made always; default false. */
  readonly certain?: boolean;
  /** What backends answer; default: 200 without a body. */
  answer?(request: ArrivedRequest, backend: string): MemoryReply | Promise<MemoryReply>;
  /** Backends whose endpoints, whatever they are, give way to a made-up one; default: none. */
  replaces?(backend: string): boolean;
}

export function createMemoryPlane(options: MemoryPlaneOptions = {}): MemoryPlane {
  const { answer = () => ({ status: 200 }), replaces = () => false, certain = false } = options;
  const given = createFollowedUnits();
  const standIns = createStandIns();
  const proxy = createMemoryProxy({
    ...options.proxy,
    accessLog: undefined,
    answer: request => answer(request, standIns.backendAt(request.address, request.port) ?? ''),
  });
  /** Of each name of endpoints, the backends that lead there. */
  const leading = new Map<string, Set<string>>();
  let sockets = createSockets([]);
  let echoes = true;
  let last: Promise<unknown> = Promise.resolve();

  function follow(units: readonly Unit[], echo = true): boolean {
    const delta = given.take(units);
    const changed = [...delta.upserts, ...delta.removals];
    if (changed.some(isOfSockets)) sockets = createSockets(units);
    lead(delta);
    const backends = [...namesOf(changed, 'Endpoints'), ...namesOf(changed, 'Backend').map(endpointsName)];
    const all = echo === echoes ? [] : leading.keys();
    echoes = echo;
    const endpoints = standIns.settle(new Set([...backends, ...all]), endpointsOf);
    const upserts = [...delta.upserts.filter(isTakenOver).map(asObeyed), ...endpoints.upserts];
    const removals = [...delta.removals.filter(isTakenOver), ...endpoints.removals];
    if (upserts.length + removals.length > 0) proxy.apply({ upserts, removals });
    return changed.length > 0;
  }

  function asObeyed(unit: Unit): Unit {
    if (!certain) return unit;
    if (unit.kind === 'TransportRoute') return certainTransport(unit);
    return unit.kind === 'Route' ? certainRoute(unit) : unit;
  }

  function lead({ upserts, removals }: Delta): void {
    for (const name of namesOf(upserts, 'Backend')) {
      const backends = leading.get(endpointsName(name)) ?? new Set();
      leading.set(endpointsName(name), backends.add(name));
    }
    for (const name of namesOf(removals, 'Backend')) leading.get(endpointsName(name))?.delete(name);
  }

  function endpointsOf(name: string): Endpoints | 'made-up' | undefined {
    const own = given.get('Endpoints', name);
    if (!leading.get(name)?.size) return own;
    if (replaces(name)) return 'made-up';
    return echoes && !own?.endpoints.length ? 'made-up' : own;
  }

  /** Backends take turns over several requests. */
  function sendEachWay(bind: string, request: MemoryRequest): Promise<Ways> {
    const ways = last.then(() => sendAll(bind, request));
    last = ways.catch(() => undefined);
    return ways;
  }

  async function sendAll(bind: string, request: MemoryRequest): Promise<Ways> {
    const first = await proxy.send(bind, request);
    const found = ruleOf(first);
    const more: MemoryAnswer[] = [];
    for (let at = 1; at < openShares(found.rule).length; at++) more.push(await proxy.send(bind, request));
    return { ...found, answers: [first, ...more] };
  }

  function ruleOf({ facts }: MemoryAnswer): Pick<Ways, 'route' | 'rule'> {
    const { listener = '', route: name = '' } = facts;
    const gateway = given.get('Listener', listener)?.gateway ?? '';
    const route = given.get('Route', routeName(name, gateway));
    const rule = route?.rules.find(({ index }) => index === facts.rule);
    return { ...(route && { route }), ...(rule && { rule }) };
  }

  const transports = {
    route: (listener: string, route: string) =>
      given.get('TransportRoute', routeName(route, given.get('Listener', listener)?.gateway ?? '')),
  };

  return {
    follow,
    handshake: proxy.handshake,
    connectEachWay: (bind, connection) => byteWays(transports, () => proxy.connect(bind, connection)),
    flowEachWay: (bind, client) => flowWays(transports, port => proxy.flow(bind, client, port)),
    get sockets() {
      return sockets;
    },
    send: proxy.send,
    sendEachWay,
    backendAt: standIns.backendAt,
    close: proxy.close,
  };
}

function isOfSockets({ kind }: UnitName): boolean {
  return kind === 'Listener' || kind === 'Bind';
}

function namesOf(units: readonly UnitName[], kind: Unit['kind']): readonly string[] {
  return units.filter(unit => unit.kind === kind).map(({ name }) => name);
}

/** Endpoints are not: what backends get in their place is settled by itself. */
function isTakenOver({ kind }: UnitName): boolean {
  return kind !== 'Endpoints';
}
