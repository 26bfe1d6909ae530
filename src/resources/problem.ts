import type { ProblemCode } from './problem-codes.ts';
import type { ObjectRef } from './resource.ts';

export type Severity = 'error' | 'warning' | 'info';

/** A place in a manifest; `line` and `column` count from 1. */
export interface Location {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Something to tell the user about what they wrote: which object, where in it, what is wrong and what would be right. */
export interface Problem {
  readonly severity: Severity;
  /** Stable, e.g. `UnknownField`: users filter by it, and it has a page in docs/problems. */
  readonly code: ProblemCode;
  readonly message: string;
  readonly object?: ObjectRef;
  /** Field path inside the object, e.g. `spec.rules[0].filters[1].type`. */
  readonly path?: string;
  readonly location?: Location;
  /** YAML (or a command) that mends it, where that is known. */
  readonly fix?: string;
}

/** The order of files and lines; what has no place comes last. */
export function byPlace({ location: a }: Problem, { location: b }: Problem): number {
  if (!a || !b) return Number(a === undefined) - Number(b === undefined);
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}
