import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { strategicMerge } from './strategic-merge.ts';

type Fields = Readonly<Record<string, unknown>>;

const KEYS = new Map([
  ['containers', 'name'],
  ['containers.env', 'name'],
  ['volumes', 'name'],
]);

interface Row {
  readonly name: string;
  readonly original: Fields;
  readonly patch: Fields;
  readonly expect: Fields | undefined;
}

const TABLE: readonly Row[] = [
  {
    name: 'maps merge, field by field',
    original: { a: { b: 1, c: 2 }, d: 3 },
    patch: { a: { b: 4, e: 5 } },
    expect: { a: { b: 4, c: 2, e: 5 }, d: 3 },
  },
  { name: 'null deletes', original: { a: 1, b: { c: 1 } }, patch: { a: null, b: { c: null } }, expect: { b: {} } },
  {
    name: 'null of what is not there is nothing, at any depth',
    original: {},
    patch: { a: null, b: { c: null, d: 1 } },
    expect: { b: { d: 1 } },
  },
  {
    name: 'a map takes the place of what is no map, and the other way round',
    original: { a: 1, b: { c: 1 } },
    patch: { a: { x: 1 }, b: 'y' },
    expect: { a: { x: 1 }, b: 'y' },
  },
  {
    name: 'lists without a key are replaced',
    original: { args: ['a', 'b'], tolerations: [{ key: 'x' }] },
    patch: { args: ['c'], tolerations: [{ key: 'y' }] },
    expect: { args: ['c'], tolerations: [{ key: 'y' }] },
  },
  {
    name: 'lists with a key merge by it; what is new comes last',
    original: {
      containers: [
        { name: 'a', image: '1', env: [{ name: 'X', value: '1' }] },
        { name: 'b', image: '2' },
      ],
    },
    patch: {
      containers: [
        { name: 'c', image: '3' },
        {
          name: 'a',
          env: [
            { name: 'Y', value: '2' },
            { name: 'X', value: '3' },
          ],
        },
      ],
    },
    expect: {
      containers: [
        {
          name: 'a',
          image: '1',
          env: [
            { name: 'X', value: '3' },
            { name: 'Y', value: '2' },
          ],
        },
        { name: 'b', image: '2' },
        { name: 'c', image: '3' },
      ],
    },
  },
  {
    name: 'an item is deleted by its key',
    original: { containers: [{ name: 'a' }, { name: 'b' }] },
    patch: {
      containers: [
        { name: 'a', $patch: 'delete' },
        { name: 'z', $patch: 'delete' },
      ],
    },
    expect: { containers: [{ name: 'b' }] },
  },
  {
    name: 'a list is replaced where an item says so',
    original: { containers: [{ name: 'a' }, { name: 'b', image: '1' }] },
    patch: { containers: [{ $patch: 'replace' }, { name: 'b' }] },
    expect: { containers: [{ name: 'b' }] },
  },
  {
    name: 'a map is replaced, or deleted',
    original: { a: { b: 1 }, c: { d: 1 } },
    patch: { a: { $patch: 'replace', x: 1 }, c: { $patch: 'delete' } },
    expect: { a: { x: 1 } },
  },
  { name: 'the whole object is deleted', original: { a: 1 }, patch: { $patch: 'delete' }, expect: undefined },
  {
    name: 'of a union, only what is named is retained',
    original: { volumes: [{ name: 'v', emptyDir: {} }] },
    patch: { volumes: [{ name: 'v', $retainKeys: ['name', 'hostPath'], hostPath: { path: '/x' } }] },
    expect: { volumes: [{ name: 'v', hostPath: { path: '/x' } }] },
  },
  {
    name: 'the order that somebody had means nothing',
    original: { containers: [{ name: 'a' }, { name: 'b' }] },
    patch: { '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }] },
    expect: { containers: [{ name: 'a' }, { name: 'b' }] },
  },
  {
    name: 'names of fields are no more than that',
    original: { a: 1 },
    patch: JSON.parse('{"__proto__": {"polluted": true}, "constructor": {"b": 1}}'),
    expect: JSON.parse('{"a": 1, "__proto__": {"polluted": true}, "constructor": {"b": 1}}'),
  },
];

for (const { name, original, patch, expect } of TABLE) {
  test(`strategic merge: ${name}`, () => {
    const before = structuredClone(original);
    assert.deepEqual(strategicMerge(original, patch, KEYS), { object: expect, faults: [] });
    assert.deepEqual(original, before);
  });
}

function nested(depth: number): Fields {
  return depth === 0 ? {} : { a: nested(depth - 1) };
}

const FAULTS: readonly (readonly [patch: Fields, fault: RegExp])[] = [
  [{ containers: [{ image: 'x' }] }, /^containers: each item must have name/],
  [{ containers: ['x'] }, /^containers: items must be objects with name$/],
  [{ a: { $patch: 'merged' } }, /^a: \$patch must be delete, replace or merge$/],
  [{ '$deleteFromPrimitiveList/finalizers': ['x'] }, /^\$deleteFromPrimitiveList\/finalizers is no directive/],
  [nested(1000), /^(a\.)+a: is too deep$/],
];

for (const [patch, fault] of FAULTS) {
  test(`strategic merge refuses: ${String(fault)}`, () => {
    const { faults } = strategicMerge({}, patch, KEYS);
    assert.equal(faults.length, 1);
    assert.match(faults[0] ?? '', fault);
  });
}

const { value } = fc.letrec<{ value: unknown; item: Fields; map: Fields }>(tie => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constant(null),
    fc.nat(3),
    fc.array(fc.nat(3)),
    tie('map'),
  ),
  item: fc.record({ name: fc.constantFrom('a', 'b', 'c'), x: tie('value') }, { requiredKeys: ['name'] }),
  map: fc.record(
    {
      a: tie('value'),
      containers: fc.array(tie('item'), { maxLength: 3 }),
      $patch: fc.constantFrom('merge', 'replace', 'delete'),
    },
    { requiredKeys: [] },
  ),
}));
const map = value.map(found => ({ a: found }));

test('a patch that is applied twice is as if applied once', () => {
  fc.assert(
    fc.property(map, map, (original, patch) => {
      const { object: start = {} } = strategicMerge({}, original, KEYS);
      const { object: once = {} } = strategicMerge(start, patch, KEYS);
      const { object: twice } = strategicMerge(once, patch, KEYS);
      assert.deepEqual(twice, once);
    }),
  );
});
