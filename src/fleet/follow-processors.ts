import { countWorkers } from '../proxy/index.ts';

/** How often processors are counted again: an orchestrator may give a running process more, or take some away; ms. */
const LOOK = 10_000;

/** Calls `resize` with each number of processors that differs from the one before, until it is stopped. */
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
