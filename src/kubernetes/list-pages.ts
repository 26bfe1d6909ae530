import { type ApiClient, type ApiFailure, PARTIAL_METADATA } from './api-client.ts';
import { unreadable } from './failure.ts';
import { isRecord } from './plain-data.ts';
import { type RawObject, rawObjectOf } from './raw-object.ts';

export interface ListRequest {
  readonly client: ApiClient;
  readonly path: string;
  readonly metadataOnly: boolean;
  readonly selector?: Selector;
  readonly signal: AbortSignal;
}

/** Which objects of a collection are meant, in the API server's words. */
export interface Selector {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

export type Listed =
  /** The list came to its end: the state at that resourceVersion. */
  | { readonly kind: 'listed'; readonly resourceVersion: string }
  | { readonly kind: 'failed'; readonly failure: ApiFailure };

const PAGE = 500;

export const acceptOf = (verb: 'list' | 'watch', metadataOnly: boolean) =>
  metadataOnly ? { accept: PARTIAL_METADATA[verb] } : {};

/** Lists a resource page by page, so that a large one is never held as a whole. */
export async function listPages(request: ListRequest, onObject: (object: RawObject) => void): Promise<Listed> {
  const { client, path, metadataOnly, selector, signal } = request;
  for (let token = ''; ; ) {
    const query = { ...selector, limit: String(PAGE), ...(token !== '' && { continue: token }) };
    const reply = await client.request('GET', path, { query, signal, ...acceptOf('list', metadataOnly) });
    if (reply.kind === 'failed') return reply;
    const page = pageOf(reply.body);
    if (!page) return { kind: 'failed', failure: unreadable(`${client.server}${path} answered with what is no list`) };
    for (const object of page.objects) onObject(object);
    if (page.next === '') return { kind: 'listed', resourceVersion: page.resourceVersion };
    token = page.next;
  }
}

interface Page {
  readonly objects: readonly RawObject[];
  readonly resourceVersion: string;
  readonly next: string;
}

function pageOf(body: unknown): Page | undefined {
  if (!isRecord(body) || !isRecord(body.metadata)) return undefined;
  const { apiVersion, kind, metadata } = body;
  // A resource without objects has null for its items in older servers.
  const items = body.items ?? [];
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || !Array.isArray(items)) return undefined;
  const { resourceVersion, continue: next = '' } = metadata;
  if (typeof resourceVersion !== 'string' || typeof next !== 'string') return undefined;
  const identity = { apiVersion, kind: kind.replace(/List$/, '') };
  const objects = items.map(item => rawObjectOf(item, identity)).filter(object => object !== undefined);
  return { objects, resourceVersion, next };
}
