import type { Sample } from '../telemetry/exposition.ts';

/** Mirrored requests to one backend: how many are under way, and what became of the others. */
export class MirrorTally {
  /** As `endpointsName` has it. */
  readonly backend: string;
  underWay = 0;
  readonly results = {
    /** The answer came, whatever it said. */
    answered: 0,
    /** No endpoint, no connection, or one that broke. */
    failed: 0,
    /** No whole answer in time. */
    timeout: 0,
    /** The backend took the body too slowly. */
    slow: 0,
    /** The request itself broke off. */
    cut: 0,
    /** Not sent: too many were under way. */
    refused: 0,
  };

  constructor(backend: string) {
    this.backend = backend;
  }

  samples(): readonly Sample[] {
    return Object.entries(this.results).map(([result, value]) => ({
      labels: { backend: this.backend, result },
      value,
    }));
  }
}
