import { isDeepStrictEqual } from 'node:util';
import type { AnyResource, ObjectRef } from '../resources/index.ts';
import type { FileChange, Kept, ManifestFile } from './manifest-file.ts';
import type { Entry } from './read-document.ts';

/** One place that holds an object. */
export interface Claim {
  readonly file: string;
  readonly entry: Entry;
}

/** Which files hold which objects, and what of it is live. */
export interface ObjectIndex {
  readonly claims: Map<string, Claim[]>;
  readonly kept: Map<string, Map<string, Kept>>;
  readonly live: Map<string, AnyResource>;
  /** Keys whose claims changed since the last {@link drain}. */
  readonly touched: Map<string, ObjectRef>;
}

export interface Difference {
  readonly upserts: readonly AnyResource[];
  readonly deletes: readonly ObjectRef[];
}

export function createObjectIndex(): ObjectIndex {
  return { claims: new Map(), kept: new Map(), live: new Map(), touched: new Map() };
}

function claim(index: ObjectIndex, file: string, entry: Entry): void {
  const claims = index.claims.get(entry.key);
  if (claims) claims.push({ file, entry });
  else index.claims.set(entry.key, [{ file, entry }]);
  index.touched.set(entry.key, entry.ref);
}

function unclaim(index: ObjectIndex, entry: Entry): void {
  const claims = index.claims.get(entry.key)?.filter(one => one.entry !== entry) ?? [];
  if (claims.length > 0) index.claims.set(entry.key, claims);
  else index.claims.delete(entry.key);
  index.touched.set(entry.key, entry.ref);
}

function replaceKept(
  index: ObjectIndex,
  file: string,
  before: ManifestFile['kept'],
  after: ManifestFile['kept'],
): void {
  for (const [key, { ref }] of before) {
    const holders = index.kept.get(key);
    holders?.delete(file);
    if (holders?.size === 0) index.kept.delete(key);
    index.touched.set(key, ref);
  }
  for (const [key, one] of after) {
    const holders = index.kept.get(key) ?? new Map<string, Kept>();
    index.kept.set(key, holders.set(file, one));
    index.touched.set(key, one.ref);
  }
}

/** Takes a new version of a file in. Costs what changed in it. */
export function applyChange(index: ObjectIndex, file: string, before: ManifestFile, change: FileChange): void {
  for (const { entries } of change.removed) for (const entry of entries) unclaim(index, entry);
  for (const { entries } of change.added) for (const entry of entries) claim(index, file, entry);
  if (before.kept !== change.file.kept) replaceKept(index, file, before.kept, change.file.kept);
}

/** Sorts the places of one object by file and line. */
export type Order = (claims: readonly Claim[]) => readonly Claim[];

/** The place that counts: the first that is good. */
export function winner(index: ObjectIndex, key: string, order: Order): Claim | undefined {
  const claims = index.claims.get(key) ?? [];
  const ordered = claims.length > 1 ? order(claims) : claims;
  return ordered.find(({ entry }) => entry.resource !== undefined) ?? ordered[0];
}

function current(index: ObjectIndex, key: string, order: Order): AnyResource | undefined {
  const entry = winner(index, key, order)?.entry;
  if (entry?.resource) return entry.resource;
  for (const { resource } of index.kept.get(key)?.values() ?? []) return resource;
  return entry?.remains;
}

/** What became different since the last time; an object that is only written in another way is not. */
export function drain(index: ObjectIndex, order: Order): Difference {
  const upserts: AnyResource[] = [];
  const deletes: ObjectRef[] = [];
  for (const [key, ref] of index.touched) {
    const before = index.live.get(key);
    const after = current(index, key, order);
    if (after === undefined) {
      if (index.live.delete(key)) deletes.push(ref);
    } else if (!isDeepStrictEqual(before, after)) {
      index.live.set(key, after);
      upserts.push(after);
    }
  }
  index.touched.clear();
  return { upserts, deletes };
}
