import type { Retry } from '../../ir/index.ts';
import { durationMs, isDuration } from '../../resources/index.ts';
import { type Fault, ruleFaults } from '../status/rule-faults.ts';

interface HTTPRouteRetry {
  readonly codes?: readonly number[];
  readonly attempts?: number;
  readonly backoff?: string;
}

/** What a rule that does not say gets: the spec leaves it to implementations. */
const ATTEMPTS = 2;
/** Milliseconds. */
const BACKOFF = 10;

/** HTTPRouteRetry of GEP-1731. Without `codes`, connection errors and timeouts alone are retried. */
export function translateRetry(
  { codes = [], attempts = ATTEMPTS, backoff }: HTTPRouteRetry,
  path: string,
  report: (fault: Fault) => void,
): Retry {
  codes.forEach((code, i) => {
    if (!isWithin(code, 400, 599)) report(ruleFaults.retryCode(`${path}.codes[${i}]`, code));
  });
  if (!isWithin(attempts, 1, Number.MAX_SAFE_INTEGER)) report(ruleFaults.attempts(`${path}.attempts`, attempts));
  const valid = backoff === undefined || isDuration(backoff);
  if (!valid) report(ruleFaults.duration(`${path}.backoff`, backoff));
  return { attempts, codes, backoff: valid && backoff !== undefined ? durationMs(backoff) : BACKOFF };
}

function isWithin(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
