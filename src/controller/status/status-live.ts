import type { RawObject } from '../../kubernetes/index.ts';
import { isRecord } from '../../resources/index.ts';

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
