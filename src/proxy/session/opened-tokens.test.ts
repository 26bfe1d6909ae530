import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OpenedTokens } from './opened-tokens.ts';

const opened = (endpoint: string) => ({ binding: 'rule', share: 'share', endpoint, issued: 0 });

test('what is asked for stays, what is not is forgotten, and there is never more than there may be', () => {
  const tokens = new OpenedTokens(10);
  tokens.add('used', opened('used'));
  tokens.add('unused', opened('unused'));
  for (let i = 0; i < 100; i++) {
    tokens.add(`other ${i}`, opened('other'));
    assert.equal(tokens.get('used')?.endpoint, 'used', `after ${i}`);
    assert.ok(tokens.size <= 10, `${tokens.size} after ${i}`);
  }
  assert.equal(tokens.get('unused'), undefined);
  assert.equal(tokens.get('other 99')?.endpoint, 'other');
});
