import type { Unit } from '../../ir/index.ts';
import { createProber, type MemoryProber, type Probed, type TestRequest } from '../../testing/index.ts';

/** Puts the requests of tests to whatever the configuration is by then. */
export interface FollowingProber {
  probe(units: readonly Unit[], request: TestRequest): Promise<Probed>;
  close(): void;
}

/** `units` are those of before for as long as they are the same list. */
export function createFollowingProber(): FollowingProber {
  let prober: MemoryProber | undefined;
  let followed: readonly Unit[] | undefined;
  return {
    probe(units, request) {
      if (!prober || followed !== units) {
        prober?.close();
        prober = createProber(units);
        followed = units;
      }
      return prober.probe(request);
    },
    close: () => prober?.close(),
  };
}
