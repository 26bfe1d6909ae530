import { isDeepStrictEqual } from 'node:util';
import type { RawObject } from '../../src/kubernetes/index.ts';
import { type Answer, refusal } from './answer.ts';
import { createApplies } from './apply.ts';
import type { Installation } from './installation.ts';
import { collectionOf, hasStatus, type InstalledKind } from './installed-kind.ts';
import { present } from './presentation.ts';
import { notFound } from './reads.ts';
import type { ResourcePath } from './resource-path.ts';
import type { Store } from './store.ts';
import { created, type Draft, isRecord, mergePatch, metadataOf, replaced, withStatus } from './writing.ts';

/** Changes what is about to be stored, as a mutating admission webhook or the pruning of unknown fields does. */
export type Admission = (object: RawObject) => RawObject;

export interface WriteRequest {
  readonly method: string;
  readonly path: ResourcePath;
  readonly kind: InstalledKind;
  readonly contentType: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

export interface Writes {
  answer(request: WriteRequest): Answer;
  /** Stores an object if it differs from what is stored. */
  store(kind: InstalledKind, object: RawObject): RawObject;
  /** The last one given for a collection stands; undefined: none. */
  admit(collection: string, admission: Admission | undefined): void;
}

const EXISTING_NAMESPACES = ['default', 'kube-system'];

export function createWrites(store: Store, installation: Installation): Writes {
  const admissions = new Map<string, Admission>();
  const applies = createApplies();

  function set(kind: InstalledKind, object: RawObject): RawObject {
    const { namespace = '', name } = object.metadata;
    const next = admissions.get(collectionOf(kind))?.(object) ?? object;
    const current = store.get(kind, namespace, name);
    return current && isDeepStrictEqual(current, next) ? current : store.set(kind, next);
  }

  function namespaceExists(name: string): boolean {
    const kind = installation.ofKind('Namespace');
    return EXISTING_NAMESPACES.includes(name) || (kind !== undefined && store.get(kind, '', name) !== undefined);
  }

  const shown = (status: number, object: RawObject, { kind, path }: WriteRequest): Answer => ({
    status,
    body: present(object, { kind, version: path.version, metadataOnly: false }),
  });

  function post(request: WriteRequest, draft: Draft): Answer {
    const { kind, path } = request;
    const name = metadataOf(draft).name;
    if (typeof name !== 'string') return refusal(422, 'metadata.name: Required value');
    const namespace = path.namespace ?? '';
    if (kind.namespaced && !namespaceExists(namespace)) return refusal(404, `namespaces "${namespace}" not found`);
    if (store.get(kind, namespace, name))
      return refusal(409, `${kind.plural} "${name}" already exists`, 'AlreadyExists');
    return shown(201, set(kind, created(kind, draft, namespace, name)), request);
  }

  /** The object with what the request wants of it, or why not. */
  function changed(current: RawObject, request: WriteRequest, draft: Draft): RawObject | Answer {
    const conflict = conflictOf(current, draft);
    if (conflict) return conflict;
    if (request.path.subresource === undefined) return replaced(current, draft);
    return withStatus(current, draft.status);
  }

  function apply(request: WriteRequest, current: RawObject | undefined): Answer {
    const { kind, path, body, query } = request;
    const manager = query.get('fieldManager');
    if (!isRecord(body) || manager === null) return refusal(400, 'an object and a fieldManager are needed');
    const namespace = path.namespace ?? '';
    if (kind.namespaced && !namespaceExists(namespace)) return refusal(404, `namespaces "${namespace}" not found`);
    const conflict = current && conflictOf(current, body);
    if (conflict) return conflict;
    const merged = applies.merge(current, body, manager, query.get('force') === 'true');
    if ('held' in merged) return refusal(409, `Apply failed with 1 conflict: ${String(merged.held)}`);
    const next = current ? replaced(current, merged) : created(kind, merged, namespace, path.name ?? '');
    const object = set(kind, next);
    applies.stored(object, body, manager);
    return shown(current ? 200 : 201, object, request);
  }

  function remove(current: RawObject, { kind, body }: WriteRequest): Answer {
    const { uid } = isRecord(body) && isRecord(body.preconditions) ? body.preconditions : {};
    const conflict = conflictOf(current, { metadata: { uid } });
    if (conflict) return conflict;
    store.remove(kind, current);
    return { status: 200, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' } };
  }

  function modify(request: WriteRequest, current: RawObject): Answer {
    const { method, body, contentType } = request;
    if (!isRecord(body)) return refusal(400, 'the body of the request is not an object');
    if (method === 'PATCH' && !/^application\/merge-patch\+json\b/.test(contentType))
      return refusal(415, `this server does not take a patch of ${contentType}`);
    const draft = method === 'PATCH' ? mergePatch(current, body) : body;
    const next = changed(current, request, isRecord(draft) ? draft : {});
    return isAnswer(next) ? next : shown(200, set(request.kind, next), request);
  }

  return {
    store: set,
    admit(collection, admission) {
      if (admission) admissions.set(collection, admission);
      else admissions.delete(collection);
    },
    answer(request) {
      const { method, path, kind, body } = request;
      if (path.name === undefined) {
        if (method !== 'POST') return refusal(405, `${method} is not for collections here`);
        return isRecord(body) ? post(request, body) : refusal(400, 'the body of the request is not an object');
      }
      const { subresource } = path;
      const current = store.get(kind, path.namespace ?? '', path.name);
      if (method === 'PATCH' && subresource === undefined && isApply(request)) return apply(request, current);
      if (!current || (subresource !== undefined && (subresource !== 'status' || !hasStatus(kind))))
        return notFound(path);
      return method === 'DELETE' ? remove(current, request) : modify(request, current);
    },
  };
}

function isApply({ contentType }: WriteRequest): boolean {
  return /^application\/apply-patch\+yaml\b/.test(contentType);
}

function isAnswer(value: RawObject | Answer): value is Answer {
  return typeof value.status === 'number' && 'body' in value;
}

function conflictOf(current: RawObject, draft: Draft): Answer | undefined {
  const { resourceVersion, uid } = metadataOf(draft);
  if (uid !== undefined && uid !== current.metadata.uid)
    return refusal(
      409,
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${current.metadata.uid}`,
    );
  if (resourceVersion === undefined || resourceVersion === current.metadata.resourceVersion) return undefined;
  return refusal(
    409,
    `Operation cannot be fulfilled on "${current.metadata.name}": the object has been modified; please apply your changes to the latest version and try again`,
  );
}
