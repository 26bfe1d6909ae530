import { isIP } from 'node:net';
import { latin1 } from './http1/chars.ts';
import { X_FORWARDED_FOR } from './http1/names.ts';
import type { RequestHead } from './http1/request-head.ts';
import type { Peer } from './peer.ts';
import type { Trust } from './trust.ts';
import { unmapped } from './unmapped.ts';

/** Entries of X-Forwarded-For that are looked at where trust goes by address. */
const MAX_LOOKED_AT = 32;
const WITH_PORT = /^(?:\[([^\]]*)\](?::\d{1,5})?|([\d.]+):\d{1,5})$/;

/**
 * Who sent the request: the peer, or, if its word is taken, an address of X-Forwarded-For. With `trust.hops`, that many
 * entries from the right; the peer where there are fewer, for such a request came another way. Else the last one that is
 * not trusted itself; the first where all are.
 */
export function clientAddress(head: RequestHead, peer: Peer, trust: Trust): string {
  if (!peer.trusted) return peer.address;
  const entries = forwardedFor(head);
  return trust.hops > 0 ? byCount(entries, peer, trust.hops) : byAddress(entries, peer, trust);
}

function byCount(entries: readonly string[], peer: Peer, hops: number): string {
  return addressIn(entries[entries.length - hops] ?? '') ?? peer.address;
}

/** What is no address ends the search: nobody knows who stands behind it. */
function byAddress(entries: readonly string[], peer: Peer, trust: Trust): string {
  let client = peer.address;
  for (const entry of entries.slice(-MAX_LOOKED_AT).reverse()) {
    const address = addressIn(entry);
    if (address === undefined) return client;
    client = address;
    if (!trust.isTrusted(address)) return client;
  }
  return client;
}

/** All lines of the field are one list (RFC 9110 §5.3), whose empty elements don't count (§5.6.1). */
function forwardedFor({ bytes, fields }: RequestHead): readonly string[] {
  const entries: string[] = [];
  for (let i = 0; i < fields.count; i++) {
    if (fields.known[i] !== X_FORWARDED_FOR) continue;
    for (const element of latin1(bytes, fields.valueStart[i]!, fields.valueEnd[i]!).split(',')) {
      const entry = element.trim();
      if (entry !== '') entries.push(entry);
    }
  }
  return entries;
}

/** Some proxies write the port of their peer too; others write `unknown` or a name of their own, which is no address. */
function addressIn(entry: string): string | undefined {
  if (entry.includes('%')) return undefined;
  if (isIP(entry) !== 0) return unmapped(entry);
  const [, inBrackets = '', beforePort = ''] = WITH_PORT.exec(entry) ?? [];
  if (isIP(inBrackets) === 6) return unmapped(inBrackets);
  return isIP(beforePort) === 4 ? beforePort : undefined;
}
