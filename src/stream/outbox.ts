import { type Delta, type Unit, type UnitName, unitNameOf } from '../ir/index.ts';
import type { Lane } from './messages.ts';
import { inWireOrder } from './wire-order.ts';

/** What one proxy was not sent yet: names only, so that one that does not keep up costs no more for what it missed. */
export interface Outbox {
  /** The scope holds another unit of this key, or none any more. */
  mark(key: string, before: Unit | undefined, now: Unit | undefined): void;
  isEmpty(lane: Lane): boolean;
  /** All of it, as the scope holds it now; it counts as sent. Can be empty, where a change was taken back. */
  take(lane: Lane): Delta;
}

/** `units`: what the scope holds, now and later. `known`: hashes of what the proxy has. */
export function createOutbox(units: ReadonlyMap<string, Unit>, known: ReadonlyMap<string, string>): Outbox {
  /** Of each key the hash that the proxy has. */
  const pending: Record<Lane, Map<string, string | undefined>> = { config: new Map(), endpoints: new Map() };
  for (const [key, { hash }] of units) if (known.get(key) !== hash) pending.config.set(key, known.get(key));
  for (const [key, hash] of known) if (!units.has(key)) pending.config.set(key, hash);

  return {
    mark(key, before, now) {
      if (pending.config.has(key)) return;
      const isLight = before !== undefined && now?.kind === 'Endpoints';
      const has = pending.endpoints.has(key) ? pending.endpoints.get(key) : before?.hash;
      if (!isLight) pending.endpoints.delete(key);
      pending[isLight ? 'endpoints' : 'config'].set(key, has);
    },
    isEmpty: lane => pending[lane].size === 0,
    take(lane) {
      const upserts: Unit[] = [];
      const removals: UnitName[] = [];
      for (const [key, has] of pending[lane]) {
        const now = units.get(key);
        if (now !== undefined && now.hash !== has) upserts.push(now);
        else if (now === undefined && has !== undefined) removals.push(unitNameOf(key));
      }
      pending[lane] = new Map();
      return inWireOrder({ upserts, removals });
    },
  };
}
