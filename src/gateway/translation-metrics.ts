import type { Counters } from '../translate/index.ts';

const METRICS: readonly (readonly [name: string, help: string, value: (counters: Counters) => number])[] = [
  ['sluice_translated_routes_total', 'Routes that were put together.', counters => counters.translated],
  ['sluice_attached_routes_total', 'Routes whose parents were looked up.', counters => counters.attached],
  ['sluice_resolved_routes_total', 'Routes whose references were resolved.', counters => counters.resolved],
  ['sluice_translated_gateways_total', 'Gateways that were translated.', counters => counters.gateways],
];

/** What the main thread counts, as Prometheus text. */
export function translationMetrics(counters: Counters): string {
  return METRICS.map(
    ([name, help, value]) => `# HELP ${name} ${help}\n# TYPE ${name} counter\n${name} ${value(counters)}\n`,
  ).join('');
}
