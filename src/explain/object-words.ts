import type { ObjectRef, Problem } from '../resources/index.ts';

/** Whether a problem is one of this object. */
export function isAbout({ object }: Pick<Problem, 'object'>, { kind, namespace, name: own }: ObjectRef): boolean {
  return object?.kind === kind && object.namespace === namespace && object.name === own;
}

/** `Kind namespace/name`. */
export function objectWords({ kind, namespace, name: own }: ObjectRef): string {
  return namespace === '' ? `${kind} ${own}` : `${kind} ${namespace}/${own}`;
}
