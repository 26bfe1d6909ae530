import type { ReadingValues } from '../proxy/index.ts';

/** What the main thread knows of the workers. */
export interface FleetNumbers {
  readonly workers: number;
  readonly restarts: number;
  readonly reloads: number;
}

export function fleetReadings({ workers, restarts, reloads }: FleetNumbers): readonly ReadingValues[] {
  const value = (name: string, type: ReadingValues['type'], help: string, number: number): ReadingValues => ({
    name,
    help,
    type,
    over: 'sum',
    samples: new Map([['', number]]),
  });
  return [
    value('sluice_workers', 'gauge', 'Worker threads that take connections.', workers),
    value('sluice_worker_restarts_total', 'counter', 'Worker threads that were replaced.', restarts),
    value('sluice_config_reloads_total', 'counter', 'Changes of the configuration that were applied.', reloads),
  ];
}
