import { fieldPosition, type Position, positionAt } from './field-position.ts';
import { type ManifestFile, textOf } from './manifest-file.ts';
import type { Entry, Finding, ReadDocument } from './read-document.ts';

/** Where the documents and objects of one version of a file are. */
interface Layout {
  /** The line, from 1, that each document starts on. */
  readonly lines: readonly number[];
  /** Each object's document and its turn in the whole file. */
  readonly places: ReadonlyMap<Entry, { readonly document: number; readonly turn: number }>;
}

const layouts = new WeakMap<ManifestFile, Layout>();
const positions = new WeakMap<ReadDocument, readonly Position[]>();

function countLines(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', from); at !== -1 && at < to; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

/** Worked out when first asked for: most versions of a file are never asked. */
function layoutOf(file: ManifestFile): Layout {
  const known = layouts.get(file);
  if (known) return known;
  const places = new Map<Entry, { readonly document: number; readonly turn: number }>();
  const lines: number[] = [];
  let [line, at] = [1, 0];
  file.documents.forEach(({ start, read }, document) => {
    line += countLines(file.text, at, start);
    at = start;
    lines.push(line);
    for (const entry of read.entries) places.set(entry, { document, turn: places.size });
  });
  const layout = { lines, places };
  layouts.set(file, layout);
  return layout;
}

function joinPath(base: string, path: string): string {
  return base === '' || path === '' || path.startsWith('[') ? base + path : `${base}.${path}`;
}

function inFile(file: ManifestFile, document: number, { line, column }: Position): Position {
  return { line: layoutOf(file).lines[document]! + line - 1, column };
}

function findingPosition(text: string, { offset, base, problem }: Finding): Position {
  return offset === undefined ? fieldPosition(text, joinPath(base, problem.path ?? '')) : positionAt(text, offset);
}

function findingsIn(text: string, { findings }: ReadDocument): readonly Position[] {
  return findings.map(finding => findingPosition(text, finding));
}

/** The places of a document's findings, in the same order. */
export function findingPositions(file: ManifestFile, document: number): readonly Position[] {
  const placed = file.documents[document]!;
  const { read } = placed;
  const inDocument = positions.get(read) ?? findingsIn(textOf(file, placed), read);
  positions.set(read, inDocument);
  return inDocument.map(position => inFile(file, document, position));
}

/** Where an object at `base` of a document is, or a field of it. */
export function positionIn(file: ManifestFile, document: number, base: string, path = ''): Position {
  return inFile(file, document, fieldPosition(textOf(file, file.documents[document]!), joinPath(base, path)));
}

/** Where an object, or a field of it, is written in its file. */
export function entryPosition(file: ManifestFile, entry: Entry, path = ''): Position | undefined {
  const place = layoutOf(file).places.get(entry);
  return place && positionIn(file, place.document, entry.base, path);
}

/** Which turn an object has among those of its file. */
export function turnOf(file: ManifestFile, entry: Entry): number {
  return layoutOf(file).places.get(entry)?.turn ?? 0;
}
