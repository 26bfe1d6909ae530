import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Unit } from '../src/ir/index.ts';
import { understand } from '../src/proxy/index.ts';
import { caseNames, readCase } from './golden/golden-case.ts';
import { translateCase } from './golden/translated-case.ts';

/** Of the golden cases; as they come over a wire. */
const units: Unit[] = [];
for (const name of caseNames()) units.push(...JSON.parse(JSON.stringify((await translateCase(readCase(name))).units)));

test('a data plane understands all that translation says', () => {
  assert.ok(units.length > 500);
  assert.deepEqual(understand({ upserts: units, removals: [] }).rejections, []);
});

/** The paths of all objects inside. */
function objectsIn(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.entries(value).flatMap(([key, each]) => objectsIn(each, [...path, key]));
  return Array.isArray(value) ? inner : [path, ...inner];
}

function withFieldAt(unit: Unit, path: readonly (string | number)[]): Unit {
  const copy = structuredClone(unit);
  let target: object = copy;
  for (const key of path) target = Reflect.get(target, key);
  Reflect.set(target, 'ofTheFuture', true);
  return copy;
}

test('a field that is not known is found wherever it is, but for where things come from', () => {
  const kinds = Map.groupBy(units, ({ kind }) => kind);
  for (const some of kinds.values()) {
    for (const unit of some.slice(0, 20)) {
      for (const path of objectsIn(unit)) {
        const { rejections } = understand({ upserts: [withFieldAt(unit, path)], removals: [] });
        assert.equal(rejections.length, path.at(-1) === 'origin' ? 0 : 1, `${unit.kind} ${path.join('.')}`);
      }
    }
  }
});
