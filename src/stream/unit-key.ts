import { type UnitKind, type UnitName, WIRE_ORDER } from '../ir/index.ts';
import type { Named } from './messages.ts';

/** A unit's name among units of all kinds. Kinds have no spaces. */
export function unitKey({ kind, name }: UnitName): string {
  return `${kind} ${name}`;
}

/** The inverse of {@link unitKey}. */
export function unitNameOf(key: string): UnitName {
  const at = key.indexOf(' ');
  return { kind: key.slice(0, at) as UnitKind, name: key.slice(at + 1) };
}

/** Whether this program knows units of its kind. */
export function isOfOurKinds<T extends Named>(unit: T): unit is T & { readonly kind: UnitKind } {
  return WIRE_ORDER.some(kind => kind === unit.kind);
}
