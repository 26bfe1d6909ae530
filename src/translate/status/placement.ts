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
  /** Why nobody has acknowledged anything yet, where that is known: a sentence without a full stop. */
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

/** A Gateway without more is programmed. */
export function isWhole(placement: Placement | undefined): placement is Placement {
  if (!placement?.acknowledged || placement.addresses.length === 0) return false;
  return placement.unusableAddress === undefined && placement.unassigned === undefined;
}

export interface Address {
  readonly type: 'IPAddress' | 'Hostname';
  readonly value: string;
}
