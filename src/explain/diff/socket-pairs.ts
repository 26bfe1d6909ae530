import type { Side } from './side.ts';

/** A socket of the one configuration and what it is in the other; one of them may be missing. */
export interface SocketPair {
  readonly before: Side | undefined;
  readonly after: Side | undefined;
  /** As in the manifests. */
  readonly port: number;
}

/**
 * Sockets are the same by address and port. Where several Gateways have a port on sockets of their own, those that share
 * most listeners belong together.
 */
export function socketPairs(before: readonly Side[], after: readonly Side[]): readonly SocketPair[] {
  const old = Map.groupBy(before, placeOf);
  const fresh = Map.groupBy(after, placeOf);
  return [...new Set([...old.keys(), ...fresh.keys()])].flatMap(place =>
    pairsOf(old.get(place) ?? [], fresh.get(place) ?? []),
  );
}

function placeOf(side: Side): string {
  return `${side.choice.bind.host} ${portOf(side)}`;
}

function portOf({ choice }: Side): number {
  return choice.listeners[0]?.port ?? choice.bind.port;
}

function pairsOf(before: readonly Side[], after: readonly Side[]): readonly SocketPair[] {
  const left = [...after];
  const pairs: SocketPair[] = [];
  for (const old of byLikeness(before, after)) {
    const fresh = left.toSorted((a, b) => likeness(old, b) - likeness(old, a))[0];
    if (fresh) left.splice(left.indexOf(fresh), 1);
    pairs.push({ before: old, after: fresh, port: portOf(old) });
  }
  return [...pairs, ...left.map(fresh => ({ before: undefined, after: fresh, port: portOf(fresh) }))];
}

/** Those that have something in common choose first. */
function byLikeness(sides: readonly Side[], others: readonly Side[]): readonly Side[] {
  const most = (side: Side) => Math.max(0, ...others.map(other => likeness(side, other)));
  return sides.toSorted((a, b) => most(b) - most(a));
}

/** Names count before hostnames. */
function likeness(a: Side, b: Side): number {
  const names = new Set(a.choice.listeners.map(({ name }) => name));
  const shared = b.choice.listeners.filter(({ name }) => names.has(name)).length;
  const hostnames = b.choice.listeners.filter(({ hostname }) => a.hostnames.has(hostname)).length;
  return shared * 1_000 + hostnames;
}
