import { type Delta, type Endpoints, seal, type Unit, type UnitName, WIRE_ORDER } from '../ir/index.ts';
import {
  type ArrivedRequest,
  createMemoryProxy,
  type MemoryAnswer,
  type MemoryReply,
  type MemoryRequest,
  type ProxyOptions,
} from '../proxy/index.ts';

/** A data plane in memory that follows a configuration, with something in the place of every backend. */
export interface MemoryPlane {
  /** What it obeys from now on; costs what differs from the last time. */
  follow(units: readonly Unit[]): void;
  /** `bind`: name of a Bind among the units. */
  send(bind: string, request: MemoryRequest): Promise<MemoryAnswer>;
  /** Name of the backend (`Service/namespace/name/port`) that an address of this plane belongs to. */
  backendAt(address: string, port: number): string | undefined;
  close(): void;
}

export interface MemoryPlaneOptions {
  /** Default: {@link ProxyOptions} as they are; never an access log. */
  readonly proxy?: Partial<ProxyOptions>;
  /** What backends answer; default: 200 without a body. */
  answer?(request: ArrivedRequest, backend: string): MemoryReply | Promise<MemoryReply>;
  /** Names of backends whose endpoints, whatever they are, give way to a made-up one. */
  readonly replaced?: ReadonlySet<string>;
}

/** Of a network that is reserved for documentation (RFC 5737): nobody takes it for an endpoint. */
const MADE_UP = '192.0.2.';
const PORTS = 65_535;

/**
 * Backends without endpoints get a made-up one, and so do those that share an address with another: whom a request
 * went to must be certain.
 */
export function createMemoryPlane(options: MemoryPlaneOptions = {}): MemoryPlane {
  const { answer = () => ({ status: 200 }), replaced = new Set() } = options;
  const known = new Map(WIRE_ORDER.map(kind => [kind, new Map<string, Unit>()]));
  /** Address → backend, and back. */
  const owners = new Map<string, string>();
  const held = new Map<string, readonly string[]>();
  const madeUp = new Map<string, Endpoints>();
  const proxy = createMemoryProxy({
    ...options.proxy,
    accessLog: undefined,
    answer: request => answer(request, backendAt(request.address, request.port) ?? ''),
  });

  function backendAt(address: string, port: number): string | undefined {
    return owners.get(addressKey(address, port));
  }

  function standIn(name: string): Endpoints {
    const at = madeUp.size;
    const address = `${MADE_UP}${1 + Math.floor(at / PORTS)}`;
    const unit =
      madeUp.get(name) ??
      seal({ kind: 'Endpoints', name, endpoints: [{ address, port: 1 + (at % PORTS), state: 'ready' }] });
    madeUp.set(name, unit);
    return unit;
  }

  function isOurs({ name, endpoints }: Endpoints): boolean {
    return endpoints.length > 0 && !replaced.has(name) && !endpoints.some(each => owners.has(keyOf(each)));
  }

  function translated(unit: Unit): Unit {
    if (unit.kind !== 'Endpoints') return unit;
    release(unit.name);
    const used = isOurs(unit) ? unit : standIn(unit.name);
    const keys = used.endpoints.map(keyOf);
    for (const key of keys) owners.set(key, unit.name);
    held.set(unit.name, keys);
    return used;
  }

  function release(backend: string): void {
    for (const key of held.get(backend) ?? []) owners.delete(key);
    held.delete(backend);
  }

  function difference(units: readonly Unit[]): Delta {
    const fresh = units.filter(unit => {
      const own = known.get(unit.kind)!;
      const before = own.get(unit.name);
      if (before !== unit) own.set(unit.name, unit);
      return before?.hash !== unit.hash;
    });
    const removals = sizeOf(known) > units.length ? forgetAllBut(units) : [];
    return { upserts: fresh.map(translated), removals };
  }

  function forgetAllBut(units: readonly Unit[]): readonly UnitName[] {
    const present = new Set(units);
    const gone = [...known.values()].flatMap(own => [...own.values()]).filter(unit => !present.has(unit));
    for (const { kind, name } of gone) {
      known.get(kind)!.delete(name);
      if (kind === 'Endpoints') release(name);
    }
    return gone.map(({ kind, name }) => ({ kind, name }));
  }

  return {
    follow(units) {
      const delta = difference(units);
      if (delta.upserts.length + delta.removals.length > 0) proxy.apply(delta);
    },
    send: proxy.send,
    backendAt,
    close: proxy.close,
  };
}

function keyOf({ address, port }: { readonly address: string; readonly port: number }): string {
  return addressKey(address, port);
}

function addressKey(address: string, port: number): string {
  return `${address} ${port}`;
}

function sizeOf(known: ReadonlyMap<string, ReadonlyMap<string, Unit>>): number {
  return [...known.values()].reduce((sum, own) => sum + own.size, 0);
}
