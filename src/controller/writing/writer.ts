import type { Problem } from '../../resources/index.ts';

/** Who writes something to an API server: only while it leads. */
export interface Writer {
  lead(leading: boolean): void;
  problems(): readonly Problem[];
  /** Resolves when nothing is left to write, but for what is forbidden or refused. */
  idle(): Promise<void>;
  close(): Promise<void>;
}
