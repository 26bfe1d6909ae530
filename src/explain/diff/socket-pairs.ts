import type { Side } from './side.ts';

/** A port of a Gateway in the one configuration and what it is in the other; one of them may be missing. */
export interface SocketPair {
  readonly before: Side | undefined;
  readonly after: Side | undefined;
}

/** Ports of Gateways of one name belong together; of what is left, those that have a port and most hostnames in common. */
export function socketPairs(before: readonly Side[], after: readonly Side[]): readonly SocketPair[] {
  const old = Map.groupBy(before, ({ port }) => port);
  const fresh = Map.groupBy(after, ({ port }) => port);
  return [...new Set([...old.keys(), ...fresh.keys()])].flatMap(port =>
    pairsOf(old.get(port) ?? [], fresh.get(port) ?? []),
  );
}

function pairsOf(before: readonly Side[], after: readonly Side[]): readonly SocketPair[] {
  const left = [...after];
  const named = before.map(old => ({ before: old, after: take(left, ({ gateway }) => gateway === old.gateway) }));
  return [
    ...named.map(pair => ({ ...pair, after: pair.after ?? takeLikest(left, pair.before) })),
    ...left.map(fresh => ({ before: undefined, after: fresh })),
  ];
}

function takeLikest(sides: Side[], side: Side): Side | undefined {
  const [likest] = sides.toSorted((a, b) => shared(side, b) - shared(side, a));
  return take(sides, each => each === likest);
}

function take(sides: Side[], isWanted: (side: Side) => boolean): Side | undefined {
  const at = sides.findIndex(isWanted);
  return at === -1 ? undefined : sides.splice(at, 1)[0];
}

function shared(a: Side, b: Side): number {
  return [...a.hostnames].filter(hostname => b.hostnames.has(hostname)).length;
}
