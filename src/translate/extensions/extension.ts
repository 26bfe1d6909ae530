import type { DirectAnswer, Filter } from '../../ir/index.ts';
import type { AnyResource } from '../../resources/index.ts';
import type { Fault } from '../status/rule-faults.ts';

/** Where a filter of type ExtensionRef stands. */
export type Place = 'rule' | 'backendRef';

/** What an object does to requests whose rule refers to it, or everything in it that can't be followed. */
export type Extension =
  | Filter
  | DirectAnswer
  | { readonly kind: 'faulty'; readonly faults: readonly [Fault, ...Fault[]] };

/** A kind of objects that filters of type ExtensionRef can refer to. */
export interface ExtensionKind {
  readonly group: string;
  readonly kind: string;
  readonly places: readonly Place[];
  /** Undefined for objects of other kinds. Pure; paths of faults are within the object. */
  read(resource: AnyResource): Extension | undefined;
}

type ResourceOf<K> = Extract<AnyResource, { readonly kind: K }>;

export function defineExtension<const K extends AnyResource['kind']>(
  table: Omit<ExtensionKind, 'kind' | 'read'> & { readonly kind: K; read(resource: ResourceOf<K>): Extension },
): ExtensionKind {
  const isOurs = (resource: AnyResource): resource is ResourceOf<K> => resource.kind === table.kind;
  return { ...table, read: resource => (isOurs(resource) ? table.read(resource) : undefined) };
}
