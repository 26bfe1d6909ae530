/** How a proxy stands with its controller. */
export interface AgentNumbers {
  readonly connected: boolean;
  /** When the configuration changed last, in seconds since 1970; 0: there is none. */
  readonly changed: number;
  readonly rejected: number;
  readonly unopened: number;
}

const METRICS: readonly (readonly [name: string, help: string, value: (numbers: AgentNumbers) => number])[] = [
  [
    'sluice_config_connected',
    'Whether the proxy is connected to its controller.',
    ({ connected }) => Number(connected),
  ],
  [
    'sluice_config_changed_seconds',
    'When the configuration changed last, in seconds since 1970.',
    ({ changed }) => changed,
  ],
  [
    'sluice_config_rejected_units',
    'Parts of the configuration that the proxy can not obey.',
    ({ rejected }) => rejected,
  ],
  [
    'sluice_config_unopened_sockets',
    'Sockets of the configuration that can not be opened.',
    ({ unopened }) => unopened,
  ],
];

/** As Prometheus text. */
export function agentMetrics(numbers: AgentNumbers): string {
  return METRICS.map(
    ([name, help, value]) => `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${name} ${value(numbers)}\n`,
  ).join('');
}
