/** Does something once, some time after it was asked for first. */
export interface Later {
  /** Nothing where it is going to be done already. */
  ask(): void;
  stop(): void;
}

/** @param delay in ms */
export function later(delay: number, work: () => void): Later {
  let timer: NodeJS.Timeout | undefined;
  return {
    ask() {
      timer ??= setTimeout(() => {
        timer = undefined;
        work();
      }, delay);
    },
    stop: () => clearTimeout(timer),
  };
}
