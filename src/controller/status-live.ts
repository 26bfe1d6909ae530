import type { RawObject } from '../kubernetes/index.ts';
import { isRecord } from '../resources/index.ts';

/** What the writer keeps of an object. */
export interface Live {
  readonly apiVersion: string;
  readonly uid: string | undefined;
  readonly resourceVersion: string;
  readonly generation?: number;
  readonly status: unknown;
}

export function liveOf({ apiVersion, metadata, status }: RawObject): Live {
  const { uid, resourceVersion, generation } = metadata;
  return { apiVersion, uid, resourceVersion, ...(generation !== undefined && { generation }), status };
}

/** From the body of an answer; undefined: it is no object. */
export function readLive(body: unknown): Live | undefined {
  if (!isRecord(body) || !isRecord(body.metadata) || typeof body.apiVersion !== 'string') return undefined;
  const { uid, resourceVersion, generation } = body.metadata;
  if (typeof resourceVersion !== 'string') return undefined;
  return {
    apiVersion: body.apiVersion,
    uid: typeof uid === 'string' ? uid : undefined,
    resourceVersion,
    ...(typeof generation === 'number' && { generation }),
    status: body.status,
  };
}

/**
 * Of two resourceVersions of one resource type. KEP-5504 (documented since Kubernetes 1.35) lets clients compare them as
 * decimal numbers of any length. Where a server gives others, nothing is older, which costs a conflict and no more.
 */
export function isOlder(a: string, b: string): boolean {
  if (!/^\d+$/.test(a) || !/^\d+$/.test(b)) return false;
  return BigInt(a) < BigInt(b);
}
