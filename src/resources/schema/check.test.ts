import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boolean, integer, json, list, map, object, oneOf, optional, ruled, text, withDefault } from './build.ts';
import { check } from './check.ts';
import type { Schema } from './schema.ts';

const point = object({
  x: integer({ min: 0 }),
  label: withDefault(text({ maxLength: 3 }), 'p'),
  nested: withDefault(object({ on: withDefault(boolean, true) }), {}),
  note: optional(text()),
});

/** Name, schema, value, and the completed value. */
const COMPLETED: readonly (readonly [string, Schema<unknown>, unknown, unknown])[] = [
  ['defaults within defaults', point, { x: 1 }, { x: 1, label: 'p', nested: { on: true } }],
  ['null where a default is', point, { x: 1, label: null }, { x: 1, label: 'p', nested: { on: true } }],
  ['null where nothing is required', point, { x: 1, note: null }, { x: 1, label: 'p', nested: { on: true } }],
  ['an unknown field', object({}), { a: 1 }, {}],
  ['null in a map', map(text()), { a: null, b: 'c' }, { b: 'c' }],
  ['length in code points', text({ maxLength: 2 }), '😀😀', '😀😀'],
  ['any data', json, { a: [1, null, { b: 'c' }] }, { a: [1, null, { b: 'c' }] }],
  [
    'a key that is a name of every object',
    map(text()),
    JSON.parse('{"__proto__":"a"}'),
    JSON.parse('{"__proto__":"a"}'),
  ],
];

for (const [name, schema, value, completed] of COMPLETED) {
  test(`completes: ${name}`, () => {
    const checked = check(schema, value);
    assert.deepEqual(checked.value, completed);
    assert.ok(checked.findings.every(finding => finding.severity === 'warning'));
  });
}

const cycle: Record<string, unknown> = {};
cycle.self = cycle;
cycle.again = cycle;

/** Name, schema, value, whether the value is still of its type, and what is found. */
const FOUND: readonly (readonly [string, Schema<unknown>, unknown, boolean, ...string[]])[] = [
  ['a list for an object', point, [], false, 'WrongType '],
  ['an instance for an object', point, new Map(), false, 'WrongType '],
  ['a missing field', point, {}, false, 'Required x'],
  ['an inherited field', point, Object.create({ x: 1 }), false, 'WrongType '],
  ['null in a list', list(text()), [null], false, 'WrongType [0]'],
  ['a float', integer(), 1.5, false, 'WrongType '],
  ['not a number', integer(), Number.NaN, false, 'WrongType '],
  ['a number out of range', integer({ min: 1, max: 2 }), 3, true, 'OutOfRange '],
  ['too long', text({ maxLength: 2 }), 'abc', true, 'TooLong '],
  ['too short', text({ minLength: 1 }), '', true, 'TooShort '],
  ['a value that is not listed', oneOf('On', 'Off'), 'on', true, 'UnsupportedValue '],
  ['repeats in a set', list(text(), { unique: true }), ['a', 'b', 'a'], true, 'Duplicate [2]'],
  ['repeats of a key', list(point, { unique: ['x'] }), [{ x: 1 }, { x: 1 }], true, 'Duplicate [1]'],
  ['data that hold themselves', json, cycle, false, 'WrongType '],
  ['a function among data', json, { a: () => 1 }, false, 'WrongType '],
  ['an unknown field', object({ a: optional(text()) }), { b: 1 }, true, 'UnknownField b'],
  [
    'every problem at once',
    point,
    { x: -1, label: 'long', zz: 1 },
    true,
    'OutOfRange x',
    'TooLong label',
    'UnknownField zz',
  ],
];

for (const [name, schema, value, typed, ...found] of FOUND) {
  test(`finds: ${name}`, () => {
    const checked = check(schema, value);
    assert.deepEqual(
      checked.findings.map(({ code, path }) => `${code} ${path}`),
      found,
    );
    assert.equal(checked.value !== undefined, typed);
  });
}

test('a rule sees only values whose parts are valid', () => {
  const seen: unknown[] = [];
  const schema = ruled(list(integer({ max: 9 })), value => {
    seen.push(value);
    return value.length > 1 ? 'too much' : undefined;
  });
  const codes = [[1], [1, 2], [10], ['a']].map(value => check(schema, value).findings.map(({ code }) => code));
  assert.deepEqual(codes, [[], ['InvalidCombination'], ['OutOfRange'], ['WrongType']]);
  assert.deepEqual(seen, [[1], [1, 2]]);
});

test('what is completed is frozen to its leaves, and shares nothing with what was given', () => {
  const given = { x: 1, nested: { on: false } };
  const { value } = check(point, given);
  assert.ok(value && Object.isFrozen(value) && Object.isFrozen(value.nested));
  given.nested.on = true;
  assert.equal(value.nested.on, false);
});

/** Value for a schema, and what its message must say. */
const HINTS: readonly (readonly [Schema<unknown>, unknown, RegExp])[] = [
  [text(), true, /must be a string, not true; put it in quotes/],
  [integer({ min: 1, max: 9 }), '7', /an integer from 1 to 9, not "7"; write it without quotes/],
  [list(text()), 'a', /a list, not "a"; write each item after "- "/],
  [point, [], /an object with x, not a list; write its fields without "- "/],
  [oneOf('Exact', 'PathPrefix', 'Re'), 'pathprefix', /must be Exact, PathPrefix or Re.*did you mean PathPrefix\?/],
  [text({ maxLength: 1 }), 'abc', /at most 1 characters, not 3/],
];

for (const [schema, value, message] of HINTS) {
  test(`says what would be right instead of ${JSON.stringify(value)}`, () => {
    assert.match(check(schema, value).findings[0]!.message, message);
  });
}

test('guesses what was meant a hundred times and no more', () => {
  const unknown = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`label${i}`, i]));
  const { findings } = check(point, { x: 1, ...unknown });
  assert.equal(findings.length, 200);
  assert.equal(findings.filter(({ message }) => message.endsWith('did you mean label?')).length, 100);
});
