import { type Delta, type Unit, type UnitName, unitKey, unitNameOf } from '../ir/index.ts';
import { gatewayOf, referencesOf } from './references.ts';
import { inWireOrder } from './wire-order.ts';

/** Who gets which units: one whole configuration, cut into scopes that hold nothing of one another. */
export interface Scopes {
  /**
   * A step of the whole configuration; `binds`: what changes of each scope's Bind units, which belong to no Gateway. Gives
   * what changes in each scope, in wire order (removals last); scopes in which nothing does are left out.
   */
  apply(delta: Delta, binds?: ReadonlyMap<string, Delta>): ReadonlyMap<string, Delta>;
  /** Its scope is (perhaps) another: asks `scopeOf` again. A Gateway's scope is remembered in between, for as long as it has units. */
  rescope(gateway: string): ReadonlyMap<string, Delta>;
}

export interface ScopesOptions {
  /** Of a Gateway (`namespace/name`); undefined: its units go nowhere. */
  readonly scopeOf: (gateway: string) => string | undefined;
}

/** The Listeners and routes of a Gateway: what a scope holds because the Gateway is in it. */
interface Home {
  scope: string | undefined;
  readonly roots: Set<string>;
}

export function createScopes({ scopeOf }: ScopesOptions): Scopes {
  const units = new Map<string, Unit>();
  /** How often each scope refers to a unit, whether there is one or not. A root refers to itself. */
  const wanted = new Map<string, Map<string, number>>();
  const homes = new Map<string, Home>();
  /** What scopes had, of all that was touched since the last answer. */
  let before = new Map<string, Map<string, Unit | undefined>>();

  function held(scope: string, key: string): Unit | undefined {
    return wanted.get(key)?.has(scope) ? units.get(key) : undefined;
  }

  function touch(scope: string, key: string): void {
    const had = before.get(scope) ?? new Map<string, Unit | undefined>();
    before.set(scope, had);
    if (!had.has(key)) had.set(key, held(scope, key));
  }

  function want(scope: string, key: string): void {
    const counts = wanted.get(key) ?? new Map<string, number>();
    const count = counts.get(scope) ?? 0;
    if (count === 0) touch(scope, key);
    wanted.set(key, counts.set(scope, count + 1));
    if (count === 0) for (const other of referencesOf(units.get(key))) want(scope, other);
  }

  function unwant(scope: string, key: string): void {
    const counts = wanted.get(key);
    const count = counts?.get(scope);
    if (counts === undefined || count === undefined) return;
    if (count > 1) {
      counts.set(scope, count - 1);
      return;
    }
    touch(scope, key);
    counts.delete(scope);
    if (counts.size === 0) wanted.delete(key);
    for (const other of referencesOf(units.get(key))) unwant(scope, other);
  }

  function replace(key: string, unit: Unit | undefined): void {
    const old = units.get(key);
    const scopes = [...(wanted.get(key)?.keys() ?? [])];
    for (const scope of scopes) touch(scope, key);
    if (unit) units.set(key, unit);
    else units.delete(key);
    for (const scope of scopes) {
      for (const other of referencesOf(unit)) want(scope, other);
      for (const other of referencesOf(old)) unwant(scope, other);
    }
  }

  function upsert(unit: Unit): void {
    const key = unitKey(unit);
    replace(key, unit);
    const gateway = gatewayOf(unit);
    if (gateway === undefined) return;
    const home = homes.get(gateway) ?? { scope: scopeOf(gateway), roots: new Set() };
    homes.set(gateway, home);
    if (home.roots.has(key)) return;
    home.roots.add(key);
    if (home.scope !== undefined) want(home.scope, key);
  }

  function remove(name: UnitName): void {
    const key = unitKey(name);
    const old = units.get(key);
    const gateway = old && gatewayOf(old);
    const home = gateway === undefined ? undefined : homes.get(gateway);
    if (gateway !== undefined && home?.roots.delete(key)) {
      if (home.scope !== undefined) unwant(home.scope, key);
      if (home.roots.size === 0) homes.delete(gateway);
    }
    replace(key, undefined);
  }

  function changes(binds?: ReadonlyMap<string, Delta>): ReadonlyMap<string, Delta> {
    const touched = before;
    before = new Map();
    const scopes = new Set([...touched.keys(), ...(binds?.keys() ?? [])]);
    const deltas = [...scopes].map(scope => [scope, changeOf(scope, touched.get(scope), binds?.get(scope))] as const);
    return new Map(deltas.filter(([, { upserts, removals }]) => upserts.length + removals.length > 0));
  }

  function changeOf(scope: string, had: ReadonlyMap<string, Unit | undefined> = new Map(), binds = NOTHING): Delta {
    const upserts: Unit[] = [...binds.upserts];
    const removals: UnitName[] = [...binds.removals];
    for (const [key, old] of had) {
      const now = held(scope, key);
      if (now && now.hash !== old?.hash) upserts.push(now);
      else if (!now && old) removals.push(unitNameOf(key));
    }
    return inWireOrder({ upserts, removals });
  }

  return {
    apply({ upserts, removals }, binds) {
      for (const unit of upserts) if (unit.kind !== 'Bind') upsert(unit);
      for (const name of removals) if (name.kind !== 'Bind') remove(name);
      return changes(binds);
    },
    rescope(gateway) {
      const home = homes.get(gateway);
      const scope = scopeOf(gateway);
      if (home === undefined || home.scope === scope) return new Map();
      for (const key of home.roots) {
        if (scope !== undefined) want(scope, key);
        if (home.scope !== undefined) unwant(home.scope, key);
      }
      home.scope = scope;
      return changes();
    },
  };
}

const NOTHING: Delta = { upserts: [], removals: [] };
