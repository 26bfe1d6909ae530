import { collectionOf, type InstalledKind } from './installed-kind.ts';

/** Which kinds are served now. */
export interface Installation {
  kinds(): readonly InstalledKind[];
  find(group: string, version: string, plural: string): InstalledKind | undefined;
  /** By the kind that an object names. */
  ofKind(kind: string): InstalledKind | undefined;
  /** Replaces the kind of that collection, or adds it. */
  add(kind: InstalledKind): void;
  remove(collection: string): InstalledKind | undefined;
}

export function createInstallation(initial: readonly InstalledKind[]): Installation {
  const kinds = new Map(initial.map(kind => [collectionOf(kind), kind]));
  return {
    kinds: () => [...kinds.values()],
    find(group, version, plural) {
      const kind = kinds.get(collectionOf({ group, plural }));
      return kind?.versions.includes(version) ? kind : undefined;
    },
    ofKind: name => [...kinds.values()].find(kind => kind.kind === name),
    add: kind => kinds.set(collectionOf(kind), kind),
    remove(collection) {
      const kind = kinds.get(collection);
      kinds.delete(collection);
      return kind;
    },
  };
}
