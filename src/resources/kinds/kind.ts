import type { ObjectShape, Schema } from '../schema/schema.ts';

export type Channel = 'standard' | 'experimental' | 'core' | 'retired';

/** A version in which a kind may be written. */
export interface Version {
  readonly name: string;
  /** `retired`: no longer served by any API server, still found in manifests. */
  readonly channel: Channel;
  /** The name of the kind in this version, where it was another one; so for its group. */
  readonly kind?: string;
  readonly group?: string;
}

/** All that is to know about a kind before an object of it is read. */
export interface Kind<K extends string = string, T = unknown> {
  /** '' is the core group. */
  readonly group: string;
  readonly kind: K;
  readonly plural: string;
  readonly scope: 'Namespaced' | 'Cluster';
  /** Newest first; objects leave the edge in the first. */
  readonly versions: readonly Version[];
  /** What metadata.name may be, where that is less than a DNS subdomain. */
  readonly name?: Schema<string>;
  /** Fields beside `metadata` that an object may have whatever is in them, and that are not kept. */
  readonly unread?: readonly string[];
  /** What `kubectl explain` says of it; for kinds of our own. */
  readonly description?: string;
  /**
   * What of an object with errors counts all the same, where to do without it would be worse than its errors: a body that allows
   * nothing. Undefined where not even that much can be told.
   */
  readonly remains?: (body: Readonly<Record<string, unknown>>) => NoInfer<T> | undefined;
  /** The object without apiVersion, kind, metadata and status. */
  readonly schema: Schema<T> & { readonly shape: ObjectShape };
}

export function apiVersionOf(group: string, version: string): string {
  return group === '' ? version : `${group}/${version}`;
}

export function newestApiVersion(kind: Kind): string {
  return apiVersionOf(kind.group, kind.versions[0]!.name);
}

/** Keeps the literal of `kind` and the type of the schema. */
export function defineKind<const K extends string, T>(
  table: Omit<Kind<K, T>, 'schema'> & { readonly schema: Schema<T> },
): Kind<K, T> {
  const { shape } = table.schema;
  if (shape.kind !== 'object') throw new TypeError(`the schema of ${table.kind} must be an object`);
  return { ...table, schema: { ...table.schema, shape } };
}
