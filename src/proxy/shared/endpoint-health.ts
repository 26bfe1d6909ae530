import { TICK } from './lane.ts';
import { HEALTH_STRIDE, type SharedMemory, systemClock } from './shared-memory.ts';

/** How an endpoint fares, over all threads. */
export interface EndpointHealth {
  /** Requests under way. */
  readonly requests: number;
  /** The last connection to it could not be made. */
  readonly failing: boolean;
  /** Because of that it is left out now; else the next request tries it. */
  readonly ejected: boolean;
}

/** What the cell of an endpoint says, for a thread that is no lane of the memory and writes nothing there. */
export function readHealth(memory: SharedMemory, cell: number): EndpointHealth {
  const flights = new Int32Array(memory.flights, cell * memory.lanes * 4, memory.lanes);
  const [failures = 0, until = 0] = new Int32Array(memory.health, cell * HEALTH_STRIDE * 4, HEALTH_STRIDE);
  const now = Math.floor((systemClock() - memory.origin) / TICK) | 0;
  return {
    requests: flights.reduce((sum, each) => sum + each, 0),
    failing: failures !== 0,
    ejected: until !== 0 && ((until - now) | 0) > 0,
  };
}
