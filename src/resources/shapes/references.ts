import { integer, list, object, optional, ruled, withDefault } from '../schema/build.ts';
import type { Infer } from '../schema/schema.ts';
import { GATEWAY_GROUP, groupName, kindName, namespaceName, objectName, port, sectionName } from './names.ts';

const parentReference = object({
  group: withDefault(groupName, GATEWAY_GROUP),
  kind: withDefault(kindName, 'Gateway'),
  namespace: optional(namespaceName),
  name: objectName,
  sectionName: optional(sectionName),
  port: optional(port),
});
export type ParentReference = Infer<typeof parentReference>;

function sameParent(a: ParentReference, b: ParentReference): boolean {
  return a.group === b.group && a.kind === b.kind && a.name === b.name && a.namespace === b.namespace;
}

function parentRefsOfOneParentAllNarrow(refs: readonly ParentReference[]): string | undefined {
  const mixed = refs.find(a =>
    refs.some(
      b =>
        sameParent(a, b) &&
        ((a.sectionName === undefined) !== (b.sectionName === undefined) ||
          (a.port === undefined) !== (b.port === undefined)),
    ),
  );
  return mixed && `every reference to ${mixed.kind} ${mixed.name} must set sectionName or port, or none of them`;
}

function parentRefsAreDistinct(refs: readonly ParentReference[]): string | undefined {
  const repeated = refs.find(
    (a, i) => refs.findIndex(b => sameParent(a, b) && a.sectionName === b.sectionName && a.port === b.port) !== i,
  );
  return repeated && `${repeated.kind} ${repeated.name} is referred to twice with the same sectionName and port`;
}

export const parentReferences = ruled(
  list(parentReference, { max: 32 }),
  parentRefsOfOneParentAllNarrow,
  parentRefsAreDistinct,
);

const backendObjectFields = {
  group: withDefault(groupName, ''),
  kind: withDefault(kindName, 'Service'),
  name: objectName,
  namespace: optional(namespaceName),
  port: optional(port),
};

interface BackendObject {
  readonly group: string;
  readonly kind: string;
  readonly port?: number;
}

export function serviceHasPort(ref: BackendObject): string | undefined {
  const missing = ref.group === '' && ref.kind === 'Service' && ref.port === undefined;
  return missing ? 'a reference to a Service must set port' : undefined;
}

/** BackendObjectReference: a backend without weight. */
export const backendObjectReference = ruled(object(backendObjectFields), serviceHasPort);

/** The fields of BackendRef; kinds that add filters build on them. */
export const backendFields = {
  ...backendObjectFields,
  weight: withDefault(integer({ min: 0, max: 1_000_000 }), 1),
};

export const backendReference = ruled(object(backendFields), serviceHasPort);

export const localObjectReference = object({ group: groupName, kind: kindName, name: objectName });

export const objectReference = object({
  group: groupName,
  kind: kindName,
  name: objectName,
  namespace: optional(namespaceName),
});

export const secretReference = object({
  group: withDefault(groupName, ''),
  kind: withDefault(kindName, 'Secret'),
  name: objectName,
  namespace: optional(namespaceName),
});
