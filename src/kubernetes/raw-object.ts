import { isRecord } from './plain-data.ts';

/**
 * An object as the API server gives it, with `apiVersion` and `kind` (also where it came in a list), without what is only
 * there for other tools and large: `managedFields` and the annotation of `kubectl apply`.
 */
export interface RawObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly resourceVersion: string;
    readonly uid?: string;
    readonly generation?: number;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

/** It is deleted as soon as its finalizers allow. */
export function isGoing({ metadata }: RawObject): boolean {
  return metadata.deletionTimestamp !== undefined && metadata.deletionTimestamp !== null;
}

/** What the items of a list leave to the list. */
export interface Identity {
  readonly apiVersion: string;
  readonly kind: string;
}

/** Undefined if it is no object of an API server. */
export function rawObjectOf(value: unknown, ofList?: Identity): RawObject | undefined {
  if (!isRecord(value) || !isRecord(value.metadata)) return undefined;
  const { apiVersion = ofList?.apiVersion, kind = ofList?.kind } = value;
  const { name, namespace, resourceVersion } = value.metadata;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return undefined;
  if (typeof name !== 'string' || typeof resourceVersion !== 'string') return undefined;
  if (namespace !== undefined && typeof namespace !== 'string') return undefined;
  const metadata = { ...lean(value.metadata), name, resourceVersion };
  return { ...value, apiVersion, kind, metadata };
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

function lean(metadata: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { managedFields: _, ...rest } = metadata;
  if (!isRecord(rest.annotations) || !(LAST_APPLIED in rest.annotations)) return rest;
  const { [LAST_APPLIED]: __, ...annotations } = rest.annotations;
  return { ...rest, annotations };
}
