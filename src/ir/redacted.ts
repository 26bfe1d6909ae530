import type { Unit } from './config.ts';

/** What may be shown of a unit: everything but a private key. */
export function redacted(unit: Unit): Unit {
  if (unit.kind !== 'Secret' || unit.content.kind !== 'keyPair') return unit;
  return { ...unit, content: { ...unit.content, key: '(not shown)' } };
}
