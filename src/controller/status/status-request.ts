import { type ApiClient, type ApiFailure, failureKind, type Reply } from '../../kubernetes/index.ts';
import { kindNamed, type ObjectRef } from '../../resources/index.ts';
import type { StatusPatch } from './merge-status.ts';
import { type Live, readLive } from './status-live.ts';

/** What became of a request. */
export type Outcome =
  | { readonly kind: 'ok'; readonly live: Live }
  | { readonly kind: 'conflict' | 'gone' | 'unreachable' }
  | { readonly kind: 'forbidden'; readonly verb: 'get' | 'patch'; readonly message: string }
  /** It would be refused the next time too. */
  | { readonly kind: 'refused'; readonly message: string }
  /** The server's fault. */
  | { readonly kind: 'failed'; readonly message: string };

export interface StatusTarget {
  readonly client: ApiClient;
  readonly object: ObjectRef;
  readonly apiVersion: string;
  readonly signal: AbortSignal;
}

/** The plural and the API group of a kind that Sluice knows. */
export function resourceOf(kind: string): { readonly group: string; readonly plural: string } {
  const found = kindNamed(kind);
  if (!found) throw new TypeError(`${kind} is none of the kinds that have a status`);
  return found;
}

/** Writes a status over what is known of the object, and nothing over anything else. */
export async function patchStatus(target: StatusTarget, live: Live, status: StatusPatch): Promise<Outcome> {
  const { uid, resourceVersion } = live;
  const reply = await target.client.request('PATCH', `${pathOf(target)}/status`, {
    query: { fieldManager: 'sluice' },
    contentType: 'application/merge-patch+json',
    body: { metadata: { ...(uid !== undefined && { uid }), resourceVersion }, status },
    signal: target.signal,
  });
  return outcomeOf(reply, 'patch');
}

export async function getNewest(target: StatusTarget): Promise<Outcome> {
  return outcomeOf(await target.client.request('GET', pathOf(target), { signal: target.signal }), 'get');
}

function pathOf({ object: { kind, namespace, name }, apiVersion }: StatusTarget): string {
  const place = namespace === '' ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `/apis/${apiVersion}${place}/${resourceOf(kind).plural}/${encodeURIComponent(name)}`;
}

function outcomeOf(reply: Reply, verb: 'get' | 'patch'): Outcome {
  if (reply.kind === 'failed') return failureOf(reply.failure, verb);
  const live = readLive(reply.body);
  return live ? { kind: 'ok', live } : { kind: 'failed', message: 'the API server answered with something else' };
}

function failureOf(failure: ApiFailure, verb: 'get' | 'patch'): Outcome {
  const kind = failureKind(failure);
  const { message } = failure;
  switch (kind) {
    case 'unreachable':
    case 'conflict':
    case 'gone':
      return { kind };
    case 'forbidden':
      return { kind, verb, message };
    case 'refused':
    case 'failed':
      return { kind, message };
  }
}
