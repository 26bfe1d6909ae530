import type { AdminClient, Reply } from '../api-server.ts';
import type { KubeObject, Reference } from './objects.ts';

/** What is done to the objects of an API server; all throw with its words where it refuses. */
export interface Cluster {
  readonly client: AdminClient;
  /** Server-side apply, by force. */
  apply(object: KubeObject): Promise<KubeObject>;
  create(object: KubeObject): Promise<KubeObject>;
  /** A merge patch, of the object or a subresource. */
  patch(of: Reference, patch: object, subresource?: string): Promise<KubeObject>;
  read(of: Reference): Promise<KubeObject | undefined>;
  /** Of one namespace, or of all. */
  list(of: Omit<Reference, 'metadata'>, namespace?: string, labelSelector?: string): Promise<readonly KubeObject[]>;
  /** Does nothing where there is none. */
  remove(of: Reference): Promise<void>;
  removeAll(of: Omit<Reference, 'metadata'>, namespace: string, labelSelector?: string): Promise<void>;
}

const MANAGER = 'fieldManager=rig';
const MOST_TRIES = 12;

export function openCluster(client: AdminClient): Cluster {
  const { send } = client;
  return {
    client,
    apply: async object =>
      taken(
        object,
        await send('PATCH', `${pathOf(object)}?${MANAGER}&force=true`, object, 'application/apply-patch+yaml'),
      ),
    create: async object =>
      taken(object, await send('POST', `${collectionOf(object, object.metadata.namespace)}?${MANAGER}`, object)),
    patch: async (of, patch, subresource) => {
      const path = subresource === undefined ? pathOf(of) : `${pathOf(of)}/${subresource}`;
      return taken(of, await send('PATCH', `${path}?${MANAGER}`, patch, 'application/merge-patch+json'));
    },
    async read(of) {
      const reply = await send('GET', pathOf(of));
      return reply.status === 404 ? undefined : taken(of, reply);
    },
    async list(of, namespace, labelSelector) {
      const reply = await send('GET', `${collectionOf(of, namespace)}${selected(labelSelector)}`);
      const { items } = taken(of, reply) as unknown as { items: readonly KubeObject[] };
      return items;
    },
    async remove(of) {
      const reply = await send('DELETE', pathOf(of));
      if (reply.status !== 404) taken(of, reply);
    },
    async removeAll(of, namespace, labelSelector) {
      const path = `${collectionOf(of, namespace)}${selected(labelSelector)}`;
      // Of thousands it takes longer than anybody waits; it goes on all the same.
      for (let tries = 0; tries < MOST_TRIES; tries++) {
        const reply = await send('DELETE', path);
        if (reply.status !== 0) return void taken(of, reply);
      }
      throw new Error(`${of.kind}: not all are deleted after ${MOST_TRIES} tries`);
    },
  };
}

const selected = (selector: string | undefined) =>
  selector === undefined ? '' : `?labelSelector=${encodeURIComponent(selector)}`;

function taken({ kind, metadata }: Partial<Reference>, { status, text, body }: Reply): KubeObject {
  if (status === 0 || status >= 400)
    throw new Error(`${kind} ${metadata?.name ?? ''}: ${status} ${text.slice(0, 300)}`);
  return body as KubeObject;
}

const CLUSTER_WIDE: ReadonlySet<string> = new Set([
  ...['Namespace', 'Node', 'GatewayClass', 'ClusterRole', 'ClusterRoleBinding', 'CustomResourceDefinition'],
]);

/** Path of one object. */
export function pathOf(of: Reference): string {
  return `${collectionOf(of, of.metadata.namespace)}/${of.metadata.name}`;
}

/** Path of the objects of a kind, in a namespace or (undefined) everywhere. */
export function collectionOf({ apiVersion, kind }: Omit<Reference, 'metadata'>, namespace: string | undefined): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const place = namespace === undefined || CLUSTER_WIDE.has(kind) ? '' : `/namespaces/${namespace}`;
  return `${root}${place}/${pluralOf(kind)}`;
}

/** As resources of Kubernetes and Gateway API are called. */
function pluralOf(kind: string): string {
  const name = kind.toLowerCase();
  if (name === 'endpoints') return name;
  if (/[^aeiou]y$/.test(name)) return `${name.slice(0, -1)}ies`;
  return /(s|x|ch|sh)$/.test(name) ? `${name}es` : `${name}s`;
}
