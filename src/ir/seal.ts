import { hash } from 'node:crypto';
import type { Unit } from './config.ts';

type Unsealed<U> = U extends Unit ? Omit<U, 'hash'> : never;

/** Freezes a unit through and through and gives it the hash of its content: equal content, equal hash. */
export function seal<U extends Unsealed<Unit>>(unit: U): Readonly<U & { hash: string }> {
  const sealed = { ...unit, hash: hash('sha1', JSON.stringify(unit), 'base64url') };
  return deepFreeze(sealed);
}

/** Units are full of empty lists, and thousands of units are kept. */
const EMPTY: readonly never[] = Object.freeze([]);

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const [key, inner] of Object.entries(value)) {
    if (Array.isArray(inner)) Object.assign(value, { [key]: frozenList(inner) });
    else deepFreeze(inner);
  }
  return Object.freeze(value);
}

/** A copy, for a list that has grown has room for sixteen more. */
function frozenList(list: readonly unknown[]): readonly unknown[] {
  if (list.length === 0) return EMPTY;
  return Object.isFrozen(list) ? list : Object.freeze(list.map(deepFreeze));
}
