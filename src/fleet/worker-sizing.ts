import { countWorkers, type WorkerCount } from '../proxy/index.ts';
import { followProcessors } from './follow-processors.ts';

/** How many workers there are to be, also while the number of processors changes. */
export interface WorkerSizing {
  /** As many as the options say; where that is `auto`, processors are followed from now on. */
  start(): void;
  /** Takes effect at once, or with the start. */
  resize(workers: WorkerCount): Promise<void>;
  stop(): void;
}

/** `setWorkers` makes so many of them. */
export function createWorkerSizing(first: WorkerCount, setWorkers: (count: number) => Promise<void>): WorkerSizing {
  let following: ReturnType<typeof followProcessors> | undefined;

  function follow(workers: WorkerCount): void {
    following?.stop();
    following = workers === 'auto' ? followProcessors(count => void setWorkers(count)) : undefined;
  }

  return {
    start: () => follow(first),
    async resize(workers) {
      follow(workers);
      await setWorkers(countWorkers(workers));
    },
    stop: () => following?.stop(),
  };
}
