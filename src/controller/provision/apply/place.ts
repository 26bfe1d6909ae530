import type { DataPlaneSpec } from '../data-plane-spec.ts';
import { type Marked, marked } from '../observe/plane-marks.ts';
import type { ProvisionedKind } from '../observe/provisioned-kinds.ts';
import { PROVISIONED_KINDS } from '../observe/provisioned-kinds.ts';
import type { Rendered } from '../provisioner.ts';
import { emptySlot, lose, type ObjectSlot, type Step, stepOf, wantObject } from './object-slot.ts';

/** One name in one namespace: the objects of a data plane share it. */
export interface Place {
  /** `namespace/name`. */
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  /** By kind. */
  readonly slots: Map<string, ObjectSlot>;
  plane: DataPlaneSpec | undefined;
  /** Why the objects are not all that is wanted. */
  renderTrouble: string | undefined;
  /** Tries in a row that came to nothing. */
  failures: number;
}

export function emptyPlace(namespace: string, name: string): Place {
  return {
    key: `${namespace}/${name}`,
    namespace,
    name,
    slots: new Map(),
    plane: undefined,
    renderTrouble: undefined,
    failures: 0,
  };
}

export function slotOf(place: Place, kind: ProvisionedKind): ObjectSlot {
  const slot = place.slots.get(kind.kind) ?? emptySlot(kind, place.namespace, place.name);
  place.slots.set(kind.kind, slot);
  return slot;
}

export interface PlaceStep {
  readonly slot: ObjectSlot;
  readonly step: Exclude<Step, 'none'>;
}

/**
 * What is next for each of its objects, in the order in which they are made.
 *
 * @param mayDelete false: it is not known whether what nobody wants is wanted
 */
export function stepsOf(place: Place, mayDelete: boolean): readonly PlaceStep[] {
  const standing = isStanding(place.plane) || (!mayDelete && place.plane === undefined);
  return PROVISIONED_KINDS.flatMap(({ kind }) => {
    const slot = place.slots.get(kind);
    const step = slot ? stepOf(slot, standing) : 'none';
    return slot && step !== 'none' ? [{ slot, step }] : [];
  });
}

/** Nothing is made and nothing deleted: its Gateways can't say what they want, or nobody would own it. */
export function isStanding(plane: DataPlaneSpec | undefined): boolean {
  return plane !== undefined && (plane.held === true || plane.owner === undefined);
}

/** `rendered` undefined: nothing is wanted there any more, or it stands as it is. */
export function wantAt(place: Place, rendered: Rendered | undefined, controllerName: string): void {
  place.renderTrouble = rendered?.trouble;
  place.failures = 0;
  const wanted = new Map(rendered?.objects.map(object => [object.kind, marked(object, controllerName)] as const));
  for (const kind of PROVISIONED_KINDS) want(place, kind, wanted.get(kind.kind));
}

function want(place: Place, kind: ProvisionedKind, wanted: Marked | undefined): void {
  if (wanted || place.slots.has(kind.kind)) wantObject(slotOf(place, kind), wanted);
}

export function loseAt(place: Place, kind: ProvisionedKind): void {
  const slot = place.slots.get(kind.kind);
  if (slot) lose(slot);
}

/** Whether nothing is left to remember: nobody wants anything there, and there is nothing. */
export function isBare({ plane, slots }: Place): boolean {
  return plane === undefined && [...slots.values()].every(({ seen, wanted }) => !seen && !wanted);
}
