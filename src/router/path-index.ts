import type { PathMatch } from '../ir/index.ts';
import { type Candidate, firstOf } from './candidate.ts';
import { deleteHost, getHost, type HostIndex, setHost } from './host-index.ts';
import type { Leaf } from './leaf.ts';
import type { Patterns } from './patterns.ts';
import { isLate } from './precedence.ts';
import {
  addRegexLeaf,
  createRegexIndex,
  getRegexLeaf,
  matchRegexes,
  type RegexIndex,
  removeRegexLeaf,
  settleRegexes,
} from './regex-index.ts';
import type { RequestLine } from './router.ts';

const SLASH = 0x2f;

/** The path conditions of one hostname: a trie of segments for exact paths and prefixes, and the expressions. */
export interface PathIndex<T> {
  /** Where it stands, under which hostname, and leaves when it is empty. */
  readonly home: HostIndex<PathIndex<T>>;
  readonly hostname: string;
  readonly root: TrieNode<T>;
  readonly regexes: RegexIndex<T>;
  /** Those that are asked before the prefix of the root alone. */
  late: RegexIndex<T> | undefined;
  leaves: number;
}

interface TrieNode<T> {
  readonly parent: TrieNode<T> | undefined;
  readonly segment: string;
  children: Map<string, TrieNode<T>> | undefined;
  exact: Leaf<T> | undefined;
  prefix: Leaf<T> | undefined;
}

/** The path index of a hostname, made if there is none. */
export function getPathIndex<T>(home: HostIndex<PathIndex<T>>, hostname: string): PathIndex<T> {
  const known = getHost(home, hostname);
  if (known) return known;
  const made = {
    home,
    hostname,
    root: createNode<T>(undefined, ''),
    regexes: createRegexIndex<T>(),
    late: undefined,
    leaves: 0,
  };
  setHost(home, hostname, made);
  return made;
}

function createNode<T>(parent: TrieNode<T> | undefined, segment: string): TrieNode<T> {
  return { parent, segment, children: undefined, exact: undefined, prefix: undefined };
}

/** The leaf of a path condition, made if there is none. */
export function getLeaf<T>(index: PathIndex<T>, path: PathMatch, patterns: Patterns): Leaf<T> {
  if (path.kind === 'regex') {
    const regexes = regexesOf(index, path);
    return getRegexLeaf(regexes, path) ?? addRegexLeaf(regexes, newLeaf(index, path), patterns);
  }
  const node = nodeOf(index.root, path.value);
  const leaf = node[path.kind] ?? newLeaf(index, path);
  node[path.kind] = leaf;
  return leaf;
}

function regexesOf<T>(index: PathIndex<T>, path: PathMatch): RegexIndex<T> {
  if (!isLate(path)) return index.regexes;
  index.late ??= createRegexIndex();
  return index.late;
}

function newLeaf<T>(home: PathIndex<T>, path: PathMatch): Leaf<T> {
  home.leaves++;
  return { home, path, candidates: [] };
}

export function removeLeaf<T>(leaf: Leaf<T>, patterns: Patterns): void {
  const { home, path } = leaf;
  if (--home.leaves === 0) deleteHost(home.home, home.hostname);
  if (path.kind === 'regex') removeRegexLeaf(regexesOf(home, path), path, patterns);
  else {
    const node = nodeOf(home.root, path.value);
    node[path.kind] = undefined;
    prune(node);
  }
}

/** To be called when leaves have come or gone, before the next match. */
export function settlePaths<T>(index: PathIndex<T>): void {
  settleRegexes(index.regexes);
  if (index.late) settleRegexes(index.late);
  if (index.late?.chunks.length === 0) index.late = undefined;
}

function nodeOf<T>(root: TrieNode<T>, path: string): TrieNode<T> {
  let node = root;
  for (const segment of path.split('/').slice(1)) node = childOf(node, segment);
  return node;
}

function childOf<T>(node: TrieNode<T>, segment: string): TrieNode<T> {
  node.children ??= new Map();
  const known = node.children.get(segment);
  if (known) return known;
  const child = createNode(node, segment);
  node.children.set(segment, child);
  return child;
}

function prune<T>(node: TrieNode<T>): void {
  const { parent } = node;
  if (!parent || node.exact || node.prefix || node.children) return;
  parent.children?.delete(node.segment);
  if (parent.children?.size === 0) parent.children = undefined;
  prune(parent);
}

/** Exact path, then regular expressions, then prefixes from the longest to the shortest; late expressions before the root. */
export function matchPath<T>(index: PathIndex<T>, request: RequestLine): Candidate<T> | undefined {
  const { path } = request;
  const deepest = path.charCodeAt(0) === SLASH ? descend(index.root, path) : undefined;
  if (deepest?.exact?.path.value === path) {
    const exact = firstOf(deepest.exact.candidates, request);
    if (exact) return exact;
  }
  if (index.regexes.chunks.length > 0) {
    const regex = matchRegexes(index.regexes, request);
    if (regex) return regex;
  }
  for (let node = deepest; node !== undefined; node = node.parent) {
    if (index.late !== undefined && node.parent === undefined) {
      const late = matchRegexes(index.late, request);
      if (late) return late;
    }
    if (node.prefix === undefined) continue;
    const prefix = firstOf(node.prefix.candidates, request);
    if (prefix) return prefix;
  }
  return deepest === undefined && index.late !== undefined ? matchRegexes(index.late, request) : undefined;
}

/** The last node on the way of `path`; whether it is the end of it, an exact leaf knows by its own path. */
function descend<T>(root: TrieNode<T>, path: string): TrieNode<T> {
  let node = root;
  for (let start = 1; node.children !== undefined; ) {
    const slash = path.indexOf('/', start);
    const child = node.children.get(path.slice(start, slash === -1 ? path.length : slash));
    if (child === undefined) return node;
    node = child;
    if (slash === -1) return node;
    start = slash + 1;
  }
  return node;
}
