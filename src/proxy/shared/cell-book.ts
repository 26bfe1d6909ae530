import type { Delta, Endpoint, Unit } from '../../ir/index.ts';
import { endpointKey } from '../endpoint-key.ts';
import { isEndpoints } from './lane.ts';
import { growTo, HEALTH_STRIDE, type SharedMemory } from './shared-memory.ts';

/** Which endpoint has which cell. Kept by the thread that tells the others what to do. */
export interface CellBook {
  /**
   * Takes in what a delta lists, before any thread gets it. The cells that nothing lists any more are for {@link release}, once no
   * thread can send a request to their endpoints any more.
   */
  take(delta: Delta): readonly number[];
  /** Cells of all endpoints that the units list, one after the other. They must have been taken. */
  cellsOf(units: readonly Unit[]): Int32Array;
  /** Undefined where it is not listed, or has found no room. */
  cellOf(endpoint: Pick<Endpoint, 'address' | 'port'>): number | undefined;
  /** These are used again when no request to their endpoints is under way. */
  release(cells: readonly number[]): void;
}

interface Entry {
  readonly cell: number;
  /** Units that list it. */
  uses: number;
}

export function createCellBook(memory: SharedMemory): CellBook {
  const entries = new Map<string, Entry>();
  const listed = new Map<string, readonly Endpoint[]>();
  /** 0 is for those that find no room. */
  let next = 1;
  const free: number[] = [];
  let leaving: number[] = [];

  function list(endpoints: readonly Endpoint[]): void {
    for (const key of keysOf(endpoints)) {
      const entry = entries.get(key);
      if (entry) entry.uses++;
      else entries.set(key, { cell: allot(), uses: 1 });
    }
  }

  function unlist(endpoints: readonly Endpoint[], left: number[]): void {
    for (const key of keysOf(endpoints)) {
      const entry = entries.get(key)!;
      if (--entry.uses > 0) continue;
      entries.delete(key);
      if (entry.cell !== 0) left.push(entry.cell);
    }
  }

  function allot(): number {
    const known = free.pop();
    if (known !== undefined) return known;
    return growTo(memory, next + 1) ? next++ : 0;
  }

  /** A new endpoint in a cell has a clean slate. */
  function sweep(): void {
    const flights = new Int32Array(memory.flights);
    const health = new Int32Array(memory.health);
    const busy = (cell: number) => flights.subarray(cell * memory.lanes, (cell + 1) * memory.lanes).some(n => n !== 0);
    const idle = leaving.filter(cell => !busy(cell));
    for (const cell of idle) health.fill(0, cell * HEALTH_STRIDE, (cell + 1) * HEALTH_STRIDE);
    leaving = leaving.filter(busy);
    free.push(...idle);
  }

  return {
    take({ upserts, removals }) {
      const left: number[] = [];
      if (leaving.length > 0) sweep();
      for (const unit of upserts.filter(isEndpoints)) {
        const before = listed.get(unit.name) ?? [];
        listed.set(unit.name, unit.endpoints);
        list(unit.endpoints);
        unlist(before, left);
      }
      for (const { kind, name } of removals) {
        if (kind !== 'Endpoints') continue;
        unlist(listed.get(name) ?? [], left);
        listed.delete(name);
      }
      return left;
    },
    cellsOf: units =>
      Int32Array.from(
        units.filter(isEndpoints).flatMap(({ endpoints }) => endpoints),
        endpoint => entries.get(endpointKey(endpoint))?.cell ?? 0,
      ),
    cellOf: endpoint => entries.get(endpointKey(endpoint))?.cell || undefined,
    release(cells) {
      leaving.push(...cells);
    },
  };
}

function keysOf(endpoints: readonly Endpoint[]): ReadonlySet<string> {
  return new Set(endpoints.map(endpointKey));
}
