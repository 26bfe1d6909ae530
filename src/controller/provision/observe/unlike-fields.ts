import { isRecord } from '../../../resources/index.ts';

/**
 * Paths of fields of `meant` that `live` has not or has otherwise. What others added is none of our business, as in
 * server-side apply: further fields, further items of lists whose items have names.
 */
export function unlikeFields(meant: unknown, live: unknown, path = ''): readonly string[] {
  if (Array.isArray(meant)) return unlikeItems(meant, live, path);
  if (isRecord(meant)) {
    const other = isRecord(live) ? live : {};
    return Object.entries(meant).flatMap(([key, value]) =>
      value === undefined ? [] : unlikeFields(value, other[key], path === '' ? key : `${path}.${key}`),
    );
  }
  return meant === live ? [] : [path];
}

function unlikeItems(meant: readonly unknown[], live: unknown, path: string): readonly string[] {
  if (!Array.isArray(live)) return meant.length === 0 ? [] : [path];
  const key = KEYS.find(each => meant.length > 0 && meant.every(item => isRecord(item) && each in item));
  if (key === undefined && live.length !== meant.length) return [path];
  return meant.flatMap((item, at) => {
    const other = key === undefined ? live[at] : live.find(each => isRecord(each) && each[key] === valueAt(item, key));
    return unlikeFields(item, other, `${path}[${key === undefined ? at : String(valueAt(item, key))}]`);
  });
}

/** What tells the items of a list apart, in the kinds that we make: `mountPath` before `name`, for a volume may be mounted twice. */
const KEYS = ['mountPath', 'uid', 'name', 'ip', 'topologyKey'] as const;

function valueAt(item: unknown, key: string): unknown {
  return isRecord(item) ? item[key] : undefined;
}
