import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { queryValue } from './query.ts';

const TABLE: readonly (readonly [query: string, name: string, value: string | undefined])[] = [
  ['', 'a', undefined],
  ['a=1', 'a', '1'],
  ['a=1&a=2', 'a', '1'],
  ['b=1&a=2', 'a', '2'],
  ['aa=1', 'a', undefined],
  ['A=1', 'a', undefined],
  ['a', 'a', ''],
  ['a&b=1', 'a', ''],
  ['a&b=1', 'b', '1'],
  ['a==', 'a', '='],
  ['=1', '', undefined],
  ['&&a=1', 'a', '1'],
  ['a=b+c', 'a', 'b c'],
  ['a=%2B', 'a', '+'],
  ['%61=1', 'a', '1'],
  ['a+b=1', 'a b', '1'],
  ['a+b=1', 'a+b', undefined],
  ['a%2Bb=1', 'a+b', '1'],
  ['a=caf%C3%A9', 'a', 'café'],
  ['a=caf\xc3\xa9', 'a', 'café'],
  ['%C3%A9=1', 'é', '1'],
  ['a=%', 'a', '%'],
  ['a=%zz%41', 'a', '%zzA'],
  ['a=%FF', 'a', '\ufffd'],
  ['a=1;b=2', 'a', '1;b=2'],
  ['a%26b=1', 'a&b', '1'],
];

for (const [query, name, value] of TABLE) {
  test(`${name || 'the empty name'} in ?${query} is ${JSON.stringify(value)}`, () => {
    assert.equal(queryValue(query, name), value);
  });
}

test('the value of a parameter is what URLSearchParams reads', () => {
  const part = fc.array(fc.constantFrom('a', 'b', '%61', '+', '=', '&', '%', '%26', '%C3%A9'), { maxLength: 10 });
  fc.assert(
    fc.property(part, parts => {
      const query = parts.join('');
      const params = new URLSearchParams(query);
      for (const name of ['a', 'b', 'a b', 'é', 'aa', '%']) {
        assert.equal(queryValue(query, name), params.get(name) ?? undefined, `${name} in ${query}`);
      }
    }),
    { numRuns: 1000 },
  );
});
