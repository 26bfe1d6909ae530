import type { RawObject } from '../../src/kubernetes/index.ts';
import { collectionOf, type InstalledKind } from './installed-kind.ts';

export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly kind: InstalledKind;
  readonly object: RawObject;
  readonly revision: number;
}

/** What etcd is to the real one: objects, one counter of revisions, and the changes since a revision. */
export interface Store {
  revision(): number;
  get(kind: InstalledKind, namespace: string, name: string): RawObject | undefined;
  /** In the order of namespace and name. */
  list(kind: InstalledKind): readonly RawObject[];
  /** Stores it under a new resourceVersion. */
  set(kind: InstalledKind, object: RawObject): RawObject;
  remove(kind: InstalledKind, object: RawObject): RawObject;
  /** Undefined if some of them are forgotten. */
  since(revision: number): readonly Change[] | undefined;
  /** Forgets all changes up to now. */
  compact(): void;
  onChange(listener: (change: Change) => void): () => void;
}

const FIRST_REVISION = 1000;

export const keyOf = (namespace: string, name: string) => `${namespace}/${name}`;

export function createStore(): Store {
  const collections = new Map<string, Map<string, RawObject>>();
  const listeners = new Set<(change: Change) => void>();
  let history: Change[] = [];
  let revision = FIRST_REVISION;
  let oldest = FIRST_REVISION;

  function collection(kind: InstalledKind): Map<string, RawObject> {
    const found = collections.get(collectionOf(kind)) ?? new Map<string, RawObject>();
    collections.set(collectionOf(kind), found);
    return found;
  }

  function record(type: Change['type'], kind: InstalledKind, object: RawObject): RawObject {
    const change = { type, kind, object, revision };
    history.push(change);
    for (const listener of [...listeners]) listener(change);
    return object;
  }

  function stamped(object: RawObject): RawObject {
    revision++;
    return { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
  }

  return {
    revision: () => revision,
    get: (kind, namespace, name) => collection(kind).get(keyOf(namespace, name)),
    list: kind => [...collection(kind)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object),
    set(kind, object) {
      const key = keyOf(object.metadata.namespace ?? '', object.metadata.name);
      const known = collection(kind).has(key);
      const next = stamped(object);
      collection(kind).set(key, next);
      return record(known ? 'MODIFIED' : 'ADDED', kind, next);
    },
    remove(kind, object) {
      collection(kind).delete(keyOf(object.metadata.namespace ?? '', object.metadata.name));
      return record('DELETED', kind, stamped(object));
    },
    since: from => (from < oldest ? undefined : history.filter(change => change.revision > from)),
    compact() {
      history = [];
      // A revision that nobody has seen yet: what was listed before is too old from now on.
      revision++;
      oldest = revision;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
