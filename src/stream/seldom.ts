/** Does something at once, and then not again before a pause is over: who asks meanwhile is served once, at its end. */
export interface Seldom {
  ask(): void;
  stop(): void;
}

/** `pause`: ms. */
export function createSeldom(act: () => void, pause: number): Seldom {
  let resting: NodeJS.Timeout | undefined;
  let isAsked = false;

  function perform(): void {
    isAsked = false;
    resting = setTimeout(wake, pause).unref();
    act();
  }

  function wake(): void {
    resting = undefined;
    if (isAsked) perform();
  }

  return {
    ask() {
      if (resting) isAsked = true;
      else perform();
    },
    stop() {
      isAsked = false;
      clearTimeout(resting);
    },
  };
}
