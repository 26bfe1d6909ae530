import { isRecord } from './schema/plain-data.ts';

const DEEPEST = 8;

/** The objects of a `List` (or of `HTTPRouteList` and the like), of lists within lists too; anything else is itself. */
export function expandList(raw: unknown, depth = 0): readonly unknown[] {
  if (!isRecord(raw) || typeof raw.kind !== 'string' || !raw.kind.endsWith('List')) return [raw];
  const { items, apiVersion, kind } = raw;
  if (!Array.isArray(items) || depth === DEEPEST) return [raw];
  const itemKind = kind.slice(0, -'List'.length);
  return items.flatMap(item => expandList(withKind(item, apiVersion, itemKind), depth + 1));
}

/** The API server leaves apiVersion and kind out of the items of a typed list. */
function withKind(item: unknown, apiVersion: unknown, kind: string): unknown {
  if (kind === '' || !isRecord(item) || item.kind !== undefined) return item;
  return { apiVersion, kind, ...item };
}
