import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { yamlText } from './yaml-text.ts';

const TEXTS = [
  'cart',
  'a.b-c',
  'true',
  'No',
  'n',
  '',
  '80',
  '1e3',
  'x: y',
  'x\nkind: ClusterRole',
  '- a',
  '#',
  '"',
  '*',
  "it's",
  'é\u2028',
];

for (const text of TEXTS) {
  test(`${JSON.stringify(text)} comes back as it is`, () => {
    assert.deepEqual(parse(`name: ${yamlText(text)}\nafter: 1\n`), { name: text, after: 1 });
    assert.deepEqual(parse(`name: ${yamlText(text)}\nafter: 1\n`, { version: '1.1' }), { name: text, after: 1 });
  });
}

test('a name stands as it is', () => assert.equal(yamlText('cart-v2.shop'), 'cart-v2.shop'));
