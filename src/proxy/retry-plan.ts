import type { Retry } from '../ir/index.ts';

/** When and how often the requests of a rule are sent again; made ready when the configuration changes. */
export interface RetryPlan {
  /** Tries besides the first. */
  readonly attempts: number;
  readonly codes: ReadonlySet<number>;
  /** Milliseconds. */
  readonly backoff: number;
}

/** Why a request was sent again; the first of them needs no retry in its rule. */
export const RETRY_CAUSES = ['stale', 'connection', 'status', 'timeout'] as const;
export type RetryCause = (typeof RETRY_CAUSES)[number];

/** The longest pause is this many times the first. */
const MAX_GROWTH = 10;
/** A pause is longer than it must be by up to this share, so that requests that failed together don't return together. */
const JITTER = 0.5;

export function compileRetry(retry: Retry | undefined): RetryPlan | undefined {
  return retry && { attempts: retry.attempts, codes: new Set(retry.codes), backoff: retry.backoff };
}

/** Milliseconds before retry number `nth`, from 1: `backoff`, then twice as long each time, never less. */
export function pauseBefore({ backoff }: RetryPlan, nth: number, random: () => number = Math.random): number {
  return backoff * Math.min(2 ** (nth - 1), MAX_GROWTH) * (1 + random() * JITTER);
}
