import type { RawObject } from '../../src/kubernetes/index.ts';
import { createFaultTable, type Fault, type FaultMatch } from './faults.ts';
import { createHandler, type LoggedRequest } from './handler.ts';
import { createInstallation } from './installation.ts';
import { collectionOf, everyKind, type InstalledKind } from './installed-kind.ts';
import { createPermissions, type Verb } from './permissions.ts';
import { createReads } from './reads.ts';
import { type Identity, kubeconfigFor, type Security } from './security.ts';
import { listen } from './socket.ts';
import { createStore } from './store.ts';
import type { TokenOwner } from './token-reviews.ts';
import type { Watches } from './watches.ts';
import { type Admission, createWrites } from './writes.ts';
import { created, type Draft, isRecord, metadataOf, replaced, withStatus } from './writing.ts';

export interface ApiServerOptions {
  /** Default: everything that Sluice reads, Leases and CustomResourceDefinitions, in the versions that newer CRDs have. */
  readonly installed?: readonly InstalledKind[];
  /** HTTPS with the test-only certificates; default plain HTTP. */
  readonly tls?: boolean;
  /** Only a client certificate or one of `tokens` is let in (401 else); default everyone. */
  readonly authenticate?: boolean;
}

/** Which object: kinds have different names, so the group is not part of it. */
export interface Ref {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** A small kube-apiserver on 127.0.0.1, for tests: what Sluice uses of it, as it is there, and its faults at will. */
export interface ApiServer {
  readonly url: string;
  /** Every request since the start, in order of arrival. */
  readonly requests: readonly LoggedRequest[];
  /** Bearer tokens that are let in. */
  readonly tokens: Set<string>;
  /** Whose tokens are, by token: what a TokenReview says. */
  readonly tokenOwners: Map<string, TokenOwner>;
  readonly watches: Watches;
  /**
   * Creates or replaces as another client would: a status is dropped, one that stands is kept. An object that is stored as
   * it is already changes nothing, as there.
   */
  put(raw: unknown): RawObject;
  putStatus(ref: Ref, status: unknown): RawObject;
  /** Another resourceVersion, and nothing else. */
  touch(ref: Ref): RawObject;
  /** Undefined if there was none. */
  delete(ref: Ref): RawObject | undefined;
  get(ref: Ref): RawObject | undefined;
  /** Objects of a kind. */
  list(kind: string): readonly RawObject[];
  /** Serves a kind (`tlsroutes.gateway.networking.k8s.io`) again, or in these versions only. */
  serve(collection: string, versions?: readonly string[]): void;
  /** As when its CRD is deleted: its objects go, its watches end, then 404. */
  unserve(collection: string): void;
  forbid(verb: Verb, resource: string): void;
  allow(verb: Verb, resource: string): void;
  admit(collection: string, admission: Admission | undefined): void;
  /** Another writer is quicker each time: the object has a new resourceVersion before a status write is looked at. */
  conflictStatusWrites(times?: number): void;
  /** Watches end with 410, and resourceVersions and continue tokens of before are too old. */
  expire(as?: 'event' | 'status'): void;
  fault(match: FaultMatch, fault: Fault): () => void;
  clearFaults(): void;
  /** HTTPS goes on with a certificate of another authority (`other-ca.crt`). */
  replaceCertificate(): void;
  /** The text of a kubeconfig for this server. */
  kubeconfig(identity?: Identity): string;
  /** The port refuses, and all connections are gone. */
  stop(): Promise<void>;
  /** Listens at the same port again. */
  resume(): Promise<void>;
  close(): Promise<void>;
}

export async function startApiServer(options: ApiServerOptions = {}): Promise<ApiServer> {
  const known = options.installed ?? everyKind();
  const installation = createInstallation(known);
  const store = createStore();
  const reads = createReads(store);
  const writes = createWrites(store, installation);
  const permissions = createPermissions();
  const faults = createFaultTable();
  const tokens = new Set<string>();
  const tokenOwners = new Map<string, TokenOwner>();
  const security: Security = { tls: options.tls ?? false, authenticate: options.authenticate ?? false, tokens };
  let conflicts = 0;

  function kindOf(name: string): InstalledKind {
    const kind = installation.ofKind(name);
    if (!kind) throw new Error(`the API server of this test serves no ${name}`);
    return kind;
  }

  function find(ref: Ref): { readonly kind: InstalledKind; readonly object: RawObject | undefined } {
    const kind = kindOf(ref.kind);
    return { kind, object: store.get(kind, kind.namespaced ? (ref.namespace ?? 'default') : '', ref.name) };
  }

  function existing(ref: Ref): { readonly kind: InstalledKind; readonly object: RawObject } {
    const { kind, object } = find(ref);
    if (!object) throw new Error(`there is no ${ref.kind} ${ref.namespace ?? ''}/${ref.name}`);
    return { kind, object };
  }

  function put(raw: unknown): RawObject {
    if (!isRecord(raw)) throw new Error('an object is needed');
    const draft: Draft = raw;
    const { namespace, name } = metadataOf(draft);
    const ref = { kind: String(draft.kind), ...(typeof namespace === 'string' && { namespace }), name: String(name) };
    const { kind, object } = find(ref);
    if (object) return writes.store(kind, replaced(object, draft));
    return writes.store(kind, created(kind, draft, ref.namespace ?? 'default', ref.name));
  }

  function touch(ref: Ref): RawObject {
    const { kind, object } = existing(ref);
    return store.set(kind, object);
  }

  const handler = createHandler({
    installation,
    reads,
    writes,
    permissions,
    faults,
    security,
    tokenOwners,
    beforeStatusWrite(kind, namespace, name) {
      const object = store.get(kind, namespace, name);
      if (conflicts-- > 0 && object) store.set(kind, object);
    },
  });
  const socket = await listen(handler.answer, security);

  return {
    url: socket.url,
    requests: handler.requests,
    tokens,
    tokenOwners,
    watches: reads.watches,
    put,
    touch,
    putStatus(ref, status) {
      const { kind, object } = existing(ref);
      return writes.store(kind, withStatus(object, status));
    },
    delete(ref) {
      const { kind, object } = find(ref);
      return object && store.remove(kind, object);
    },
    get: ref => find(ref).object,
    list: kind => store.list(kindOf(kind)),
    serve(collection, versions) {
      const kind = [...installation.kinds(), ...known].find(each => collectionOf(each) === collection);
      if (!kind) throw new Error(`${collection} is none of the kinds that this server was started with`);
      installation.add({ ...kind, versions: versions ?? kind.versions });
      if (versions) reads.watches.end(collection);
    },
    unserve(collection) {
      const kind = installation.remove(collection);
      if (!kind) return;
      for (const object of store.list(kind)) store.remove(kind, object);
      reads.watches.end(collection);
    },
    forbid: permissions.forbid,
    allow: permissions.allow,
    admit: writes.admit,
    conflictStatusWrites(times = Number.POSITIVE_INFINITY) {
      conflicts = times;
    },
    expire: (as = 'event') => reads.expire(as),
    fault: faults.add,
    clearFaults() {
      faults.clear();
      conflicts = 0;
    },
    kubeconfig: identity => kubeconfigFor(socket.url, identity),
    stop: socket.stop,
    resume: socket.resume,
    replaceCertificate: socket.replaceCertificate,
    close: socket.stop,
  };
}
