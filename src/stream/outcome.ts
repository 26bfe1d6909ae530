import type { UnitKind } from '../ir/index.ts';

/** A unit that a proxy can't obey: its last good one of that name goes on, if there was one. */
export interface Rejection {
  readonly kind: UnitKind;
  readonly name: string;
  /** One line: what is wrong and what would help. */
  readonly message: string;
}

/** A socket that a proxy could not open. */
export interface BindRefusal {
  /** Name of the Bind unit. */
  readonly bind: string;
  /** Of the system, such as `EADDRINUSE`. */
  readonly code: string;
  readonly message: string;
}

/** What a proxy could not do of all that it was told: the whole present state, never a difference. */
export interface Outcome {
  readonly failures: readonly BindRefusal[];
  readonly rejections: readonly Rejection[];
}
