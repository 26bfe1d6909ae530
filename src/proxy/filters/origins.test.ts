import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OriginPattern } from '../../ir/index.ts';
import { isAllowedOrigin } from './origins.ts';

const exact: OriginPattern = { scheme: 'https', host: 'a.example', below: false, port: 443 };
const below: OriginPattern = { scheme: 'https', host: 'a.example', below: true, port: 443 };
const all: OriginPattern = { scheme: 'http', host: '', below: true, port: 80 };
const other: OriginPattern = { scheme: 'http', host: 'a.example', below: false, port: 8080 };

const ROWS: readonly [origin: string, pattern: OriginPattern, allowed: boolean][] = [
  ['https://a.example', exact, true],
  ['https://A.Example', exact, true],
  ['https://a.example:443', exact, true],
  ['https://a.example:0443', exact, true],
  ['https://a.example:80', exact, false],
  ['http://a.example', exact, false],
  ['https://b.a.example', exact, false],
  ['https://a.example.', exact, false],
  ['https://a.example/', exact, false],
  ['https://a.example@b.example', exact, false],
  ['a.example', exact, false],
  ['', exact, false],
  ['null', exact, false],
  ['https://b.a.example', below, true],
  ['https://c.b.a.example', below, true],
  ['https://a.example', below, false],
  ['https://.a.example', below, false],
  ['https://ba.example', below, false],
  ['https://evil.example/.a.example', below, false],
  ['https://evil.example#.a.example', below, false],
  ['https://b.a.example:8443', below, false],
  ['http://anything', all, true],
  ['http://[::1]', all, true],
  ['http://[::1]:80', all, true],
  ['http://anything:81', all, false],
  ['https://anything', all, false],
  ['ftp://anything', all, false],
  ['http://a.example:8080', other, true],
  ['http://a.example', other, false],
];

for (const [origin, pattern, allowed] of ROWS) {
  test(`${origin || '(nothing)'} is ${allowed ? '' : 'not '}one of ${JSON.stringify(pattern)}`, () => {
    assert.equal(isAllowedOrigin(origin, [pattern]), allowed);
  });
}

test('any of several patterns will do, and none of none', () => {
  assert.ok(isAllowedOrigin('https://a.example', [other, exact]));
  assert.ok(!isAllowedOrigin('https://a.example', []));
});

test('where any origin is allowed it need only be printable', () => {
  for (const origin of ['null', 'https://a.example', 'app://x']) assert.ok(isAllowedOrigin(origin, 'any'), origin);
  for (const origin of ['', 'a b', 'a\tb', 'é']) assert.ok(!isAllowedOrigin(origin, 'any'), origin);
});
