import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shareKey, TokenBox } from './token-box.ts';

const KEYS = [1, 2].map(byte => new Uint8Array(32).fill(byte)) as [Uint8Array, Uint8Array];
const RULE = '["route",0]';
const SHARE = shareKey('Service/default/a/80', 0);
const NOW = 1_790_000_000_123;
const box = (...keys: Uint8Array[]) => new TokenBox(keys, () => NOW);

for (const endpoint of [
  '10.0.0.1:80',
  '[fd00:1234:5678:9abc:def0:1234:5678:9abc]:65535',
  `${'a.'.repeat(31)}b:8`,
  `${'a.'.repeat(126)}b:65535`,
]) {
  test(`what was sealed is opened by whoever has the key: ${endpoint.slice(0, 48)}`, () => {
    const token = box(KEYS[0]).seal(RULE, SHARE, endpoint);
    assert.match(token, /^[A-Za-z0-9_-]+$/);
    const expected = { binding: RULE, share: SHARE, endpoint, issued: NOW };
    for (const keys of [[KEYS[0]], [KEYS[1], KEYS[0]]]) assert.deepEqual(box(...keys).open(token, RULE), expected);
    assert.equal(box(KEYS[1]).open(token, RULE), undefined);
  });
}

test('a token is opened for its rule alone, also where it is known', () => {
  const known = box(KEYS[0]);
  const token = known.seal(RULE, SHARE, '10.0.0.1:80');
  assert.ok(known.open(token, RULE));
  assert.equal(known.open(token, '["route",1]'), undefined);
  assert.equal(box(KEYS[0]).open(token, '["route",1]'), undefined);
});

test('what is kept open is what came back and was true', () => {
  const one = box(KEYS[0]);
  const tokens = Array.from({ length: 5 }, () => one.seal(RULE, SHARE, '10.0.0.1:80'));
  assert.equal(one.kept, 0, 'most of those who get one may never come back');
  for (const token of [...tokens.slice(0, 2), ...tokens.slice(0, 2), `${tokens[3]!.slice(0, -2)}AA`])
    one.open(token, RULE);
  one.open(tokens[4]!, '["route",1]');
  assert.equal(one.kept, 2);
});

test('tokens are all of one length and never the same: nothing is learnt from them', () => {
  const one = box(KEYS[0]);
  const endpoints = ['1:1', '10.0.0.1:80', '10.0.0.1:80', '[fd00:1234:5678:9abc:def0:1234:5678:9abc]:65535'];
  const tokens = endpoints.map(endpoint => one.seal(RULE, SHARE, endpoint));
  assert.equal(new Set(tokens).size, 4);
  assert.deepEqual(new Set(tokens.map(token => token.length)), new Set([155]));
  const plain = tokens.map(token => Buffer.from(token, 'base64url').toString('latin1')).join('');
  assert.ok(!plain.includes('10.0.0.1') && !plain.includes(SHARE));
});

test('nonces are drawn anew when those at hand are used up', () => {
  const one = box(KEYS[0]);
  const nonces = Array.from({ length: 600 }, () => one.seal(RULE, SHARE, 'a:1').slice(3, 18));
  assert.equal(new Set(nonces).size, 600);
});

test('a change of any bit is noticed', () => {
  const token = Buffer.from(box(KEYS[0]).seal(RULE, SHARE, '10.0.0.1:80'), 'base64url');
  const fresh = box(KEYS[0]);
  for (let bit = 0; bit < token.length * 8; bit++) {
    const forged = Buffer.from(token);
    forged[bit >> 3]! ^= 1 << (bit & 7);
    assert.equal(fresh.open(forged.toString('base64url'), RULE), undefined, `bit ${bit}`);
  }
  for (let length = 0; length < token.length; length++) {
    assert.equal(fresh.open(token.subarray(0, length).toString('base64url'), RULE), undefined, `${length} bytes`);
  }
  assert.ok(fresh.open(token.toString('base64url'), RULE));
});

test('shares of one backend have names of their own', () => {
  const names = [shareKey('a', 0), shareKey('a', 1), shareKey('b', 0)];
  assert.deepEqual([new Set(names).size, ...names.map(name => name.length)], [3, 16, 16, 16]);
});

test('with keys that come later any box opens what another one sealed, and each what it sealed before', () => {
  const [first, second] = [box(KEYS[0]), box(KEYS[1])];
  const before = first.seal(RULE, SHARE, '10.0.0.1:80');
  const given = [3, 4].map(byte => new Uint8Array(32).fill(byte));
  for (const each of [first, second]) each.use(given);
  assert.equal(second.open(first.seal(RULE, SHARE, '10.0.0.2:80'), RULE)?.endpoint, '10.0.0.2:80');
  assert.equal(first.open(before, RULE)?.endpoint, '10.0.0.1:80');
  assert.equal(second.open(before, RULE), undefined);
});
