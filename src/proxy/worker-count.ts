import { availableParallelism, cpus } from 'node:os';
import { SHARES_PORTS } from './node-socket.ts';

/** How many workers: so many, or one for each processor that the process may use. */
export type WorkerCount = number | 'auto';

/**
 * As many as are wanted, but 1 at least, without which nothing is served; 1 where threads can't share a port. `auto`: the processors
 * that the system and its affinity leave to this process, or its control group where libuv reads that.
 */
export function countWorkers(wanted: WorkerCount): number {
  if (!SHARES_PORTS) return 1;
  return wanted === 'auto' ? availableParallelism() : atLeastOne(wanted);
}

/** The most that {@link countWorkers} can come to while the process lives. */
export function mostWorkers(wanted: WorkerCount): number {
  return wanted === 'auto' ? Math.max(availableParallelism(), cpus().length) : atLeastOne(wanted);
}

function atLeastOne(count: number): number {
  return Math.max(1, Math.trunc(count) || 1);
}
