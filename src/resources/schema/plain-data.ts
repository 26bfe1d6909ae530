const DEEPEST = 200;

/** An object of fields: no list, no null, no instance of a class. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** A frozen copy of plain data; undefined for anything else: cycles, what nests too deep, instances of classes. */
export function plainCopy(value: unknown, ancestors: readonly unknown[] = []): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (ancestors.length > DEEPEST || ancestors.includes(value)) return undefined;
  const within = [...ancestors, value];
  if (Array.isArray(value)) return wholeList(value.map(item => plainCopy(item, within)));
  if (!isRecord(value)) return undefined;
  const entries = Object.entries(value).map(([key, item]) => [key, plainCopy(item, within)] as const);
  return entries.some(([, item]) => item === undefined) ? undefined : Object.freeze(Object.fromEntries(entries));
}

function wholeList(items: unknown[]): unknown {
  return items.includes(undefined) ? undefined : Object.freeze(items);
}
