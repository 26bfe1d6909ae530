import { type Location, type ObjectRef, type Problem, refKey } from '../resources/index.ts';
import { entryPosition, turnOf } from './file-layout.ts';
import { EMPTY_FILE, type FileChange, type ManifestFile, nextVersion } from './manifest-file.ts';
import {
  applyChange,
  type Claim,
  createObjectIndex,
  type Difference,
  drain,
  type ObjectIndex,
  winner,
} from './object-index.ts';

export interface FileId {
  readonly key: string;
  /** As the user would write it; absent for what is in no file, which then has no place. */
  readonly name?: string;
  /** Of the path that the user gave: the first path's files come first. */
  readonly rank: number;
  /** Whether the user named this very file, so that it must hold manifests. */
  readonly named: boolean;
}

export interface StoredFile {
  readonly id: FileId;
  /** The last version that could be read. */
  readonly file: ManifestFile;
  /** Why the newest could not, if so. */
  readonly failure?: Problem;
}

/** Files of manifests, and the objects that they hold together. */
export interface FileSet {
  readonly files: Map<string, StoredFile>;
  readonly index: ObjectIndex;
}

export function createFileSet(): FileSet {
  return { files: new Map(), index: createObjectIndex() };
}

/** What a new text of a file would change; nothing is changed yet. */
export function preview(set: FileSet, id: FileId, text: string): FileChange {
  return nextVersion(set.files.get(id.key)?.file ?? EMPTY_FILE, text, id.named);
}

/** Makes a previewed change; there must have been no other of the same file in between. */
export function commit(set: FileSet, id: FileId, change: FileChange): void {
  applyChange(set.index, id.key, set.files.get(id.key)?.file ?? EMPTY_FILE, change);
  set.files.set(id.key, { id, file: change.file });
}

/** The file can't be read: it keeps what it last held. */
export function fail(set: FileSet, id: FileId, failure: Problem): void {
  set.files.set(id.key, { id, file: set.files.get(id.key)?.file ?? EMPTY_FILE, failure });
}

/** The file is gone, and its objects with it. */
export function removeFile(set: FileSet, key: string): void {
  const stored = set.files.get(key);
  if (!stored) return;
  const removed = stored.file.documents.map(({ read }) => read);
  applyChange(set.index, key, stored.file, { file: EMPTY_FILE, added: [], removed });
  set.files.delete(key);
}

export function compareFiles(a: FileId, b: FileId): number {
  if (a.rank !== b.rank) return a.rank - b.rank;
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}

/** Places of one object, in the order of files and lines. */
export function inOrder(set: FileSet, claims: readonly Claim[]): readonly Claim[] {
  return claims.toSorted((a, b) => {
    const [left, right] = [set.files.get(a.file)!, set.files.get(b.file)!];
    return compareFiles(left.id, right.id) || turnOf(left.file, a.entry) - turnOf(right.file, b.entry);
  });
}

/** What is different since the last time it was taken. */
export function takeDifference(set: FileSet): Difference {
  return drain(set.index, claims => inOrder(set, claims));
}

export function claimLocation(set: FileSet, claim: Claim, path?: string): Location | undefined {
  const { id, file } = set.files.get(claim.file)!;
  const position = entryPosition(file, claim.entry, path);
  return position && id.name !== undefined ? { file: id.name, ...position } : undefined;
}

/** Where an object that counts, or a field of it, is written. */
export function locateIn(set: FileSet, object: ObjectRef, path?: string): Location | undefined {
  const found = winner(set.index, refKey(object), claims => inOrder(set, claims));
  return found && claimLocation(set, found, path);
}
