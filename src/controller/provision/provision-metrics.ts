import type { WriteOutcome } from './apply/write-outcome.ts';

const RESULTS: readonly WriteOutcome['kind'][] = ['ok', 'found', 'gone', 'left', 'role', 'refused', 'passing'];

/** What provisioning counts. */
export interface ProvisionMetrics {
  count(kind: string, outcome: WriteOutcome): void;
  /** Prometheus text. `pending`: data planes of which something is still to be written. */
  text(now: { readonly planes: number; readonly pending: number }): string;
}

export function createProvisionMetrics(kinds: readonly string[]): ProvisionMetrics {
  const counts = new Map<string, number>();
  const line = (kind: string, result: string) =>
    `sluice_provision_writes_total{kind="${kind}",result="${result}"} ${counts.get(`${kind} ${result}`) ?? 0}`;
  return {
    count(kind, outcome) {
      const key = `${kind} ${outcome.kind}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    },
    text: ({ planes, pending }) =>
      [
        '# HELP sluice_provision_writes_total Requests for objects of data planes, by kind and what came of them.',
        '# TYPE sluice_provision_writes_total counter',
        ...kinds.flatMap(kind => RESULTS.map(result => line(kind, result))),
        '# HELP sluice_data_planes Data planes that are wanted.',
        '# TYPE sluice_data_planes gauge',
        `sluice_data_planes ${planes}`,
        '# HELP sluice_provision_pending Data planes of which something is still to be written.',
        '# TYPE sluice_provision_pending gauge',
        `sluice_provision_pending ${pending}`,
        '',
      ].join('\n'),
  };
}
