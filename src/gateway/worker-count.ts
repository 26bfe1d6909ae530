import { availableParallelism } from 'node:os';
import { SHARES_PORTS } from '../proxy/index.ts';

/** How many workers: so many, or one for each processor that the process may use. */
export type WorkerCount = number | 'auto';

/** How often processors are counted again: an orchestrator may give a running process more, or take some away; ms. */
const LOOK = 10_000;

/** Processors that the system, its affinity and its control group leave to this process; 1 where threads can't share a port. */
export function countWorkers(wanted: WorkerCount): number {
  if (!SHARES_PORTS) return 1;
  return wanted === 'auto' ? availableParallelism() : wanted;
}

/** Calls `resize` with each number that differs from the one before, until it is stopped. */
export function followProcessors(
  resize: (count: number) => void,
  count: () => number = () => countWorkers('auto'),
  every = LOOK,
): { stop(): void } {
  let last = count();
  const timer = setInterval(() => {
    const now = count();
    if (now !== last) resize(now);
    last = now;
  }, every).unref();
  return { stop: () => clearInterval(timer) };
}
