import { type Connected, type RawObject, rawObjectOf } from '../../kubernetes/index.ts';
import { KINDS, type Kind } from '../../resources/index.ts';
import { type ListedKind, type Listing, listKind, nobodyThere, whyUnseen } from './list-kind.ts';

/** What stands in a cluster, as its API server tells it; nothing is computed. */
export interface ClusterState {
  /** By kind: GatewayClass, Gateway, routes, policies, and Deployment of controllers and proxies. Absent: it can't be seen. */
  readonly objects: ReadonlyMap<string, readonly RawObject[]>;
  /** The Lease that the leading controller holds. */
  readonly lease: RawObject | undefined;
  /** What can't be seen, and why. */
  readonly unseen: readonly string[];
  /** In ms since the epoch. */
  readonly now: number;
}

/** The kinds whose statuses are told, besides classes. */
export const TOLD_KINDS: readonly Kind[] = KINDS.filter(({ kind }) =>
  /^(Gateway|ListenerSet|\w+Route|\w+Policy|XBackend)$/.test(kind),
);

const CLASSES: readonly Kind[] = KINDS.filter(({ kind }) => kind === 'GatewayClass');
const DEPLOYMENTS: ListedKind = { group: 'apps', plural: 'deployments', versions: ['v1'] };

/** `refused` is for `wrongUsage`. */
export async function readClusterState(
  client: Connected,
  namespace: string | undefined,
  leaseName: string,
): Promise<ClusterState | { readonly refused: string }> {
  const [classes, ...told] = await Promise.all([
    ...CLASSES.map(kind => readOf(client, kind)),
    ...TOLD_KINDS.map(kind => readOf(client, kind, namespace)),
  ]);
  const deployments = await deploymentsOf(client, namespace);
  const answers = [...(classes ? [classes] : []), ...told, deployments];
  for (const { listing } of answers) {
    const refused = listing.kind === 'failed' ? nobodyThere(client, listing.failure) : undefined;
    if (refused !== undefined) return { refused };
  }
  const objects = new Map(answers.flatMap(({ name, listing }) => listedAs(name, listing)));
  const lease = await leaseOf(client, objects.get('Deployment') ?? [], leaseName);
  const unseen = answers.flatMap(({ kind, listing }) =>
    listing.kind === 'failed' ? whyUnseen(kind, client, listing.failure) : [],
  );
  return { objects, lease, unseen, now: Date.now() };
}

interface Answer {
  readonly name: string;
  readonly kind: ListedKind;
  readonly listing: Listing;
}

/** What a cluster has no kind for it has none of. */
function listedAs(name: string, listing: Listing): (readonly [string, readonly RawObject[]])[] {
  if (listing.kind === 'failed') return [];
  return [[name, listing.kind === 'listed' ? listing.objects : []]];
}

async function readOf(
  client: Connected,
  { kind: name, group, plural, versions }: Kind,
  namespace?: string,
): Promise<Answer> {
  const same = versions.filter(version => version.group === undefined && version.kind === undefined);
  const kind = { group, plural, versions: same.map(version => version.name) };
  return { name, kind, listing: await listKind(kind, { client, namespace }) };
}

/** Controllers are in another namespace than what they serve; who may not see that sees what is in the one that was named. */
async function deploymentsOf(client: Connected, namespace: string | undefined): Promise<Answer> {
  const labelSelector = 'app.kubernetes.io/name=sluice';
  const everywhere = await listKind(DEPLOYMENTS, { client, labelSelector });
  const narrower = everywhere.kind === 'failed' && everywhere.failure.status === 403 && namespace !== undefined;
  const listing = narrower ? await listKind(DEPLOYMENTS, { client, namespace, labelSelector }) : everywhere;
  return { name: 'Deployment', kind: DEPLOYMENTS, listing };
}

/** Undefined also where it may not be seen: then who leads is not told. */
async function leaseOf(
  client: Connected,
  deployments: readonly RawObject[],
  name: string,
): Promise<RawObject | undefined> {
  const namespace = deployments.find(isController)?.metadata.namespace;
  if (namespace === undefined) return undefined;
  const place = `/apis/coordination.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/leases`;
  const reply = await client.request('GET', `${place}/${encodeURIComponent(name)}`);
  return reply.kind === 'ok' ? rawObjectOf(reply.body) : undefined;
}

const COMPONENT = 'app.kubernetes.io/component';

export function isController({ metadata }: RawObject): boolean {
  return Object(metadata.labels)[COMPONENT] === 'controller';
}

export function isProxy({ metadata }: RawObject): boolean {
  return Object(metadata.labels)[COMPONENT] === 'proxy';
}
