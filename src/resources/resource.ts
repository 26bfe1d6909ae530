/** The metadata that Sluice reads, complete: what a manifest leaves out has its default. */
export interface Metadata {
  readonly name: string;
  /** '' for a cluster-scoped object, `default` where a namespaced manifest names none. */
  readonly namespace: string;
  /** As in the manifest, else 1. */
  readonly generation: number;
  /** RFC 3339, as in the manifest; absent sorts as oldest. */
  readonly creationTimestamp?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly deletionTimestamp?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** An object of a kind that Sluice knows: parsed at the edge, converted to the newest version, defaults applied, frozen. */
export interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
}

/** Which object: kinds that Sluice knows have different names, so the group is not part of it. */
export interface ObjectRef {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** `Kind/namespace/name`, the key of an object across kinds. */
export function refKey(ref: ObjectRef): string {
  return `${ref.kind}/${ref.namespace}/${ref.name}`;
}

export function refOf(resource: Resource): ObjectRef {
  return { kind: resource.kind, namespace: resource.metadata.namespace, name: resource.metadata.name };
}

/** `namespace/name`, the key of an object within its kind. */
export function nameKey(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

/** The same of a resource. */
export function keyOf({ metadata }: Resource): string {
  return nameKey(metadata.namespace, metadata.name);
}
