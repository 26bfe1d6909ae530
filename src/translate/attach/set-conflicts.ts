import { hasHostnames, type PortFamily } from '../../ir/index.ts';
import type { Verdict } from '../status/condition.ts';
import { type ConflictReason, listenerConditions } from '../status/listener-conditions.ts';
import { type Distinction, familyOf } from './conflicts.ts';
import type { ListenerSetView } from './listener-sets.ts';
import { inConflict } from './listeners.ts';

/** What a listener takes for itself of a Gateway: a port for its family, and a hostname on it. */
export interface Claim {
  readonly family: PortFamily;
  readonly port: number;
  readonly hostname: string;
}

/** Undefined for a protocol that nobody knows. */
export function claimOf(listener: Distinction): Claim | undefined {
  const family = familyOf(listener);
  return family && { family, port: listener.port, hostname: listener.hostname };
}

/** Names what only one of several listeners can have: a hostname on a port of a Gateway. */
function seatKey(gateway: string, { family, port, hostname }: Claim): string {
  return `${gateway} ${port} ${family} ${hostname}`;
}

/** Names what listeners of one family share: a port of a Gateway. */
function portKey(gateway: string, port: number, family: PortFamily): string {
  return `${gateway} ${port} ${family}`;
}

/** Names what listeners share whose hostnames are in a domain. */
function belowKey(gateway: string, { port, family }: Claim, domain: string): string {
  return `${gateway} ${port} ${family} <${domain}`;
}

/** The domains that a hostname, or all that a wildcard stands for, is in, below; '' has all. */
function domainsOf(hostname: string): readonly string[] {
  if (hostname === '*') return [];
  const labels = hostname.replace(/^\*\./, '').split('.');
  const parents = labels.slice(1).map((_, i) => labels.slice(i + 1).join('.'));
  return [...parents, ''];
}

/**
 * What to look for among the claims of sets to know whether one of them has hostnames in common with a listener of the same port,
 * apart from one with the same hostname.
 */
export function overlapKeys(gateway: string, claim: Claim): readonly string[] {
  const { hostname } = claim;
  const above = domainsOf(hostname).map(domain =>
    seatKey(gateway, { ...claim, hostname: domain ? `*.${domain}` : '*' }),
  );
  if (hostname === '*') return [belowKey(gateway, claim, '')];
  return hostname.startsWith('*.') ? [...above, belowKey(gateway, claim, hostname.slice(2))] : above;
}

/** Families that exclude one another on a port. */
const TCP_FAMILIES: readonly PortFamily[] = ['clear', 'tls', 'tcp'];

/** What the listeners of a set want: by its key the first that wants it, as its place in the order of all listeners. */
export function claimsOf({ gateway, rank, listeners }: ListenerSetView): Readonly<Record<string, string>> {
  const wanted = new Map<string, string>();
  for (const [index, listener] of listeners.entries()) {
    const claim = claimOf(listener);
    if (!claim) continue;
    const place = placeOf(rank, index);
    const domains =
      claim.family === 'tls' ? domainsOf(claim.hostname).map(domain => belowKey(gateway, claim, domain)) : [];
    for (const key of [seatKey(gateway, claim), portKey(gateway, claim.port, claim.family), ...domains]) {
      if (!wanted.has(key)) wanted.set(key, place);
    }
  }
  return Object.fromEntries(wanted);
}

function placeOf(rank: string, index: number): string {
  return `${rank} ${String(index).padStart(2, '0')}`;
}

/** The place of the first listener of all sets that wants what a key names; undefined: none does. */
export type FirstOf = (key: string) => string | undefined;

/** The set, with its listeners refused that can't be told apart from one of the Gateway (`held`), or from one that comes first. */
export function withConflicts(set: ListenerSetView, held: readonly Claim[], firstOf: FirstOf): ListenerSetView {
  const listeners = set.listeners.map((listener, index) => {
    const claim = claimOf(listener);
    return claim ? inConflict(listener, conflictOf(set, listener, claim, index, held, firstOf)) : listener;
  });
  return { ...set, listeners };
}

function conflictOf(
  { gateway, rank }: ListenerSetView,
  { path }: Distinction,
  claim: Claim,
  index: number,
  held: readonly Claim[],
  firstOf: FirstOf,
): Verdict<ConflictReason> | undefined {
  const { port, family, hostname } = claim;
  const place = placeOf(rank, index);
  const alone = !hasHostnames(family);
  const before = held.filter(other => other.port === port && (other.family === 'udp') === (family === 'udp'));
  if (before.some(other => alone || other.family !== family)) {
    return listenerConditions.protocolTaken(path, port, `Gateway ${gateway} itself`);
  }
  if (before.some(other => other.hostname === hostname)) {
    return listenerConditions.hostnameTaken(path, port, hostname, `Gateway ${gateway} itself`);
  }
  if (before.length === 0 && isPortTaken(gateway, claim, firstOf)) {
    return listenerConditions.protocolTaken(path, port, ANOTHER);
  }
  if (firstOf(seatKey(gateway, claim)) === place) return undefined;
  return alone
    ? listenerConditions.protocolTaken(path, port, ANOTHER)
    : listenerConditions.hostnameTaken(path, port, hostname, ANOTHER);
}

/** Nobody learns who else has listeners on the Gateway. */
const ANOTHER = 'another listener that comes first';

/** Whether the first listener on the port is of a family that excludes this one. */
function isPortTaken(gateway: string, { port, family }: Claim, firstOf: FirstOf): boolean {
  if (family === 'udp') return false;
  const own = firstOf(portKey(gateway, port, family)) ?? '';
  return TCP_FAMILIES.some(other => {
    const first = other === family ? undefined : firstOf(portKey(gateway, port, other));
    return first !== undefined && first < own;
  });
}
