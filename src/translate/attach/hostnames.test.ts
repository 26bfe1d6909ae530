import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commonHostname, commonHostnames, isHostname, nearHostname } from './hostnames.ts';

const INTERSECTIONS: readonly [a: string, b: string, common: string | undefined][] = [
  ['*', '*', '*'],
  ['*', 'a.example.com', 'a.example.com'],
  ['*', '*.example.com', '*.example.com'],
  ['a.example.com', 'a.example.com', 'a.example.com'],
  ['a.example.com', 'b.example.com', undefined],
  ['*.example.com', 'a.example.com', 'a.example.com'],
  ['*.example.com', 'a.b.example.com', 'a.b.example.com'],
  ['*.example.com', 'example.com', undefined],
  ['*.example.com', 'badexample.com', undefined],
  ['*.com', '*.example.com', '*.example.com'],
  ['*.example.com', '*.example.com', '*.example.com'],
  ['*.example.com', '*.example.org', undefined],
  ['*.a.example.com', '*.b.example.com', undefined],
];

test('commonHostname gives what both hostnames have in common, whichever comes first', () => {
  for (const [a, b, common] of INTERSECTIONS) {
    assert.equal(commonHostname(a, b), common, `${a} with ${b}`);
    assert.equal(commonHostname(b, a), common, `${b} with ${a}`);
  }
});

test('commonHostnames leaves out what the listener has not, repeats and what is no hostname', () => {
  const cases: readonly [listener: string, route: readonly string[], common: readonly string[]][] = [
    ['*.example.com', [], ['*.example.com']],
    ['*', [], ['*']],
    ['a.example.com', ['*.example.com', 'a.example.com'], ['a.example.com']],
    ['*.example.com', ['a.example.com', 'b.example.org'], ['a.example.com']],
    ['*', ['A.Example.com'], ['a.example.com']],
    ['*', ['10.0.0.1', 'a b', '*', ''], []],
    ['a.example.com', ['b.example.com'], []],
  ];
  for (const [listener, route, common] of cases) {
    assert.deepEqual(commonHostnames(listener, route), common, `${listener} with ${route}`);
  }
});

test('isHostname knows DNS names and wildcards from anything else', () => {
  for (const name of ['a', 'example.com', '*.example.com', 'x-1.example.com']) assert.ok(isHostname(name), name);
  for (const name of [
    '',
    '*',
    '*.',
    'a.*.com',
    '10.0.0.1',
    'a..b',
    '-a.com',
    'a.com:80',
    'A.com',
    'a_b.com',
    '[::1]',
  ]) {
    assert.ok(!isHostname(name), name);
  }
});

test('nearHostname finds a slip in one label, and nothing else', () => {
  const cases: readonly (readonly [written: string, listener: string, near: string | undefined])[] = [
    ['admin.shop.exmaple', '*.shop.example', 'admin.shop.example'],
    ['a.b.shop.exmaple', '*.shop.example', 'a.b.shop.example'],
    ['shopp.example.com', 'shop.example.com', 'shop.example.com'],
    ['*.shop.exmaple', '*.shop.example', '*.shop.example'],
    ['shop.exmaple', '*.shop.example', undefined],
    ['blog.example.com', 'shop.example.com', undefined],
    ['a.example.com', 'b.example.com', undefined],
    ['shop.example.com', '*', undefined],
    ['shopp.exmaple.com', 'shop.example.com', undefined],
  ];
  for (const [written, listener, near] of cases) assert.equal(nearHostname(written, ['*', listener]), near, written);
});
