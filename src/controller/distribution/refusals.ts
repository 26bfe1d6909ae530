import { unmapped } from '../../proxy/index.ts';
import type { HubOptions } from '../../stream/index.ts';
import type { RefusedEvent } from '../events.ts';

export type Refusal = Parameters<NonNullable<HubOptions['onRefused']>>[0];

/** Tells of proxies that are not let in, and of whoever else knocks; anybody may do so as often as they like. */
export interface Refusals {
  take(refusal: Refusal): void;
  /** Prometheus text. */
  metrics(): string;
}

export interface RefusalsOptions {
  readonly tell: (event: RefusedEvent) => void;
  /** How many are told within `window` ms, the same one once; default 30 in ten minutes. */
  readonly most?: number;
  readonly window?: number;
  /** In ms. */
  readonly now?: () => number;
}

export function createRefusals(options: RefusalsOptions): Refusals {
  const { tell, most = 30, window = 600_000, now = () => performance.now() } = options;
  const told = new Set<string>();
  let since = Number.NEGATIVE_INFINITY;
  let count = 0;
  let untold = 0;

  return {
    take({ address, name, reason }) {
      count++;
      if (now() - since >= window) {
        told.clear();
        since = now();
      }
      const key = `${name ?? address} ${reason}`;
      if (told.has(key) || told.size >= most) {
        untold++;
        return;
      }
      told.add(key);
      tell({
        event: 'refused',
        address: unmapped(address),
        ...(name !== undefined && { proxy: name }),
        reason,
        untold,
      });
      untold = 0;
    },
    metrics: () =>
      [
        '# HELP sluice_config_refused_total Connections to the configuration port that were refused, of proxies and others.',
        '# TYPE sluice_config_refused_total counter',
        `sluice_config_refused_total ${count}`,
        '',
      ].join('\n'),
  };
}
