import type { Delta } from '../ir/index.ts';

/** A socket that could not be bound; the caller decides what to do about it (another port, a status). */
export interface BindFailure {
  readonly bind: string;
  /** The system's: EADDRINUSE, EACCES, EADDRNOTAVAIL … */
  readonly code: string;
  readonly message: string;
}

/** What came of a delta: every unit but the failed binds is live when this is there. */
export interface Applied {
  /** Where each bind of the configuration really listens (port 0 is resolved). */
  readonly bound: Readonly<Record<string, { readonly host: string; readonly port: number }>>;
  readonly failures: readonly BindFailure[];
}

/** One data plane in one thread. */
export interface DataPlane {
  /** `cells`: of the endpoints that the delta lists, where other threads share them (see `shared/`); else it assigns them itself. */
  apply(delta: Delta, cells?: Int32Array): Promise<Applied>;
  /** Prometheus text. */
  metrics(): string;
  /**
   * Stops accepting, answers what is under way with `Connection: close`, ends idle connections; resolves when none is
   * left or `deadline` ms have passed.
   */
  drain(deadline: number): Promise<void>;
  close(): void;
}
