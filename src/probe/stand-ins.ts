import { type Delta, type Endpoints, seal, type UnitName } from '../ir/index.ts';

/** Where backends are reached: at their own endpoints, or at one that is made up; and whose each address is. */
export interface StandIns {
  /** What becomes of the endpoints of these backends; nothing for one that is there no more. */
  settle(backends: ReadonlySet<string>, wanted: (backend: string) => Endpoints | 'made-up' | undefined): Delta;
  backendAt(address: string, port: number): string | undefined;
}

/** Of a network that is reserved for documentation (RFC 5737): nobody takes it for an endpoint. Behind it the port tells backends apart. */
const MADE_UP = '192.0.2.';
const PORTS = 65_535;

/** Own endpoints that another backend has already give way: whom a request went to must be certain. */
export function createStandIns(): StandIns {
  const owners = new Map<string, string>();
  const settled = new Map<string, Endpoints>();
  const madeUp = new Map<string, Endpoints>();

  function madeUpFor(name: string): Endpoints {
    const made = madeUp.get(name) ?? nowhere(name, madeUp.size);
    madeUp.set(name, made);
    return made;
  }

  function release(backend: string): void {
    for (const key of keysOf(settled.get(backend))) owners.delete(key);
  }

  function place(backend: string, wanted: Endpoints | 'made-up'): Endpoints {
    const isFree = wanted !== 'made-up' && !keysOf(wanted).some(key => owners.has(key));
    const used = isFree ? wanted : madeUpFor(backend);
    for (const key of keysOf(used)) owners.set(key, backend);
    return used;
  }

  return {
    settle(backends, wanted) {
      const upserts: Endpoints[] = [];
      const removals: UnitName[] = [];
      for (const name of backends) release(name);
      for (const name of backends) {
        const before = settled.get(name);
        const own = wanted(name);
        if (own !== undefined) {
          const used = place(name, own);
          settled.set(name, used);
          if (used.hash !== before?.hash) upserts.push(used);
        } else if (settled.delete(name)) removals.push({ kind: 'Endpoints', name });
      }
      return { upserts, removals };
    },
    backendAt: (address, port) => owners.get(keyOf({ address, port })),
  };
}

function nowhere(name: string, at: number): Endpoints {
  const address = `${MADE_UP}${1 + Math.floor(at / PORTS)}`;
  return seal({ kind: 'Endpoints', name, endpoints: [{ address, port: 1 + (at % PORTS), state: 'ready' }] });
}

function keysOf(unit: Endpoints | undefined): readonly string[] {
  return unit?.endpoints.map(keyOf) ?? [];
}

function keyOf({ address, port }: { readonly address: string; readonly port: number }): string {
  return `${address} ${port}`;
}
