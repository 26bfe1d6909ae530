import { isIPv4, isIPv6 } from 'node:net';
import { addressBytes, addressText } from './address-bytes.ts';
import { type ConnectionEnds, MORE, MOST_AFTER_V2_START, type ProxyHeaderRead, refused } from './proxy-header.ts';

export const V2_SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
const START = 16;
const LOCAL = 0x20;
const PROXY = 0x21;
const TCP4 = 0x11;
const TCP6 = 0x21;
const BAD = refused('the PROXY header is malformed');

/** Version 2, binary. The signature is right as far as it is there. What follows the addresses (TLVs) is passed over. */
export function readV2(bytes: Uint8Array, start: number, end: number): ProxyHeaderRead {
  if (end - start < START) return MORE;
  const command = bytes[start + 12]!;
  const family = bytes[start + 13]!;
  const length = (bytes[start + 14]! << 8) | bytes[start + 15]!;
  if (command !== LOCAL && command !== PROXY) return BAD;
  if (family >> 4 > 3 || (family & 15) > 2) return BAD;
  if (length > MOST_AFTER_V2_START) return refused('the PROXY header is longer than 4112 bytes');
  const next = start + START + length;
  if (command === PROXY && length < leastLength(family)) return BAD;
  if (end < next) return MORE;
  const size = family === TCP4 ? 4 : family === TCP6 ? 16 : 0;
  if (command === LOCAL || size === 0) return { kind: 'header', end: next };
  const at = start + START;
  const ports = at + 2 * size;
  return {
    kind: 'header',
    end: next,
    client: { address: addressText(bytes, at, size), port: portAt(bytes, ports) },
    destination: { address: addressText(bytes, at + size, size), port: portAt(bytes, ports + 2) },
  };
}

/** Of the addresses of a family: none, IPv4, IPv6, UNIX. */
function leastLength(family: number): number {
  return [0, 12, 36, 216][family >> 4]!;
}

function portAt(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}

/** The header for a connection; LOCAL where it is our own, AF_UNSPEC where its ends are of two families. */
export function v2Header(ends: ConnectionEnds | undefined): Buffer {
  if (ends === undefined) return Buffer.concat([V2_SIGNATURE, Buffer.of(LOCAL, 0, 0, 0)]);
  const { client, destination } = ends;
  const four = isIPv4(client.address) && isIPv4(destination.address);
  const six = isIPv6(client.address) && isIPv6(destination.address);
  if (!four && !six) return Buffer.concat([V2_SIGNATURE, Buffer.of(PROXY, 0, 0, 0)]);
  const addresses = [addressBytes(client.address), addressBytes(destination.address)];
  const ports = Buffer.alloc(4);
  ports.writeUInt16BE(client.port, 0);
  ports.writeUInt16BE(destination.port, 2);
  return Buffer.concat([V2_SIGNATURE, Buffer.of(PROXY, four ? TCP4 : TCP6, 0, four ? 12 : 36), ...addresses, ports]);
}
