import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { changePath } from './rewrite-path.ts';

const PREFIX: readonly (readonly [path: string, prefix: string, value: string, expected: string])[] = [
  ['/foo/bar', '/foo', '/xyz', '/xyz/bar'],
  ['/foo/bar', '/foo', '/xyz/', '/xyz/bar'],
  ['/foo', '/foo', '/xyz', '/xyz'],
  ['/foo/', '/foo', '/xyz', '/xyz/'],
  ['/foo/bar', '/foo', '', '/bar'],
  ['/foo/', '/foo', '', '/'],
  ['/foo', '/foo', '', '/'],
  ['/foo', '/foo', '/', '/'],
  ['/foo/', '/foo', '/', '/'],
  ['/foo/bar', '/foo', '/', '/bar'],
  ['/', '', '/xyz', '/xyz/'],
  ['/bar', '', '/xyz', '/xyz/bar'],
  ['/bar', '', '/', '/bar'],
  ['/foo/a/', '/foo', '/xyz//', '/xyz/a/'],
  ['/foo/a', '/foo', 'xyz', '/xyz/a'],
  ['/foo/a%2Fb', '/foo', '/x%2Fy', '/x%2Fy/a%2Fb'],
  ['/foo/a', '/foo', '/x y\r\n?q#f', '/x%20y%0D%0A%3Fq%23f/a'],
];
for (const [path, prefix, value, expected] of PREFIX) {
  test(`prefix ${prefix || '(root)'} of ${path} by ${JSON.stringify(value)}`, () => {
    assert.equal(changePath({ kind: 'prefix', prefix, value }, path), expected);
  });
}

const FULL: readonly (readonly [value: string, expected: string])[] = [
  ['/new', '/new'],
  ['/new/', '/new/'],
  ['', '/'],
  ['new', '/new'],
  ['/é?', '/%C3%A9%3F'],
];
for (const [value, expected] of FULL) {
  test(`the whole path by ${JSON.stringify(value)}`, () => {
    assert.equal(changePath({ kind: 'full', value }, '/old'), expected);
  });
}

test('whatever the value: a path, one line, no query', () => {
  const rest = fc.constantFrom('', '/', '/a', '/a/b/');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), rest, fc.constantFrom('prefix', 'full'), (value, tail, kind) => {
      const change = kind === 'full' ? ({ kind, value } as const) : ({ kind: 'prefix', prefix: '/p', value } as const);
      assert.match(changePath(change, `/p${tail}`), /^\/[\x21\x22\x24-\x3e\x40-\x7e]*$/);
    }),
  );
});
