import { keyOf, type Resource } from './resource.ts';

/** Oldest first, then by namespace and name: who came first keeps what two want. An object without a time is the oldest. */
export function byAge(a: Resource, b: Resource): number {
  return created(a) - created(b) || (keyOf(a) < keyOf(b) ? -1 : 1);
}

function created({ metadata }: Resource): number {
  return metadata.creationTimestamp === undefined ? 0 : Date.parse(metadata.creationTimestamp);
}
