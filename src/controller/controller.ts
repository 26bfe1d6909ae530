import type { ServedGateway } from '../gateway/index.ts';

/** Follows an API server. */
export interface Controller extends Pick<ServedGateway, 'drain' | 'close'> {
  /**
   * Resolves when the first configuration is live. Whoever loses the Lease later goes on serving and writes nothing until it
   * has it again: an API server that is gone must not stop any traffic.
   */
  start(): Promise<void>;
}
