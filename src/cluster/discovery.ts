import type { ApiClient, ApiFailure } from '../kubernetes/index.ts';
import { apiVersionOf, isRecord, type Kind } from '../resources/index.ts';

/** What a group serves: the plural of a kind by `version/Kind`. */
export type ServedGroup = ReadonlyMap<string, string>;

export type Discovered =
  | { readonly kind: 'served'; readonly group: ServedGroup }
  | { readonly kind: 'failed'; readonly failure: ApiFailure };

/** Where a kind is served, in the newest version that both sides know. */
export interface Place {
  readonly group: string;
  readonly plural: string;
  /** The collection, over all namespaces: `/apis/gateway.networking.k8s.io/v1/httproutes`. */
  readonly path: string;
}

const NOTHING: Discovered = { kind: 'served', group: new Map() };

/** Asks what a group serves in the given versions; an absent group or version serves nothing. */
export async function discoverGroup(
  client: ApiClient,
  group: string,
  versions: readonly string[],
  signal: AbortSignal,
): Promise<Discovered> {
  const reply = await client.request('GET', `/apis/${group}`, { signal });
  if (reply.kind === 'failed') return reply.failure.status === 404 ? NOTHING : reply;
  const served = new Set(recordsIn(reply.body, 'versions').map(({ version }) => version));
  const wanted = versions.filter(version => served.has(version));
  const parts = await Promise.all(wanted.map(version => discoverVersion(client, group, version, signal)));
  const failed = parts.find(part => part.kind === 'failed');
  return failed ?? { kind: 'served', group: new Map(parts.flatMap(part => [...servedIn(part)])) };
}

function servedIn(part: Discovered): ServedGroup {
  return part.kind === 'served' ? part.group : new Map();
}

async function discoverVersion(
  client: ApiClient,
  group: string,
  version: string,
  signal: AbortSignal,
): Promise<Discovered> {
  const reply = await client.request('GET', `/apis/${apiVersionOf(group, version)}`, { signal });
  if (reply.kind === 'failed') return reply.failure.status === 404 ? NOTHING : reply;
  const plurals = new Map<string, string>();
  for (const { kind, name } of recordsIn(reply.body, 'resources')) {
    // Subresources (`httproutes/status`) bear the kind of their resource.
    if (typeof name === 'string' && !name.includes('/')) plurals.set(`${version}/${kind}`, name);
  }
  return { kind: 'served', group: plurals };
}

function recordsIn(body: unknown, field: string): readonly Readonly<Record<string, unknown>>[] {
  const list = isRecord(body) ? body[field] : undefined;
  return Array.isArray(list) ? list.filter(isRecord) : [];
}

/** Kinds of the core group are taken for granted. */
export function placeOf(kind: Kind, served: ReadonlyMap<string, ServedGroup>): Place | undefined {
  if (kind.group === '')
    return { group: '', plural: kind.plural, path: `/api/${kind.versions[0]!.name}/${kind.plural}` };
  for (const version of kind.versions) {
    const group = version.group ?? kind.group;
    const plural = served.get(group)?.get(`${version.name}/${version.kind ?? kind.kind}`);
    if (plural !== undefined) return { group, plural, path: `/apis/${apiVersionOf(group, version.name)}/${plural}` };
  }
  return undefined;
}
