import type { StatusItem } from '../../gateway/index.ts';
import type { Problem } from '../../resources/index.ts';

/** What `sluice check` has found. */
export interface CheckResult {
  readonly objects: readonly StatusItem[];
  /** In the order of files and lines. */
  readonly problems: readonly Problem[];
}

/** Lines to print. */
export type Report = (result: CheckResult) => readonly string[];
