import type { Core } from './core.ts';

/**
 * Whether a client's connection has served long enough, so that its client should come back on another: perhaps to another replica.
 * `requests` so far; `openedAt` in ms, by the timers' clock.
 */
export function isSpent(
  { options, timers }: Pick<Core, 'options' | 'timers'>,
  requests: number,
  openedAt: number,
): boolean {
  const { maxConnectionRequests, maxConnectionAge } = options;
  if (maxConnectionRequests > 0 && requests >= maxConnectionRequests) return true;
  return maxConnectionAge > 0 && timers.now() - openedAt >= maxConnectionAge;
}
