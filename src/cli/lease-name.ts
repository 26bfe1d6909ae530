import { createHash } from 'node:crypto';

/**
 * The Lease of the controllers of one name. Names of objects have no `/`: `sluice.dev/gateway-controller` is
 * `sluice.dev-gateway-controller`. Names that differ in other ways must not come out as one, or controllers that have nothing to
 * do with each other would wait for each other.
 */
export function leaseName(controllerName: string): string {
  const plain = controllerName.replace('/', '-');
  if (/^[a-z0-9.-]*[a-z0-9]$/.test(plain) && plain.length <= LONGEST_NAME) return plain;
  const hash = createHash('sha256').update(controllerName).digest('hex').slice(0, 8);
  return `${plain
    .toLowerCase()
    .replace(/[^a-z0-9.-]+/g, '-')
    .slice(0, LONGEST_NAME - 9)
    .replace(/[.-]+$/, '')}-${hash}`;
}

/** Of an object, in characters. */
const LONGEST_NAME = 253;
