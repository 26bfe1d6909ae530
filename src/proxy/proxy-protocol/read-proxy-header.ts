import { MORE, type ProxyHeaderRead, refused } from './proxy-header.ts';
import { readV1 } from './v1-header.ts';
import { readV2, V2_SIGNATURE } from './v2-header.ts';

const V1_SIGNATURE = Buffer.from('PROXY ', 'latin1');

/**
 * Reads a header of the PROXY protocol, version 1 or 2, at the beginning of what a connection has said so far: bytes
 * [start, end), which are 107 at most for version 1 and 16 + 4,096 for version 2. (proxy-protocol.txt of HAProxy, 2020-03-05.)
 */
export function readProxyHeader(bytes: Uint8Array, start: number, end: number): ProxyHeaderRead {
  if (end === start) return MORE;
  if (bytes[start] === V2_SIGNATURE[0]) {
    return begins(bytes, start, end, V2_SIGNATURE) ? readV2(bytes, start, end) : NONE;
  }
  return begins(bytes, start, end, V1_SIGNATURE) ? readV1(bytes, start, end) : NONE;
}

const NONE = refused('the connection does not begin with a PROXY header');

/** As far as there are bytes. */
function begins(bytes: Uint8Array, start: number, end: number, signature: Uint8Array): boolean {
  const count = Math.min(end - start, signature.length);
  for (let at = 0; at < count; at++) if (bytes[start + at] !== signature[at]) return false;
  return true;
}
