const RESULTS = ['ok', 'conflict', 'forbidden', 'gone', 'error'] as const;
export type WriteResult = (typeof RESULTS)[number];

/** What the writer counts. */
export interface StatusMetrics {
  count(result: WriteResult): void;
  /** Prometheus text. */
  text(now: { readonly pending: number; readonly leading: boolean }): string;
}

export function createStatusMetrics(): StatusMetrics {
  const counts = new Map<WriteResult, number>(RESULTS.map(result => [result, 0]));
  return {
    count: result => void counts.set(result, counts.get(result)! + 1),
    text: ({ pending, leading }) =>
      [
        '# HELP sluice_status_writes_total Requests that write a status, by what came of them.',
        '# TYPE sluice_status_writes_total counter',
        ...RESULTS.map(result => `sluice_status_writes_total{result="${result}"} ${counts.get(result)}`),
        '# HELP sluice_status_pending Objects whose status is still to be written.',
        '# TYPE sluice_status_pending gauge',
        `sluice_status_pending ${pending}`,
        '# HELP sluice_leader Whether this process writes statuses.',
        '# TYPE sluice_leader gauge',
        `sluice_leader ${leading ? 1 : 0}`,
        '',
      ].join('\n'),
  };
}
