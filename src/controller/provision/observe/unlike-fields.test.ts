import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unlikeFields } from './unlike-fields.ts';

const rows: readonly (readonly [what: string, meant: unknown, live: unknown, expected: readonly string[]])[] = [
  ['defaults and what others add', { spec: { a: 1 } }, { spec: { a: 1, b: 2 }, status: {} }, []],
  ['another value', { spec: { a: 1 } }, { spec: { a: 2 } }, ['spec.a']],
  ['a field that is gone', { spec: { a: { b: 1 } } }, { spec: {} }, ['spec.a.b']],
  ['an empty object that is not there', { emptyDir: {} }, {}, []],
  ['items by their names', { c: [{ name: 'x', v: 1 }] }, { c: [{ name: 'sidecar' }, { name: 'x', v: 1, d: 2 }] }, []],
  ['an item that is gone', { c: [{ name: 'x', v: 1 }] }, { c: [{ name: 'y', v: 1 }] }, ['c[x].name', 'c[x].v']],
  [
    'one volume at two paths',
    {
      m: [
        { name: 'v', mountPath: '/a' },
        { name: 'v', mountPath: '/b' },
      ],
    },
    {
      m: [
        { name: 'v', mountPath: '/b' },
        { name: 'v', mountPath: '/a' },
      ],
    },
    [],
  ],
  ['a list of texts is one value', { args: ['a', 'b'] }, { args: ['a', 'b', 'c'] }, ['args']],
  ['in its order', { args: ['a', 'b'] }, { args: ['b', 'a'] }, ['args[0]', 'args[1]']],
  ['an empty list that is not there', { args: [] }, {}, []],
  ['fields that are left out', { a: undefined }, {}, []],
];

for (const [what, meant, live, expected] of rows) {
  test(`what is not as it is meant: ${what}`, () => assert.deepEqual(unlikeFields(meant, live), expected));
}
