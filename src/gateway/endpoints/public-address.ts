import { BlockList, isIP } from 'node:net';

/** IANA's registries of special-purpose addresses: what is no address of the public internet. */
const SPECIAL: readonly (readonly [net: string, prefix: number, family: 'ipv4' | 'ipv6'])[] = [
  ['0.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  // Among them 169.254.169.254, where clouds keep what a machine may do.
  ['169.254.0.0', 16, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  ['224.0.0.0', 3, 'ipv4'],
  ['::', 96, 'ipv6'],
  ['64:ff9b:1::', 48, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
  ['fec0::', 10, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
];

const NOT_PUBLIC = new BlockList();
for (const [net, prefix, family] of SPECIAL) NOT_PUBLIC.addSubnet(net, prefix, family);

/** IPv4 addresses within those of IPv6: translated (RFC 6052) and 6to4 (RFC 3056). */
const EMBEDDED = /^(?:64:ff9b::|2002:)([0-9a-f]{1,4}):([0-9a-f]{1,4})(?:::.*)?$/;

/**
 * Whether an address is one that everybody may reach. Whoever owns a name decides where it leads: without this check,
 * to this machine, to what a cloud tells its machines, or to what is open to neighbours alone (DNS rebinding).
 */
export function isPublic(address: string): boolean {
  const family = isIP(address);
  if (family === 0 || NOT_PUBLIC.check(address, family === 4 ? 'ipv4' : 'ipv6')) return false;
  const [, high, low] = EMBEDDED.exec(address.toLowerCase()) ?? [];
  return high === undefined || low === undefined || isPublic(dotted(high, low));
}

function dotted(high: string, low: string): string {
  return [high, low].flatMap(part => [Number.parseInt(part, 16) >> 8, Number.parseInt(part, 16) & 255]).join('.');
}
