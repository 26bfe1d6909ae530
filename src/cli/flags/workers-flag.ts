import { SHARES_PORTS, type WorkerCount } from '../../proxy/index.ts';
import type { Flag } from './flags.ts';

/** More threads than this are a slip of the finger. */
const MOST = 256;

/** How many threads serve. `initial`: what it is without being named. */
export function workersFlag(initial: WorkerCount): Flag<WorkerCount> {
  return {
    placeholder: 'N|auto',
    help: `threads that serve; auto: one for each processor that\nthis process may use (default ${initial})`,
    initial,
    read(value) {
      const count = /^\d{1,4}$/.test(value) ? Number(value) : 0;
      if (value !== 'auto' && (count < 1 || count > MOST)) return { refused: `must be auto or between 1 and ${MOST}` };
      if (count > 1 && !SHARES_PORTS) return { refused: 'must be 1: on this system threads cannot share a port' };
      return { value: value === 'auto' ? 'auto' : count };
    },
  };
}
