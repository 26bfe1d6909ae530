import type { SluiceProxySpec } from '../../../resources/index.ts';

const MOST = 256;

/**
 * How many threads a proxy has: as SluiceProxy says, else one for each CPU that it is limited to, or else requests, rounded up.
 * Without either it is one: the nodes' CPUs, which `auto` counts, are not for it alone.
 */
export function workerCount({ workers, resources }: SluiceProxySpec): number | 'auto' {
  if (workers === 'auto') return 'auto';
  if (workers !== undefined) return Number(workers);
  const cpus = cpusOf(resources?.limits?.cpu ?? resources?.requests?.cpu ?? 1);
  return Math.min(Math.max(Math.ceil(cpus), 1), MOST);
}

/** Of a quantity in CPUs, as people write those: 2, "1.5", "500m". */
function cpusOf(quantity: number | string): number {
  const [, count = '1', unit] = String(quantity).match(/^([0-9]*\.?[0-9]*)(m?)$/) ?? [];
  return Number(count) / (unit === 'm' ? 1000 : 1);
}
