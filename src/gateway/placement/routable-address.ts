import { BlockList, isIP } from 'node:net';

/**
 * What an API server refuses as an endpoint, too: this machine itself, its link, everybody, nobody. And where clouds tell a machine
 * what it may do, if that is not on its link.
 */
const NOT_ROUTABLE = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['224.0.0.0', 3],
  ['100.100.100.200', 32],
  ['168.63.129.16', 32],
  ['192.0.0.192', 32],
] as const) {
  NOT_ROUTABLE.addSubnet(net, prefix, 'ipv4');
}
for (const [net, prefix] of [
  ['::', 127],
  ['fe80::', 10],
  ['ff00::', 8],
  ['fd00:ec2::', 32],
] as const) {
  NOT_ROUTABLE.addSubnet(net, prefix, 'ipv6');
}

/** An IP address that can belong to an endpoint of another machine or pod. IPv4 in IPv6 (`::ffff:127.0.0.1`) counts as IPv4. */
export function isRoutable(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && !NOT_ROUTABLE.check(address, family === 4 ? 'ipv4' : 'ipv6');
}
