import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { dedicatedName, labelValueOf, mergedName } from './data-plane-name.ts';

const LONG = `${'shop.'.repeat(50)}web`;

const DEDICATED: readonly (readonly [gateway: string, className: string, expect: RegExp])[] = [
  ['web', 'sluice', /^web-sluice$/],
  ['web-internal', 'sluice', /^web-internal-sluice$/],
  ['web', 'internal-sluice', /^web-internal-sluice-[0-9a-f]{8}$/],
  ['web', 'deadbeef', /^web-deadbeef-[0-9a-f]{8}$/],
  ['web', 'example.com', /^web-example-com-[0-9a-f]{8}$/],
  ['shop.example', 'sluice', /^shop-example-sluice-[0-9a-f]{8}$/],
  ['8web', 'sluice', /^g-8web-sluice-[0-9a-f]{8}$/],
  [LONG, 'sluice', /^(shop-){10}shop-[0-9a-f]{8}$|^(shop-){10}shopx-[0-9a-f]{8}$/],
  // These are what our own objects in the controller's namespace are called.
  ['sluice', 'controller', /^sluice-controller-[0-9a-f]{8}$/],
  ['sluice', 'merged', /^sluice-merged-[0-9a-f]{8}$/],
];

for (const [gateway, className, expect] of DEDICATED) {
  test(`the data plane of ${gateway.slice(0, 20)} of class ${className}`, () => {
    assert.match(dedicatedName(gateway, className), expect);
  });
}

test('merged data planes are called after their class', () => {
  assert.equal(mergedName('sluice'), 'sluice-merged');
  assert.match(mergedName('a.b'), /^a-b-merged-[0-9a-f]{8}$/);
});

test('values of labels', () => {
  assert.equal(labelValueOf('a.b'), 'a.b');
  assert.equal(labelValueOf('a'.repeat(63)), 'a'.repeat(63));
  const cut = labelValueOf('a'.repeat(64));
  assert.match(cut, /^a{54}-[0-9a-f]{8}$/);
  assert.notEqual(labelValueOf(cut), cut);
});

const part = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,6}[a-z0-9])?$/);
/** As names of Gateways and classes may be, few and alike, so that they meet. */
const name = fc.oneof(
  fc.constantFrom('a', 'b', 'a-b', 'b-c', 'a.b', 'merged', 'deadbeef', LONG, LONG.slice(5)),
  fc.array(part, { minLength: 1, maxLength: 20 }).map(parts =>
    parts
      .join('.')
      .slice(0, 253)
      .replace(/[-.]+$/, ''),
  ),
);

test('no two data planes of a namespace have one name, and a Service may have it', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(name, name), { maxLength: 40 }), pairs => {
      const names = new Map<string, string>();
      const planes = pairs.flatMap(([gateway, className]) => [
        [dedicatedName(gateway, className), JSON.stringify([gateway, className])] as const,
        [mergedName(className), JSON.stringify([className])] as const,
      ]);
      for (const [plane, of] of planes) {
        assert.match(plane, /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/);
        assert.equal(names.get(plane) ?? of, of, plane);
        names.set(plane, of);
      }
    }),
  );
});

test('no two names have one value of a label', () => {
  fc.assert(
    fc.property(fc.uniqueArray(name, { maxLength: 40 }), names => {
      const values = names.flatMap(of => [of, labelValueOf(of)]).map(labelValueOf);
      for (const value of values) assert.match(value, /^[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?$/);
      assert.equal(new Set(names.map(labelValueOf)).size, names.length);
    }),
  );
});
