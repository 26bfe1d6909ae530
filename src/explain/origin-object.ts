import type { Origin } from '../ir/index.ts';
import type { ObjectRef } from '../resources/index.ts';

/** The object that a piece of the IR comes from. */
export function originObject({ kind, namespace, name }: Origin): ObjectRef {
  return { kind, namespace, name };
}
