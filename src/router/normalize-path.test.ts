import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isNormalPath, normalizePath } from './index.ts';

const bytesOf = (path: string) => Buffer.from(path, 'latin1');

const TABLE: readonly (readonly [given: string, normal: string | undefined])[] = [
  ['/', '/'],
  ['/a', '/a'],
  ['/a/', '/a/'],
  ['/a//b', '/a/b'],
  ['//', '/'],
  ['//a', '/a'],
  ['/a///', '/a/'],
  ['/.', '/'],
  ['/./', '/'],
  ['/a/.', '/a/'],
  ['/a/./b', '/a/b'],
  ['/..', '/'],
  ['/../a', '/a'],
  ['/a/..', '/'],
  ['/a/b/..', '/a/'],
  ['/a/b/../', '/a/'],
  ['/a/b/../c', '/a/c'],
  ['/a//../b', '/a/b'],
  ['/...', '/...'],
  ['/.a/..b/c..', '/.a/..b/c..'],
  ['/%2e', '/'],
  ['/a/%2E%2e/b', '/b'],
  ['/a/.%2e/b', '/b'],
  ['/%61%5A%30%2d%5f%7e', '/aZ0-_~'],
  ['/%2f', '/%2F'],
  ['/a%2F..%2fb', '/a%2F..%2Fb'],
  ['/%5c', '/%5C'],
  ['/%5C..', '/%5C..'],
  ['/caf%c3%a9', '/caf%C3%A9'],
  ['/caf\xc3\xa9', '/caf%C3%A9'],
  ['/%25%32%65', '/%252e'],
  ['/%0d%0A', '/%0D%0A'],
  ['/a;b=c/..;/d', '/a;b=c/..;/d'],
  ["/!$&'()*+,;=:@", "/!$&'()*+,;=:@"],
  ['/{a}|"^`<>', '/{a}|"^`<>'],
  ['', undefined],
  ['a', undefined],
  ['*', undefined],
  ['/%00', undefined],
  ['/\0', undefined],
  ['/\t', undefined],
  ['/ ', undefined],
  ['/\x7f', undefined],
  ['/\\', undefined],
  ['/a\\..\\b', undefined],
  ['/a?b', undefined],
  ['/a#b', undefined],
  ['/%', undefined],
  ['/%4', undefined],
  ['/%4g', undefined],
  ['/%g4', undefined],
  ['/%%41', undefined],
  ['/\u0161', undefined],
];

for (const [given, normal] of TABLE) {
  test(`${JSON.stringify(given)} is ${normal === undefined ? 'refused' : JSON.stringify(normal)}`, () => {
    assert.equal(normalizePath(given), normal);
    if (!/[^\0-\xff]/.test(given)) {
      assert.equal(isNormalPath(bytesOf(given), 0, given.length), given === normal, 'isNormalPath');
    }
  });
}

/** Paths dense in what matters: dots, slashes, escapes. */
const junk = fc
  .array(fc.constantFrom('/', '.', '..', 'a', '%2e', '%2F', '%5c', '%41', '%c3', '%', '%0', '\xe9', '\\', ';'), {
    maxLength: 12,
  })
  .map(parts => `/${parts.join('')}`);

test('what comes out is normal, without dot segments or double slashes, and stays as it is', () => {
  fc.assert(
    fc.property(junk, given => {
      const normal = normalizePath(given);
      if (normal === undefined) return;
      assert.equal(normalizePath(normal), normal);
      assert.ok(isNormalPath(bytesOf(normal), 0, normal.length));
      assert.doesNotMatch(normal, /\/\/|\/\.{1,2}(\/|$)|%(?![0-9A-F]{2})|[\x80-\xff]/);
    }),
    { numRuns: 2000 },
  );
});

test('the scan over bytes says of every path what comparing with the normal form says', () => {
  fc.assert(
    fc.property(junk, fc.nat(3), fc.nat(3), (given, before, after) => {
      const bytes = bytesOf('%/.x'.slice(0, before) + given + 'x/.%'.slice(0, after));
      assert.equal(isNormalPath(bytes, before, before + given.length), normalizePath(given) === given);
    }),
    { numRuns: 2000 },
  );
});

test('dot segments are those of RFC 3986, as the URL parser resolves them', () => {
  const segments = fc.array(fc.constantFrom('a', 'b', '.', '..', '%2e', '%2E.'), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(segments, parts => {
      const given = `/${parts.join('/')}`;
      assert.equal(normalizePath(given), new URL(given, 'http://host').pathname);
    }),
  );
});
