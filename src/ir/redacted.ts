import type { Unit } from './config.ts';
import type { Secret } from './secret.ts';

/** What may be shown of a unit: everything but private keys. */
export function redacted(unit: Unit): Unit {
  return unit.kind === 'Secret' ? { ...unit, content: shown(unit.content) } : unit;
}

function shown(content: Secret['content']): Secret['content'] {
  switch (content.kind) {
    case 'keyPair':
      return { ...content, key: '(not shown)' };
    case 'sessionKeys':
      return { ...content, keys: content.keys.map(() => '(not shown)') };
    case 'authorities':
      return content;
  }
}
