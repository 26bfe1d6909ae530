import type { Setting } from './setting.ts';

/** What became of one thing that was asked of the gateway with software of others. */
export interface Check {
  /** The program: `h2spec`, `curl` … */
  readonly part: string;
  readonly name: string;
  readonly result: 'passed' | 'failed' | 'skipped';
  /** Why it failed or was skipped; '' where it passed. */
  readonly note: string;
}

/** A check that passed, or why it did not. */
export function verdict(part: string, name: string, fault: string | undefined): Check {
  return { part, name, result: fault === undefined ? 'passed' : 'failed', note: fault ?? '' };
}

export function skipped(part: string, name: string, note: string): Check {
  return { part, name, result: 'skipped', note };
}

/** Something to run against a gateway; it gives its checks one by one. */
export interface Part {
  readonly name: string;
  /** What is missing on this machine, with what would help; installs what can be. */
  missing(): string | undefined;
  run(setting: Setting): AsyncIterable<Check>;
}
