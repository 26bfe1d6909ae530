import type { Delta, UnitKind } from '../ir/index.ts';
import type { TailedLines, Watch } from './tail/tail.ts';
import type { MetricsReport } from './telemetry/report.ts';

/** A socket that could not be bound; the caller decides what to do about it (another port, a status). */
export interface BindFailure {
  readonly bind: string;
  /** The system's: EADDRINUSE, EACCES, EADDRNOTAVAIL … */
  readonly code: string;
  readonly message: string;
}

/** A unit that can't be obeyed: the last good one of its name goes on, if there was one. */
export interface UnitRejection {
  readonly kind: UnitKind;
  readonly name: string;
  /** One line: what is wrong, and what would help. */
  readonly message: string;
}

/** What came of a delta: every unit but the failed binds and those rejected is live when this is there. */
export interface Applied {
  /** Where each bind of the configuration really listens (port 0 is resolved). */
  readonly bound: Readonly<Record<string, { readonly host: string; readonly port: number }>>;
  readonly failures: readonly BindFailure[];
  /** Of this delta. Absent: none. */
  readonly rejections?: readonly UnitRejection[];
}

/** What data planes that run side by side have to be told besides a delta. */
export interface Share {
  /** Of the endpoints that the delta lists, one after the other: see `shared/`. */
  readonly cells: Int32Array;
  /** It opens new sockets before any other does, and must make sure that nobody else has the port. */
  readonly claim: boolean;
}

/** One data plane in one thread. */
export interface DataPlane {
  /** `share`: what the main thread decides where there are other data planes; else this one is alone. */
  apply(delta: Delta, share?: Share): Promise<Applied>;
  /** Prometheus text. */
  metrics(): string;
  /** The same as data. */
  report(): MetricsReport;
  /**
   * From now on these look on, and nobody else. Resolves at once if they are others than before, else when there are lines for
   * them; with what there is, when it is called again.
   */
  tail(watches: readonly Watch[]): Promise<readonly TailedLines[]>;
  /**
   * Stops accepting and answers what is under way with `Connection: close`; resolves when no connection is left or `deadline` ms
   * have passed. Idle connections end at once, or (`patient`) with the answer to the next request that comes on them. For `delay`
   * ms before that connections are still taken, and each ends with its next answer.
   */
  drain(deadline: number, patient?: boolean, delay?: number): Promise<void>;
  close(): void;
}
