import { isAfter, type RawObject } from '../../../kubernetes/index.ts';
import { type ObservedObject, observedObject } from '../observe/observed-object.ts';
import type { Marked } from '../observe/plane-marks.ts';
import type { ProvisionedKind } from '../observe/provisioned-kinds.ts';
import { unlikeFields } from '../observe/unlike-fields.ts';

/** All that is known of one object of a data plane. */
export interface ObjectSlot {
  readonly kind: ProvisionedKind;
  readonly namespace: string;
  readonly name: string;
  /** Undefined: it does not exist, as far as we know. */
  seen: ObservedObject | undefined;
  wanted: Marked | undefined;
  /** As it was seen before anybody said what is wanted. */
  raw: RawObject | undefined;
  /** Fields that are not as they are wanted. */
  unlike: readonly string[];
  /** Those that were so right after it was applied: defaults, normal forms, the will of an admission controller. */
  settled: readonly string[];
  /** What was applied last by this process. */
  done: string | undefined;
  /** Its owner is gone: the garbage collector's. */
  left: boolean;
  /** Why the last write came to nothing. */
  failure: string | undefined;
}

export function emptySlot(kind: ProvisionedKind, namespace: string, name: string): ObjectSlot {
  return {
    kind,
    namespace,
    name,
    seen: undefined,
    wanted: undefined,
    raw: undefined,
    unlike: [],
    settled: [],
    done: undefined,
    left: false,
    failure: undefined,
  };
}

/** `Deployment namespace/name`. */
export function slotName({ kind, namespace, name }: ObjectSlot): string {
  return `${kind.kind} ${namespace}/${name}`;
}

/** What is to be done with it next. `look`: what has its name, if anything, was not made by us. */
export type Step = 'look' | 'apply' | 'delete' | 'none';

/** `standing`: what is not wanted stays. */
export function stepOf({ seen, wanted, unlike, settled, left }: ObjectSlot, standing: boolean): Step {
  if (!seen?.ours) return wanted ? 'look' : 'none';
  if (seen.deleting) return 'none';
  if (!wanted) return standing || left ? 'none' : 'delete';
  return seen.hash !== wanted.hash || unlike.some(path => !settled.includes(path)) ? 'apply' : 'none';
}

/** What a watch or an answer shows; a watch lags behind answers. */
export function see(slot: ObjectSlot, raw: RawObject, controllerName: string, judged: boolean): void {
  const { seen, wanted } = slot;
  const next = observedObject(raw, controllerName);
  if (seen?.uid === next.uid && isAfter(seen.resourceVersion, next.resourceVersion)) return;
  slot.seen = next;
  if (wanted) slot.unlike = unlikeFields(wanted.object, raw);
  else if (!judged) slot.raw = raw;
}

export function lose(slot: ObjectSlot): void {
  Object.assign(slot, { seen: undefined, raw: undefined, unlike: [], left: false });
}

export function wantObject(slot: ObjectSlot, wanted: Marked | undefined): void {
  if (slot.wanted?.hash !== wanted?.hash)
    Object.assign(slot, { unlike: [], settled: [], failure: undefined, left: false });
  slot.wanted = wanted;
}

/** From now on what is wanted is known: fields are compared where objects come, and objects are not kept. */
export function judge(slot: ObjectSlot): void {
  if (slot.wanted && slot.raw) slot.unlike = unlikeFields(slot.wanted.object, slot.raw);
  slot.raw = undefined;
}
