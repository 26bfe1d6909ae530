import type { SluiceProxySpec } from '../../resources/index.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Whose fields only make sense together. */
const WHOLE: ReadonlySet<string> = new Set(['autoscaling', 'disruptionBudget']);

/**
 * The parameters of a class with a Gateway's on top: per field, and per key in maps; the Gateway's lists take the place of the
 * class's, but for patches, which come after them.
 */
export function mergeParameters(ofClass: SluiceProxySpec, own: SluiceProxySpec): SluiceProxySpec {
  const patches = [...(ofClass.patches ?? []), ...(own.patches ?? [])];
  return { ...merge(ofClass, own), ...(patches.length > 0 && { patches }) };
}

function merge(below: Fields, above: Fields): Fields {
  const entries = Object.entries(above).map(([name, value]) => {
    const under = Object.hasOwn(below, name) ? below[name] : undefined;
    return [name, isFields(under) && isFields(value) && !WHOLE.has(name) ? merge(under, value) : value] as const;
  });
  return Object.fromEntries([...Object.entries(below), ...entries]);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
