/** How many refusals in a row say nothing yet; with the pauses of a list-watch, some seconds. */
const PASSING = 5;

/**
 * Whether a right is had. An API server that has just started forbids for a moment what it permits: it has not read the
 * roles yet. So what was permitted before is tried again before its loss is believed.
 */
export interface Permission {
  given(): void;
  /** It was refused once more: whether that may pass by itself. */
  mayPass(): boolean;
}

export function createPermission(): Permission {
  let left = 0;
  return {
    given() {
      left = PASSING;
    },
    mayPass: () => left-- > 0,
  };
}
