import type { RawObject } from './raw-object.ts';

export interface KnownObjectsOptions {
  readonly onUpsert: (object: RawObject) => void;
  readonly onDelete: (object: { readonly namespace: string; readonly name: string }) => void;
}

/** Which objects there are and at which resourceVersion: what is needed to tell news from repetitions, and no more. */
export interface KnownObjects {
  /** A list is always right, even where versions went back: the server's data may come from a backup. */
  upsert(object: RawObject): void;
  /** Harmless if it is not known, or known to be newer. */
  remove(object: RawObject): void;
  /** Removes all others. */
  retain(keys: ReadonlySet<string>): void;
}

/** A namespace holds no slash. */
export function keyOf({ metadata }: RawObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

const DECIMAL = /^[1-9]\d*$/;

/**
 * Whether one resourceVersion of a resource comes after another. Kubernetes says since 1.35 that those of its own and of
 * custom resources are decimal numbers in the order of changes, as they always were; of others nothing is known.
 */
export function isAfter(version: string, other: string): boolean | undefined {
  if (!DECIMAL.test(version) || !DECIMAL.test(other)) return undefined;
  return version.length === other.length ? version > other : version.length > other.length;
}

export function createKnownObjects({ onUpsert, onDelete }: KnownObjectsOptions): KnownObjects {
  const versions = new Map<string, string>();

  function forget(key: string): void {
    versions.delete(key);
    const slash = key.indexOf('/');
    onDelete({ namespace: key.slice(0, slash), name: key.slice(slash + 1) });
  }

  return {
    upsert(object) {
      const key = keyOf(object);
      const { resourceVersion } = object.metadata;
      if (versions.get(key) === resourceVersion) return;
      versions.set(key, resourceVersion);
      onUpsert(object);
    },
    remove(object) {
      const key = keyOf(object);
      const known = versions.get(key);
      if (known !== undefined && !isAfter(known, object.metadata.resourceVersion)) forget(key);
    },
    retain(keys) {
      for (const key of [...versions.keys()]) if (!keys.has(key)) forget(key);
    },
  };
}
