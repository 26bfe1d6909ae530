import type { Listener } from '../../ir/index.ts';

/** Protocols that the data plane has no code for yet: their listeners get no socket, and their statuses say so. */
const UNSERVED: ReadonlySet<Listener['protocol']> = new Set(['HTTPS', 'TLS']);

export function hasCode({ protocol }: Listener): boolean {
  return !UNSERVED.has(protocol);
}
