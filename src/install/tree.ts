/** Plain data, as JSON has it. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A value that is not known before somebody installs. */
export type Term =
  /** What users chose at this path of the values: `image.tag`. */
  | { readonly kind: 'value'; readonly path: string }
  /** The namespace of the installation. */
  | { readonly kind: 'namespace' }
  /** The version of Sluice. */
  | { readonly kind: 'version' }
  /** Texts one after the other. */
  | { readonly kind: 'text'; readonly parts: readonly (string | Term)[] }
  /** The first, or where that is empty the other. */
  | { readonly kind: 'either'; readonly first: Term; readonly other: Term };

/** What stands in the place of plain data. */
export type Mark =
  | { readonly kind: 'term'; readonly term: Term }
  /** `tree` if the value at `path` is neither false, 0 nor empty, else nothing: the item or the member is not there. */
  | { readonly kind: 'when'; readonly path: string; readonly tree: Tree }
  /** All items of a value in a list; in a map, under the key `EACH`, all members. */
  | { readonly kind: 'each'; readonly path: string };

const MARK = Symbol('mark');

interface Marked {
  readonly [MARK]: Mark;
}

/** An object to be: plain data, with marks where values are to stand. */
export type Tree =
  | string
  | number
  | boolean
  | null
  | readonly Tree[]
  | Marked
  | { readonly [key: string]: Tree; readonly [MARK]?: never };

/** The key of a map beside which the members of a value are to stand. */
export const EACH = '...';

export function markOf(tree: Tree): Mark | undefined {
  return typeof tree === 'object' && tree !== null && MARK in tree ? tree[MARK] : undefined;
}

const marked = (mark: Mark): Marked => ({ [MARK]: mark });

export const chosen = (path: string): Term => ({ kind: 'value', path });
export const text = (...parts: readonly (string | Term)[]): Term => ({ kind: 'text', parts });
export const either = (first: Term, other: Term): Term => ({ kind: 'either', first, other });
export const VERSION: Term = { kind: 'version' };

export const term = (term: Term): Tree => marked({ kind: 'term', term });
export const value = (path: string): Tree => term(chosen(path));
export const when = (path: string, tree: Tree): Tree => marked({ kind: 'when', path, tree });
/** The value, where it is not empty. */
export const given = (path: string): Tree => when(path, value(path));
export const each = (path: string): Tree => marked({ kind: 'each', path });
export const NAMESPACE: Tree = term({ kind: 'namespace' });
