import { type UnitKind, WIRE_ORDER } from '../ir/index.ts';
import type { Named } from './messages.ts';

/** Whether this program knows units of its kind. */
export function isOfOurKinds<T extends Named>(unit: T): unit is T & { readonly kind: UnitKind } {
  return WIRE_ORDER.some(kind => kind === unit.kind);
}
