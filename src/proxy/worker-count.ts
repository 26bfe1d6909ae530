import { availableParallelism, cpus } from 'node:os';
import { SHARES_PORTS } from './node-socket.ts';

/** How many workers: so many, or one for each processor that the process may use. */
export type WorkerCount = number | 'auto';

/** Processors that the system and its affinity leave to this process, or its control group where libuv reads that; 1 where threads can't share a port. */
export function countWorkers(wanted: WorkerCount): number {
  if (!SHARES_PORTS) return 1;
  return wanted === 'auto' ? availableParallelism() : wanted;
}

/** The most that {@link countWorkers} can come to while the process lives. */
export function mostWorkers(wanted: WorkerCount): number {
  return wanted === 'auto' ? Math.max(availableParallelism(), cpus().length) : wanted;
}
