import { parseHost } from '../router/index.ts';
import { latin1 } from './http1/chars.ts';

const SLOTS = 256;

interface Known {
  readonly text: string;
  readonly host: string | undefined;
}

/** Hosts of authorities seen lately: most requests name one of a few, and get the same string without making one. */
export class HostCache {
  private readonly slots: (Known | undefined)[] = new Array(SLOTS).fill(undefined);

  /** Host (see `parseHost`) of the authority in bytes [start, end), or undefined if it is none. */
  lookup(bytes: Uint8Array, start: number, end: number): string | undefined {
    let hash = 0;
    for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + bytes[i]!) | 0;
    const slot = (hash ^ (hash >>> 8) ^ (hash >>> 16)) & (SLOTS - 1);
    const known = this.slots[slot];
    if (known !== undefined && isText(known.text, bytes, start, end)) return known.host;
    const text = latin1(bytes, start, end);
    const host = parseHost(text);
    // Only short names are worth keeping; a bound on what strangers can make us remember.
    if (text.length <= 128) this.slots[slot] = { text, host };
    return host;
  }
}

function isText(text: string, bytes: Uint8Array, start: number, end: number): boolean {
  if (text.length !== end - start) return false;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[start + i]) return false;
  return true;
}
