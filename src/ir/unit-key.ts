import type { UnitKind, UnitName } from './config.ts';

/** A unit's name among units of all kinds. Kinds have no spaces. */
export function unitKey({ kind, name }: UnitName): string {
  return `${kind} ${name}`;
}

/** The inverse of {@link unitKey}. */
export function unitNameOf(key: string): UnitName {
  const at = key.indexOf(' ');
  return { kind: key.slice(0, at) as UnitKind, name: key.slice(at + 1) };
}
