import assert from 'node:assert/strict';
import { test } from 'node:test';
import { redacted } from './redacted.ts';
import { seal } from './seal.ts';
import type { Secret } from './secret.ts';

const CONTENTS: readonly Secret['content'][] = [
  { kind: 'keyPair', chain: 'shown', key: 'hidden', algorithm: 'rsa', hostnames: [] },
  { kind: 'sessionKeys', keys: ['hidden', 'hidden too'] },
  { kind: 'authorities', pem: 'shown' },
];

test('what is shown of a Secret has no private key in it', () => {
  const origin = { kind: 'Secret', namespace: 'ns', name: 's' };
  for (const content of CONTENTS) {
    const shown = JSON.stringify(redacted(seal({ kind: 'Secret', name: 's', content, origin })));
    assert.doesNotMatch(shown, /hidden/);
    assert.match(shown, content.kind === 'sessionKeys' ? /not shown/ : /shown/);
  }
});
