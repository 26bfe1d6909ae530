import { durationMs, type SluiceProxySpec } from '../../../resources/index.ts';

const MARGIN_S = 5;

export interface ShutdownTimes {
  /** Milliseconds in which a proxy that ends goes on accepting, for not everybody knows yet. */
  readonly delay: number;
  /** Milliseconds for what is under way after that. */
  readonly drain: number;
  /** Seconds after which its pod is killed: enough for both. */
  readonly grace: number;
}

export function shutdownTimes({ shutdown }: SluiceProxySpec): ShutdownTimes {
  const delay = durationMs(shutdown?.delay ?? '3s');
  const drain = durationMs(shutdown?.timeout ?? '30s');
  return { delay, drain, grace: Math.ceil((delay + drain) / 1000) + MARGIN_S };
}
