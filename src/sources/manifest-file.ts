import type { AnyResource, ObjectRef } from '../resources/index.ts';
import { commonText } from './common-text.ts';
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

/** What of a file stayed: most edits touch one document. */
interface Unchanged {
  readonly head: readonly PlacedDocument[];
  /** The documents in between, as they were. */
  readonly loose: readonly PlacedDocument[];
  readonly tail: readonly PlacedDocument[];
}

/** A marker with the character that ends it: while these stay, they end the document before them. */
const MARKER = 4;

/**
 * The documents that lie in what two versions have in common, with the marker that ends or starts them. The first of the
 * tail is looked at again: directives may have been written before it.
 */
function unchanged({ text, documents }: ManifestFile, after: string): Unchanged {
  const common = commonText(text, after);
  let head = 0;
  while (head < documents.length && documents[head]!.end + MARKER <= common.start) head++;
  let tail = documents.length;
  const tailStart = text.length - common.end;
  const starts = ({ from }: PlacedDocument) => from > tailStart && text.startsWith('---', from);
  while (tail > head && starts(documents[tail - 1]!)) tail--;
  tail = Math.min(tail + 1, documents.length);
  return { head: documents.slice(0, head), loose: documents.slice(head, tail), tail: documents.slice(tail) };
}

export function textOf({ text }: ManifestFile, { start, end }: Document): string {
  return text.slice(start, end);
}

/** Documents that only moved are found by their text; each is taken once. */
function byText(file: ManifestFile, documents: readonly PlacedDocument[]): Map<string, ReadDocument[]> {
  const found = new Map<string, ReadDocument[]>();
  for (const document of documents) {
    const text = textOf(file, document);
    const same = found.get(text);
    if (same) same.push(document.read);
    else found.set(text, [document.read]);
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

function shift(document: PlacedDocument, by: number): PlacedDocument {
  const { from, start, end, read } = document;
  return by === 0 ? document : { from: from + by, start: start + by, end: end + by, read };
}

/**
 * The next version of a file: only documents whose text is new are parsed. What it no longer says well keeps its last
 * good state.
 */
export function nextVersion(before: ManifestFile, text: string, named: boolean): FileChange {
  const { head, loose, tail } = unchanged(before, text);
  const moved = text.length - before.text.length;
  const regionEnd = tail[0] === undefined ? text.length : tail[0].from + moved;
  const known = byText(before, loose);
  const added: ReadDocument[] = [];
  const region = splitDocuments(text, head.at(-1)?.end, regionEnd).map((document): PlacedDocument => {
    const same = known.get(text.slice(document.start, document.end))?.shift();
    const read = same ?? readDocument(text.slice(document.start, document.end), named);
    if (same === undefined) added.push(read);
    return { ...document, read };
  });
  const documents = [...head, ...region, ...tail.map(document => shift(document, moved))];
  const change = { added, removed: [...known.values()].flat() };
  return { file: { text, documents, kept: keep(before, documents, change) }, ...change };
}

/** Whether a change takes objects away or leaves something unreadable, as a file does that is only half written. */
export function loses({ added, removed, file }: FileChange): boolean {
  if (added.some(read => !read.whole) || (file.text === '' && removed.length > 0)) return true;
  const stays = new Set(added.flatMap(({ entries }) => entries.map(({ key }) => key)));
  return removed.some(({ entries }) => entries.some(({ key }) => !stays.has(key)));
}
