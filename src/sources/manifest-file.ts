import type { AnyResource, ObjectRef } from '../resources/index.ts';
import { type Document, splitDocuments } from './documents.ts';
import { type ReadDocument, readDocument } from './read-document.ts';

/** A document at its place in the file, with what it says. */
export interface PlacedDocument extends Document {
  readonly read: ReadDocument;
}

/** The last good version of an object that the file no longer says, or says wrongly. */
export interface Kept {
  readonly ref: ObjectRef;
  readonly resource: AnyResource;
}

/** The contents of one file. Versions of a file share what did not change. */
export interface ManifestFile {
  readonly text: string;
  readonly documents: readonly PlacedDocument[];
  /** By object key. */
  readonly kept: ReadonlyMap<string, Kept>;
}

/** A new version of a file, and which documents make the difference. */
export interface FileChange {
  readonly file: ManifestFile;
  readonly added: readonly ReadDocument[];
  readonly removed: readonly ReadDocument[];
}

export const EMPTY_FILE: ManifestFile = { text: '', documents: [], kept: new Map() };

interface Region {
  /** The first documents that stayed what they are. */
  readonly head: number;
  /** The last ones. */
  readonly tail: number;
}

/** Most edits touch one document: everything before it and after it has the same text, in the same order. */
function unchanged(before: readonly Document[], after: readonly Document[]): Region {
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before[head]!.text === after[head]!.text) head++;
  let tail = 0;
  while (tail < most - head && before.at(-1 - tail)!.text === after.at(-1 - tail)!.text) tail++;
  return { head, tail };
}

/** Documents that only moved are found by their text; each is taken once. */
function byText(documents: readonly PlacedDocument[]): Map<string, ReadDocument[]> {
  const found = new Map<string, ReadDocument[]>();
  for (const { text, read } of documents) {
    const same = found.get(text);
    if (same) same.push(read);
    else found.set(text, [read]);
  }
  return found;
}

function goodObjects(documents: readonly ReadDocument[], kept: ReadonlyMap<string, Kept>): Map<string, Kept> {
  const good = new Map(kept);
  for (const { entries } of documents) {
    for (const { key, ref, resource } of entries) if (resource) good.set(key, { ref, resource });
  }
  return good;
}

/**
 * What is kept of the last version: an object that is refused now, and, while a document can't be read, the objects that
 * were where it is; it may be theirs.
 */
function keep(
  before: ManifestFile,
  after: readonly PlacedDocument[],
  change: Omit<FileChange, 'file'>,
): Map<string, Kept> {
  const kept = new Map<string, Kept>();
  const unreadable = after.some(({ read }) => !read.whole);
  const loses = change.added.some(read => !read.whole);
  const candidates = goodObjects(change.removed, before.kept);
  if (candidates.size === 0) return kept;
  if (unreadable) for (const [key, one] of loses ? candidates : before.kept) kept.set(key, one);
  for (const { read } of after) {
    for (const { key, resource } of read.entries) {
      const good = candidates.get(key);
      if (resource) kept.delete(key);
      else if (good) kept.set(key, good);
    }
  }
  return kept;
}

/**
 * The next version of a file: only documents whose text is new are parsed. What it no longer says well keeps its last
 * good state.
 */
export function nextVersion(before: ManifestFile, text: string, named: boolean): FileChange {
  const after = splitDocuments(text);
  const { head, tail } = unchanged(before.documents, after);
  const loose = byText(before.documents.slice(head, before.documents.length - tail));
  const added: ReadDocument[] = [];
  const documents = after.map((document, index): PlacedDocument => {
    const moved = before.documents[index < head ? index : index - after.length + before.documents.length];
    if (moved && (index < head || index >= after.length - tail)) return { ...document, read: moved.read };
    const known = loose.get(document.text)?.shift();
    if (known) return { ...document, read: known };
    const read = readDocument(document.text, named);
    added.push(read);
    return { ...document, read };
  });
  const change = { added, removed: [...loose.values()].flat() };
  return { file: { text, documents, kept: keep(before, documents, change) }, ...change };
}

/** Whether a change takes objects away or leaves something unreadable, as a file does that is only half written. */
export function loses({ added, removed, file }: FileChange): boolean {
  if (added.some(read => !read.whole) || (file.text === '' && removed.length > 0)) return true;
  const stays = new Set(added.flatMap(({ entries }) => entries.map(({ key }) => key)));
  return removed.some(({ entries }) => entries.some(({ key }) => !stays.has(key)));
}
