import { isMap, isNode, isScalar, isSeq, type Node, type Pair, type Document as YamlDocument } from 'yaml';
import { parsePath } from '../resources/index.ts';
import { parseTree } from './parse-text.ts';

/** A place in a text; both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The line and column of an offset. */
export function positionAt(text: string, offset: number): Position {
  let line = 1;
  let start = 0;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) {
    line++;
    start = at + 1;
  }
  return { line, column: Math.max(offset, start) - start + 1 };
}

function offsetOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

function pairOf(node: Node, key: string): Pair | undefined {
  if (!isMap(node)) return undefined;
  return node.items.find(pair => isScalar(pair.key) && String(pair.key.value) === key);
}

/** The offset of a field's key or a list's item; of the nearest parent that is written, where the field is not. */
function offsetIn(tree: YamlDocument, path: string): number {
  let node: unknown = tree.contents;
  let offset = offsetOf(node) ?? 0;
  for (const segment of parsePath(path)) {
    if (!isNode(node)) return offset;
    if (isSeq(node)) {
      node = node.items[Number(segment)];
      offset = offsetOf(node) ?? offset;
    } else {
      const pair = pairOf(node, String(segment));
      if (pair === undefined) return offset;
      offset = offsetOf(pair.key) ?? offset;
      node = pair.value;
    }
  }
  return offset;
}

let latest: { readonly text: string; readonly tree: YamlDocument } | undefined;

/** Many questions about one document come in a row: its tree is kept until the turn of the event loop ends. */
function treeOf(text: string): YamlDocument {
  if (latest?.text === text) return latest.tree;
  const tree = parseTree(text);
  if (latest === undefined) setImmediate(() => (latest = undefined)).unref();
  latest = { text, tree };
  return tree;
}

/** Where a field path is written in the text of one readable document. */
export function fieldPosition(text: string, path: string): Position {
  return positionAt(text, offsetIn(treeOf(text), path));
}

/** The same for many questions about one text, whose tree it keeps from the first on. */
export function fieldLocator(text: string): (path: string) => Position {
  let known: { readonly tree: YamlDocument; readonly starts: readonly number[] } | undefined;
  return path => {
    known ??= { tree: parseTree(text), starts: lineStarts(text) };
    const offset = offsetIn(known.tree, path);
    const line = lineAt(known.starts, offset);
    return { line, column: offset - known.starts[line - 1]! + 1 };
  };
}

/** Offsets of the lines of a text. */
function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function lineAt(starts: readonly number[], offset: number): number {
  let [first, after] = [0, starts.length];
  while (after - first > 1) {
    const middle = (first + after) >>> 1;
    if (starts[middle]! <= offset) first = middle;
    else after = middle;
  }
  return first + 1;
}
