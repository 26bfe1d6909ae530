import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchesHostname, parseHost } from './hostname.ts';

const HOSTS: readonly (readonly [header: string, host: string | undefined])[] = [
  ['shop.example', 'shop.example'],
  ['Shop.EXAMPLE:8080', 'shop.example'],
  ['shop.example.', 'shop.example'],
  ['shop.example.:80', 'shop.example'],
  ['localhost:', 'localhost'],
  ['my_service-1', 'my_service-1'],
  ['10.0.0.1:80', '10.0.0.1'],
  ['[::1]', '[::1]'],
  ['[FE80::1]:8080', '[fe80::1]'],
  ['[::ffff:10.0.0.1]', '[::ffff:10.0.0.1]'],
  ['', ''],
  [':80', undefined],
  ['a:b', undefined],
  ['a:65536', undefined],
  ['a:80:80', undefined],
  ['a:+80', undefined],
  ['::1', undefined],
  ['[::1', undefined],
  ['[]', undefined],
  ['[1.2.3.4]', undefined],
  ['[::1]x', undefined],
  ['[fe80::1%eth0]', undefined],
  ['a..b', undefined],
  ['.a', undefined],
  ['.', undefined],
  ['a b', undefined],
  ['a,b', undefined],
  ['a/b', undefined],
  ['a@b', undefined],
  ['a%2eb', undefined],
  ['caf\xe9', undefined],
  ['*.example', undefined],
  ['a'.repeat(256), undefined],
];

for (const [header, host] of HOSTS) {
  test(`Host: ${header.slice(0, 40)} is ${host ?? 'refused'}`, () => assert.equal(parseHost(header), host));
}

const PATTERNS: readonly (readonly [pattern: string, host: string, matches: boolean])[] = [
  ['*', 'a.b', true],
  ['*', '', true],
  ['a.b', 'a.b', true],
  ['a.b', 'x.a.b', false],
  ['*.b', 'a.b', true],
  ['*.b', 'x.a.b', true],
  ['*.b', 'b', false],
  ['*.b', '.b', false],
  ['*.b', 'ab', false],
];

for (const [pattern, host, matches] of PATTERNS) {
  test(`${pattern} ${matches ? 'means' : 'does not mean'} '${host}'`, () => {
    assert.equal(matchesHostname(pattern, host), matches);
  });
}
