import { isDeepStrictEqual } from 'node:util';
import type { RawObject } from '../../src/kubernetes/index.ts';
import { type Draft, isRecord, metadataOf } from './writing.ts';

/** Server-side apply as far as Sluice uses it: fields by manager; lists whose items have names are merged by them. */
export interface Applies {
  /** The fields of the object after `draft` was applied by that manager; or the path of a field that another one holds. */
  merge(
    current: RawObject | undefined,
    draft: Draft,
    manager: string,
    force: boolean,
  ): Draft | { readonly held: string };
  /** That is what came of it. */
  stored(object: RawObject, draft: Draft, manager: string): void;
}

/** What the server fills in, and no manager holds. */
const OF_SERVER = ['uid', 'resourceVersion', 'generation', 'creationTimestamp', 'managedFields', 'deletionTimestamp'];

export function createApplies(): Applies {
  const applied = new Map<string, Draft>();
  const keyOf = (object: RawObject, manager: string) => `${object.metadata.uid} ${manager}`;
  return {
    merge(current, draft, manager, force) {
      const meant = withoutServerFields(draft);
      if (!current) return meant;
      const before = applied.get(keyOf(current, manager)) ?? {};
      const held = force ? undefined : conflict(current, meant, before, '');
      if (held !== undefined) return { held };
      const result = overlay(without(current, before, meant), meant);
      return isRecord(result) ? result : meant;
    },
    stored: (object, draft, manager) => applied.set(keyOf(object, manager), withoutServerFields(draft)),
  };
}

function withoutServerFields(draft: Draft): Draft {
  const metadata = Object.entries(metadataOf(draft)).filter(([key]) => !OF_SERVER.includes(key));
  return { ...draft, metadata: Object.fromEntries(metadata) };
}

const nameOf = (item: unknown) => (isRecord(item) && typeof item.name === 'string' ? item.name : undefined);
const areNamed = (items: readonly unknown[]) => items.every(item => nameOf(item) !== undefined);
const counterpart = (items: readonly unknown[], item: unknown) => items.find(other => nameOf(other) === nameOf(item));

/** The first field that has another value, which this manager did not give it. */
function conflict(current: unknown, meant: unknown, before: unknown, path: string): string | undefined {
  if (isRecord(meant) && isRecord(current)) {
    for (const [key, value] of Object.entries(meant)) {
      if (!(key in current)) continue;
      const found = conflict(current[key], value, isRecord(before) ? before[key] : undefined, `${path}.${key}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  return isDeepStrictEqual(current, meant) || isDeepStrictEqual(current, before) ? undefined : path;
}

/** `current` without what stands in `before` and not in `meant`. */
function without(current: unknown, before: unknown, meant: unknown): unknown {
  if (Array.isArray(current) && Array.isArray(before) && Array.isArray(meant) && areNamed(before)) {
    const gone = before.filter(item => !counterpart(meant, item)).map(nameOf);
    return current
      .filter(item => !gone.includes(nameOf(item)))
      .map(item => without(item, counterpart(before, item), counterpart(meant, item)));
  }
  if (!isRecord(current) || !isRecord(before) || !isRecord(meant)) return current;
  const kept = Object.entries(current).filter(([key]) => !(key in before) || key in meant);
  return Object.fromEntries(kept.map(([key, value]) => [key, without(value, before[key], meant[key])]));
}

function overlay(current: unknown, meant: unknown): unknown {
  if (Array.isArray(current) && Array.isArray(meant) && areNamed(meant) && areNamed(current)) {
    const added = meant.filter(item => !counterpart(current, item));
    const merged = current.map(item => {
      const own = counterpart(meant, item);
      return own === undefined ? item : overlay(item, own);
    });
    return [...merged, ...added];
  }
  if (!isRecord(current) || !isRecord(meant)) return meant;
  const merged = Object.entries(meant).map(([key, value]) => [
    key,
    key in current ? overlay(current[key], value) : value,
  ]);
  return { ...current, ...Object.fromEntries(merged) };
}
