import { compactHeap } from '../proxy/index.ts';

/** Objects in one step that leave enough behind to be worth the trouble. */
const LARGE = 500;
/** Time after which a burst of steps is taken for over, in ms. */
const QUIET = 1_000;

/**
 * Gives memory back a while after large steps, the first reading above all. The main thread carries no traffic; a change that
 * comes just then waits for about 100 ms with 5,000 routes.
 */
export interface Tidying {
  /** A step took so many objects in. */
  took(objects: number): void;
  stop(): void;
}

export function createTidying(compact: () => void = compactHeap, quiet = QUIET): Tidying {
  let timer: NodeJS.Timeout | undefined;
  return {
    took(objects) {
      if (objects < LARGE && timer === undefined) return;
      clearTimeout(timer);
      timer = setTimeout(() => {
        timer = undefined;
        compact();
      }, quiet).unref();
    },
    stop: () => clearTimeout(timer),
  };
}
