import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { RawObject } from '../../src/kubernetes/index.ts';
import { type InstalledKind, isBuiltIn } from './installed-kind.ts';

/** An object as a client sends it. */
export type Draft = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function metadataOf(draft: Draft): Readonly<Record<string, unknown>> {
  return isRecord(draft.metadata) ? draft.metadata : {};
}

/** Something for clients to drop. */
const MANAGED_FIELDS = [{ manager: 'api-server-of-the-tests', operation: 'Update', apiVersion: 'v1', fieldsV1: {} }];

const SERVER_FIELDS = ['uid', 'resourceVersion', 'generation', 'creationTimestamp', 'managedFields'] as const;

function withoutServerFields(metadata: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(metadata).filter(([key]) => !SERVER_FIELDS.some(field => field === key)));
}

/** A new object; a status in the draft is dropped, as for every kind with a status subresource. */
export function created(kind: InstalledKind, draft: Draft, namespace: string, name: string): RawObject {
  const { status: _status, ...rest } = draft;
  const given = metadataOf(draft);
  const metadata = {
    creationTimestamp: new Date().toISOString().replace(/\.\d+/, ''),
    ...(isBuiltIn(kind) ? {} : { generation: 1 }),
    ...Object.fromEntries(Object.entries(given).filter(([key]) => key === 'creationTimestamp')),
    ...withoutServerFields(given),
    name,
    ...(kind.namespaced && { namespace }),
    uid: randomUUID(),
    resourceVersion: '',
    managedFields: MANAGED_FIELDS,
  };
  return { ...rest, apiVersion: String(draft.apiVersion), kind: kind.kind, metadata };
}

/** All but the status replaced; the generation goes up if anything but metadata differs. */
export function replaced(current: RawObject, draft: Draft): RawObject {
  const { metadata: before, status, ...contents } = current;
  const { metadata: _metadata, status: _status, apiVersion: _apiVersion, kind: _kind, ...wanted } = draft;
  const identity = { apiVersion: current.apiVersion, kind: current.kind };
  const same = isDeepStrictEqual(contents, { ...wanted, ...identity });
  const kept = Object.fromEntries(SERVER_FIELDS.map(field => [field, before[field]]).filter(([, value]) => value));
  const metadata: RawObject['metadata'] = {
    ...withoutServerFields(metadataOf(draft)),
    ...kept,
    name: before.name,
    ...(before.namespace !== undefined && { namespace: before.namespace }),
    resourceVersion: before.resourceVersion,
    ...(before.generation !== undefined && { generation: before.generation + (same ? 0 : 1) }),
  };
  return { ...wanted, ...identity, metadata, ...(status !== undefined && { status }) };
}

/** The status replaced, and nothing else. */
export function withStatus(current: RawObject, status: unknown): RawObject {
  const { status: _status, ...rest } = current;
  return { ...rest, apiVersion: current.apiVersion, kind: current.kind, metadata: current.metadata, status };
}

/** RFC 7396. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const merged = new Map(Object.entries(isRecord(target) ? target : {}));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else merged.set(key, mergePatch(merged.get(key), value));
  }
  return Object.fromEntries(merged);
}
