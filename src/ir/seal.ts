import { hash } from 'node:crypto';
import type { Unit } from './config.ts';

type Unsealed<U> = U extends Unit ? Omit<U, 'hash'> : never;

/** Freezes a unit through and through and gives it the hash of its content: equal content, equal hash. */
export function seal<U extends Unsealed<Unit>>(unit: U): Readonly<U & { hash: string }> {
  const sealed = { ...unit, hash: hash('sha1', JSON.stringify(unit), 'base64url') };
  return deepFreeze(sealed);
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const inner of Object.values(value)) deepFreeze(inner);
  return Object.freeze(value);
}
