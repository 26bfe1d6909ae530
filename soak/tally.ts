/** What was sent and what went wrong, by kind. */
export interface Tally {
  requests: number;
  readonly failures: Map<string, number>;
}

export function createTally(): Tally {
  return { requests: 0, failures: new Map() };
}

/** `kind` is one of few: no ports, no times. */
export function fail(tally: Tally, kind: string): void {
  tally.failures.set(kind, (tally.failures.get(kind) ?? 0) + 1);
}

/** `3 × GET: 502, 1 × POST: ECONNRESET`, or `none`. */
export function failuresText({ failures }: Tally): string {
  return [...failures].map(([kind, count]) => `${count} × ${kind}`).join(', ') || 'none';
}
