import { isRecord } from '../../../resources/index.ts';

type Fields = Readonly<Record<string, unknown>>;

/** `object` is undefined where the patch deletes it. Where there are faults, it is not to be used. */
export interface StrategicallyMerged {
  readonly object: Fields | undefined;
  /** What is wrong with the patch, each with the path at which it is. */
  readonly faults: readonly string[];
}

/**
 * A strategic merge patch of Kubernetes, as `kubectl patch` has it: maps merge, null deletes, lists with a key merge by it, others
 * are replaced; `$patch: delete` and `replace`, `$retainKeys`; `$setElementOrder` means nothing. New items of a list come last,
 * not first: variables of containers may then refer to those before them.
 *
 * @param keys by path, see `listKeys`
 */
export function strategicMerge(
  original: Fields,
  patch: Fields,
  keys: ReadonlyMap<string, string>,
): StrategicallyMerged {
  const faults: string[] = [];
  const object = mergeMap(original, patch, { path: '', depth: 0, keys, faults });
  return { object, faults };
}

interface At {
  readonly path: string;
  readonly depth: number;
  readonly keys: ReadonlyMap<string, string>;
  readonly faults: string[];
}

/** No object of Kubernetes goes deeper, and the stack is not endless. */
const DEEPEST = 100;

function mergeMap(original: Fields, patch: Fields, at: At): Fields | undefined {
  const { $patch: directive = 'merge', $retainKeys: retained, ...fields } = patch;
  if (directive === 'delete') return undefined;
  if (directive !== 'merge' && directive !== 'replace') fault(at, '$patch must be delete, replace or merge');
  const merged = new Map(directive === 'replace' ? [] : Object.entries(original).filter(isRetained(retained)));
  for (const [name, value] of Object.entries(fields)) {
    if (name.startsWith('$setElementOrder/')) continue;
    if (name.startsWith('$')) fault(at, `${name} is no directive that is known here`);
    const field = mergeValue(merged.get(name), value, within(at, name));
    if (field === undefined) merged.delete(name);
    else merged.set(name, field);
  }
  return Object.fromEntries(merged);
}

function isRetained(retained: unknown): (entry: readonly [string, unknown]) => boolean {
  return ([name]) => !Array.isArray(retained) || retained.includes(name);
}

/** Undefined: there is no such field. */
function mergeValue(original: unknown, patch: unknown, at: At): unknown {
  if (patch === null || patch === undefined) return undefined;
  if (at.depth > DEEPEST) return fault(at, 'is too deep');
  if (Array.isArray(patch)) return mergeList(Array.isArray(original) ? original : [], patch, at);
  return isRecord(patch) ? mergeMap(isRecord(original) ? original : {}, patch, at) : patch;
}

function mergeList(original: readonly unknown[], patch: readonly unknown[], at: At): readonly unknown[] {
  const key = at.keys.get(at.path);
  if (key === undefined) return patch;
  const items = patch.filter(isRecord);
  const replaces = items.some(({ $patch }) => $patch === 'replace');
  const merged = replaces ? [] : [...original];
  for (const item of items.filter(({ $patch }) => $patch !== 'replace')) mergeItem(merged, item, key, at);
  if (items.length < patch.length) fault(at, `items must be objects with ${key}`);
  return merged;
}

function mergeItem(list: unknown[], item: Fields, key: string, at: At): undefined {
  if (item[key] === undefined) return fault(at, `each item must have ${key}, by which it is found`);
  const index = list.findIndex(other => isRecord(other) && other[key] === item[key]);
  const other = list[index];
  const merged = mergeMap(isRecord(other) ? other : {}, item, at);
  if (merged === undefined) list.splice(index, index < 0 ? 0 : 1);
  else if (index < 0) list.push(merged);
  else list[index] = merged;
}

function within({ path, depth, ...at }: At, name: string): At {
  return { ...at, path: path === '' ? name : `${path}.${name}`, depth: depth + 1 };
}

function fault({ path, faults }: At, what: string): undefined {
  faults.push(path === '' ? what : `${path}: ${what}`);
}
