import { X509Certificate } from 'node:crypto';
import { type SelfSignedPair, selfSignedPair } from '../../certificates/index.ts';
import {
  type AnyResource,
  type Gateway,
  type ListenerSet,
  type ListenerSpec,
  nameKey,
  type ObjectRef,
  type ParentReference,
  type Problem,
  refKey,
  refOf,
  type Secret,
} from '../../resources/index.ts';
import type { Batch, Source } from '../../sources/index.ts';

/** A certificate that stands for one that is not there. */
interface Made {
  readonly names: readonly string[];
  readonly pair: SelfSignedPair;
  readonly fingerprint: string;
  readonly object: ObjectRef;
  /** Who refers to it. */
  readonly wanted: Wanted;
}

interface Wanted {
  /** A Gateway or ListenerSet, and the field of it. */
  readonly owner: ObjectRef;
  readonly path: string;
  readonly hostnames: readonly string[];
}

/**
 * What a source tells, and a Secret with a certificate of its own making for each that listeners refer to and that is not
 * there. One that comes takes its place. Certificates are made once, and anew where hostnames come that they are not for.
 */
export function selfSignedSource(source: Source): Source {
  const objects = new Map<string, AnyResource>();
  const made = new Map<string, Made>();

  function take(batch: Batch): Batch {
    for (const ref of batch.deletes) objects.delete(refKey(ref));
    for (const resource of batch.upserts) objects.set(refKey(refOf(resource)), resource);
    const wanted = wantedBy([...objects.values()]);
    const upserts = [...wanted].flatMap(([key, first]) => {
      const before = made.get(key);
      if (objects.has(key) || (before && first.hostnames.every(name => before.names.includes(name)))) return [];
      return [provide(key, first, before)];
    });
    // What the source deletes, and is made here at once, never was away.
    const renewed = new Set(upserts.map(each => refKey(refOf(each))));
    const deletes = batch.deletes.filter(ref => !renewed.has(refKey(ref)));
    return { ...batch, upserts: [...batch.upserts, ...upserts], deletes: [...deletes, ...forget(wanted, batch)] };
  }

  function provide(key: string, wanted: Wanted, before: Made | undefined): AnyResource {
    const names = [...new Set([...(before?.names ?? []), ...wanted.hostnames, 'localhost'])];
    const pair = selfSignedPair(names);
    const { fingerprint256: fingerprint } = new X509Certificate(pair.certificate);
    const [kind = '', namespace = '', name = ''] = key.split('/');
    made.set(key, { names, pair, fingerprint, object: { kind, namespace, name }, wanted });
    return secretOf(namespace, name, pair);
  }

  /** Those whose place another has taken, or that nobody wants any more. */
  function forget(wanted: ReadonlyMap<string, Wanted>, { deletes }: Batch): readonly ObjectRef[] {
    const gone = [...made].filter(([key]) => objects.has(key) || !wanted.has(key));
    for (const [key] of gone) made.delete(key);
    const told = new Set(deletes.map(refKey));
    return gone.filter(([key]) => !objects.has(key) && !told.has(key)).map(([, { object }]) => object);
  }

  return {
    start: onBatch => source.start(batch => onBatch(take(batch))),
    problems: () => [...source.problems(), ...[...made.values()].map(each => problemOf(each, source))],
    locate: (object, path) => source.locate(object, path),
    close: () => source.close(),
  };
}

function secretOf(namespace: string, name: string, { certificate, key }: SelfSignedPair): Secret & AnyResource {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace, generation: 1, labels: {}, annotations: {} },
    type: 'kubernetes.io/tls',
    data: {},
    stringData: { 'tls.crt': certificate, 'tls.key': key },
  };
}

function problemOf({ object, names, fingerprint, wanted }: Made, source: Source): Problem {
  const { owner, path } = wanted;
  const location = source.locate(owner, path);
  const target = `Secret ${nameKey(object.namespace, object.name)}`;
  return {
    severity: 'warning',
    code: 'SelfSigned',
    message: `${target} does not exist; a self-signed certificate for ${names.join(', ')} stands for it, SHA-256 ${fingerprint}; in a cluster the listener would not be served`,
    object: owner,
    path,
    ...(location && { location }),
  };
}

/** The Secrets that listeners end TLS with, by key; hostnames of all listeners that refer to one, and of their routes. */
function wantedBy(objects: readonly AnyResource[]): ReadonlyMap<string, Wanted> {
  const wanted = new Map<string, Wanted>();
  const routes = hostnamesByParent(objects);
  for (const object of objects) {
    if (object.kind !== 'Gateway' && object.kind !== 'ListenerSet') continue;
    const owner = refOf(object);
    const listeners: readonly ListenerSpec[] = (object as Gateway | ListenerSet).spec.listeners;
    for (const [at, listener] of listeners.entries()) {
      const hostnames = listener.hostname === undefined ? (routes.get(refKey(owner)) ?? []) : [listener.hostname];
      for (const [index, key] of secretsOf(listener, owner.namespace).entries()) {
        const path = `spec.listeners[${at}].tls.certificateRefs[${index}].name`;
        const before = wanted.get(key);
        wanted.set(
          key,
          before ? { ...before, hostnames: [...before.hostnames, ...hostnames] } : { owner, path, hostnames },
        );
      }
    }
  }
  return wanted;
}

function secretsOf({ tls }: ListenerSpec, namespace: string): readonly string[] {
  const refs = tls?.mode === 'Passthrough' ? [] : (tls?.certificateRefs ?? []);
  return refs
    .filter(({ group, kind }) => group === '' && kind === 'Secret')
    .map(ref => refKey({ kind: 'Secret', namespace: ref.namespace ?? namespace, name: ref.name }));
}

/** Hostnames of routes, by the object that they name as their parent. */
function hostnamesByParent(objects: readonly AnyResource[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const object of objects) {
    if (object.kind !== 'HTTPRoute' && object.kind !== 'GRPCRoute' && object.kind !== 'TLSRoute') continue;
    const { parentRefs = [], hostnames = [] } = object.spec as RouteSpec;
    for (const { kind, namespace = object.metadata.namespace, name } of parentRefs) {
      const key = refKey({ kind, namespace: namespace ?? '', name });
      found.set(key, [...(found.get(key) ?? []), ...hostnames]);
    }
  }
  return found;
}

interface RouteSpec {
  readonly parentRefs?: readonly ParentReference[];
  readonly hostnames?: readonly string[];
}
