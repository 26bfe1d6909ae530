import { EACH, type Json, type Mark, markOf, type Term, type Tree } from './tree.ts';

/** What terms mean. */
export interface Ground {
  readonly namespace: string;
  readonly version: string;
  readonly values: Json;
}

/** The data that a tree comes to. */
export function grown(tree: Tree, ground: Ground): Json {
  const mark = markOf(tree);
  if (mark) return grownMark(mark, ground)[0] ?? null;
  if (Array.isArray(tree)) return tree.flatMap((item: Tree) => grownItem(item, ground));
  if (typeof tree !== 'object' || tree === null) return tree as Json;
  return Object.fromEntries(Object.entries(tree).flatMap(([key, member]) => grownMember(key, member, ground)));
}

function grownItem(item: Tree, ground: Ground): readonly Json[] {
  const mark = markOf(item);
  return mark ? grownMark(mark, ground) : [grown(item, ground)];
}

function grownMember(key: string, member: Tree, ground: Ground): readonly (readonly [string, Json])[] {
  const mark = markOf(member);
  if (key === EACH && mark?.kind === 'each') return Object.entries(Object(valueAt(ground.values, mark.path)));
  return grownItem(member, ground).map(value => [key, value] as const);
}

function grownMark(mark: Mark, ground: Ground): readonly Json[] {
  switch (mark.kind) {
    case 'term':
      return [meaningOf(mark.term, ground)];
    case 'when':
      return isEmpty(valueAt(ground.values, mark.path)) ? [] : [grown(mark.tree, ground)];
    case 'each': {
      const items = valueAt(ground.values, mark.path);
      return Array.isArray(items) ? items : [];
    }
  }
}

function meaningOf(term: Term, ground: Ground): Json {
  switch (term.kind) {
    case 'value':
      return valueAt(ground.values, term.path);
    case 'namespace':
      return ground.namespace;
    case 'version':
      return ground.version;
    case 'text':
      return term.parts.map(part => (typeof part === 'string' ? part : `${meaningOf(part, ground)}`)).join('');
    case 'either': {
      const first = meaningOf(term.first, ground);
      return isEmpty(first) ? meaningOf(term.other, ground) : first;
    }
  }
}

/** Null where there is nothing. */
export function valueAt(values: Json, path: string): Json {
  let found: Json = values;
  for (const step of path.split('.')) {
    const members: Readonly<Record<string, Json>> = Object(found);
    found = Object.hasOwn(members, step) ? (members[step] ?? null) : null;
  }
  return found;
}

/** As Helm's `if` has it. */
export function isEmpty(value: Json): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return !value;
}
