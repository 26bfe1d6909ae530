import { isIPv4, isIPv6 } from 'node:net';
import { type ConnectionEnd, type ConnectionEnds, MORE, type ProxyHeaderRead, refused } from './proxy-header.ts';

/** With CR LF: the longest that version 1 can say. */
const LONGEST = 107;
const BAD = refused('the PROXY header is malformed');
const UNKNOWN = Buffer.from('PROXY UNKNOWN\r\n', 'latin1');
const PORT = /^(?:0|[1-9]\d{0,4})$/;

/** Version 1, a line: `PROXY TCP4 192.0.2.1 192.0.2.9 56324 443`. The signature is right as far as it is there. */
export function readV1(bytes: Uint8Array, start: number, end: number): ProxyHeaderRead {
  const limit = Math.min(end, start + LONGEST);
  const lf = bytes.subarray(start, limit).indexOf(0x0a);
  if (lf < 0) return limit - start < LONGEST ? MORE : refused('the PROXY header is longer than 107 bytes');
  if (bytes[start + lf - 1] !== 0x0d) return BAD;
  const line = Buffer.prototype.latin1Slice.call(bytes, start, start + lf - 1);
  const next = start + lf + 1;
  // What follows UNKNOWN is to be passed over.
  if (line === 'PROXY UNKNOWN' || line.startsWith('PROXY UNKNOWN ')) return { kind: 'header', end: next };
  const [, family, source, target, sourcePort, targetPort, ...rest] = line.split(' ');
  const client = endOf(family, source, sourcePort);
  const destination = endOf(family, target, targetPort);
  if (client === undefined || destination === undefined || rest.length > 0) return BAD;
  return { kind: 'header', end: next, client, destination };
}

function endOf(family = '', address = '', port = ''): ConnectionEnd | undefined {
  const fits = family === 'TCP4' ? isIPv4(address) : family === 'TCP6' && isIPv6(address) && !address.includes('%');
  if (!fits || !PORT.test(port) || Number(port) > 65_535) return undefined;
  return { address, port: Number(port) };
}

/** The line for a connection; UNKNOWN where nothing is known, or its ends are of two families. */
export function v1Header(ends: ConnectionEnds | undefined): Buffer {
  if (ends === undefined) return UNKNOWN;
  const { client, destination } = ends;
  const [four, six] = [isIPv4(client.address), isIPv6(client.address)];
  const same = four ? isIPv4(destination.address) : six && isIPv6(destination.address);
  if (!same) return UNKNOWN;
  const words = `${client.address} ${destination.address} ${client.port} ${destination.port}`;
  return Buffer.from(`PROXY ${four ? 'TCP4' : 'TCP6'} ${words}\r\n`, 'latin1');
}
