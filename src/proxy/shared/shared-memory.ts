/** Positions in the row before those of lanes: lanes that have ever been in use, and whose turn it is to write to the log (lane + 1). */
export const LANES = 0;
export const TURN = 1;

/** Positions in a row of `totals`: open connections of clients, and turns of the event loop that the thread shows. */
export const CLIENTS = 0;
export const BEATS = 1;

/** Of a row of `totals`: a cache line each, so that threads don't wait for each other. */
export const TOTALS_STRIDE = 16;
/** Of a row of `health`: failures in a row, and the tick until which the endpoint is left out (0: it isn't). */
export const HEALTH_STRIDE = 2;

/** Endpoints at a time, over all backends; what comes beyond shares cell 0, which is never full and never ejected. */
export const MAX_CELLS = 1 << 20;
const FIRST_CELLS = 64;
/** Lanes come in cache lines, of which a cell takes as few as do. */
const LANES_STEP = 16;

/**
 * What all worker threads see: plain numbers, in memory that can be handed to a thread. A *lane* is the part that one thread
 * writes, alone, and others read: when the thread is dead, the main thread sets its lane to 0 and nothing is left of
 * it. A *cell* is one endpoint (address and port), the same in all threads, whichever backends list it.
 */
export interface SharedMemory {
  /** Threads that there can be at a time. */
  readonly lanes: number;
  /** Int32, a row per cell: requests under way, by lane. It grows. */
  readonly flights: SharedArrayBuffer;
  /** Int32, a row per cell, written by all: see {@link HEALTH_STRIDE}. It grows. */
  readonly health: SharedArrayBuffer;
  /** Int32, a row per lane, and before them one for all: see {@link LANES}. */
  readonly totals: SharedArrayBuffer;
  /** Where ticks begin, in ms of the system's monotonic clock, which all threads share. */
  readonly origin: number;
}

/** @param workers threads that serve; there is room for some more, for those that leave meanwhile */
export function createSharedMemory(workers = 1): SharedMemory {
  const lanes = Math.ceil((workers * 1.5) / LANES_STEP) * LANES_STEP;
  return {
    lanes,
    flights: growable(lanes),
    health: growable(HEALTH_STRIDE),
    totals: new SharedArrayBuffer((lanes + 1) * TOTALS_STRIDE * 4),
    origin: systemClock(),
  };
}

function growable(stride: number): SharedArrayBuffer {
  return new SharedArrayBuffer(FIRST_CELLS * stride * 4, { maxByteLength: MAX_CELLS * stride * 4 });
}

/** Makes room for cells below `cells`; false: there can't be so many. Only the main thread may. */
export function growTo(memory: SharedMemory, cells: number): boolean {
  if (cells > MAX_CELLS) return false;
  const present = memory.health.byteLength / (HEALTH_STRIDE * 4);
  if (cells <= present) return true;
  const next = Math.min(MAX_CELLS, Math.max(cells, present * 2));
  memory.flights.grow(next * memory.lanes * 4);
  memory.health.grow(next * HEALTH_STRIDE * 4);
  return true;
}

/** Forgets all that a thread counted. The thread must be dead. */
export function clearLane({ flights, totals, lanes }: SharedMemory, lane: number): void {
  const cells = new Int32Array(flights);
  for (let at = lane; at < cells.length; at += lanes) cells[at] = 0;
  const sums = new Int32Array(totals);
  sums.fill(0, (lane + 1) * TOTALS_STRIDE, (lane + 2) * TOTALS_STRIDE);
  Atomics.compareExchange(sums, TURN, lane + 1, 0);
}

/** Changes as long as the event loop of the thread turns; 0: it never has. */
export function beatsOf({ totals }: SharedMemory, lane: number): number {
  return new Int32Array(totals)[(lane + 1) * TOTALS_STRIDE + BEATS]!;
}

/** In ms; the same in every thread of the process, whatever happens to the time of day. */
export function systemClock(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
