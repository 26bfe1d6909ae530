import type { Placement } from '../../src/translate/index.ts';

/** As if a data plane on this machine had taken everything. */
export const assumedPlacement: Placement = Object.freeze({
  addresses: [{ type: 'IPAddress', value: '127.0.0.1' } as const],
  failures: {},
  acknowledged: true,
});
