/** What befalls workers, in words. */

/** `others` serve meanwhile. */
export function deathOf(message: string, others: number): string {
  return others === 0
    ? `the data plane stopped (${message}) and is being replaced`
    : `a worker of the data plane stopped (${message}) and is being replaced; ${others} more serve`;
}

/** So many workers did not acknowledge a change in time. */
export function silenceOf(count: number): string {
  const who = count === 1 ? 'a worker' : `${count} workers`;
  return `${who} of the data plane did not take over the last change in time, and may serve what was before it`;
}
