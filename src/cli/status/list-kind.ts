import type { ApiClient, ApiFailure, RawObject } from '../../kubernetes/index.ts';
import { listPages, whoIsRefused } from '../../kubernetes/index.ts';
import { apiVersionOf } from '../../resources/index.ts';

/** What is listed: as much of a kind as an address needs. */
export interface ListedKind {
  readonly group: string;
  readonly plural: string;
  /** Newest first: the first that is served is read. */
  readonly versions: readonly string[];
}

export interface ListOptions {
  readonly client: ApiClient;
  /** Only this one's objects. */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string;
}

export type Listing =
  | { readonly kind: 'listed'; readonly objects: readonly RawObject[] }
  /** The API server has no such kind. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'failed'; readonly failure: ApiFailure };

/** All objects of a kind. */
export async function listKind({ group, plural, versions }: ListedKind, options: ListOptions): Promise<Listing> {
  for (const version of versions) {
    const listing = await listAt(pathOf(group, version, plural, options.namespace), options);
    if (listing.kind !== 'absent') return listing;
  }
  return { kind: 'absent' };
}

async function listAt(path: string, { client, labelSelector }: ListOptions): Promise<Listing> {
  const objects: RawObject[] = [];
  const selector = labelSelector === undefined ? {} : { selector: { labelSelector } };
  const signal = AbortSignal.timeout(PATIENCE);
  const listed = await listPages({ client, path, metadataOnly: false, signal, ...selector }, object =>
    objects.push(object),
  );
  if (listed.kind === 'listed') return { kind: 'listed', objects };
  return listed.failure.status === 404 ? { kind: 'absent' } : listed;
}

/** In ms; nobody waits longer for one screen. */
const PATIENCE = 30_000;

function pathOf(group: string, version: string, plural: string, namespace: string | undefined): string {
  const root = `${group === '' ? '/api' : '/apis'}/${apiVersionOf(group, version)}`;
  return namespace === undefined
    ? `${root}/${plural}`
    : `${root}/namespaces/${encodeURIComponent(namespace)}/${plural}`;
}

/** Why a kind can't be seen, in a line. */
export function whyUnseen(
  { plural, group }: ListedKind,
  { server }: ApiClient,
  { status, message }: ApiFailure,
): string {
  const name = group === '' ? plural : `${plural}.${group}`;
  return status === 403
    ? `${whoIsRefused(message)} may not list ${name}`
    : `${server} does not list ${name}: ${message}`;
}

/** Whether nothing else would be answered either; for the user. */
export function nobodyThere({ server }: ApiClient, { status, message }: ApiFailure): string | undefined {
  if (status === 0) return message;
  return status === 401 ? `${server} refuses the credentials: ${message}` : undefined;
}
