import type { UnitName } from '../../ir/index.ts';

/** What a data plane says of a Gateway. It comes in later than the manifests, as an input of its own. */
export interface Placement {
  readonly addresses: readonly Address[];
  /** By the name of the listener in the IR: why its port can't be had. */
  readonly failures: Readonly<Record<string, string>>;
  /** Every ready data plane has taken the configuration. */
  readonly acknowledged: boolean;
  /** Why an address that spec.addresses asks for can't be used. */
  readonly unusableAddress?: string;
  /** Why there is no address for the Gateway, or none of a type that it leaves the choice of. */
  readonly unassigned?: string;
  /** Why nobody has acknowledged anything yet, where that is known: a clause, as in `no proxy is connected yet`. */
  readonly pending?: string;
  /** Proxies (`namespace/pod`) that said nothing for too long, and that nobody waits for any more. */
  readonly silent?: readonly string[];
  /** What proxies could not obey. */
  readonly rejections?: readonly UnitRejection[];
}

/** A unit that a proxy leaves out. */
export interface UnitRejection {
  readonly unit: UnitName;
  /** `namespace/pod`. */
  readonly proxy: string;
  readonly message: string;
}

/** What proxies say of units of one kind. */
export function rejectionsOf(
  placement: Placement | undefined,
  kind: UnitName['kind'],
  names: readonly string[],
): readonly UnitRejection[] {
  return placement?.rejections?.filter(({ unit }) => unit.kind === kind && names.includes(unit.name)) ?? [];
}

/** Those that are an affair of a Gateway (`namespace/name`): of Gateways that share proxies, each hears of its own. */
export function ownRejections(placement: Placement | undefined, gateway: string): readonly UnitRejection[] {
  return placement?.rejections?.filter(({ unit }) => isOwn(unit, gateway)) ?? [];
}

function isOwn({ kind, name }: UnitName, gateway: string): boolean {
  if (kind === 'Route' || kind === 'TransportRoute') return name.endsWith(`@${gateway}`);
  return kind === 'Listener' ? name.startsWith(`${gateway}/`) : true;
}

/** A Gateway without more is programmed. */
export function isWhole(placement: Placement | undefined): placement is Placement {
  if (!placement?.acknowledged || placement.addresses.length === 0) return false;
  return placement.unusableAddress === undefined && placement.unassigned === undefined;
}

export interface Address {
  readonly type: 'IPAddress' | 'Hostname';
  readonly value: string;
}
