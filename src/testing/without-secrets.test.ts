import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestRequest } from './routing-test.ts';
import { withoutSecrets } from './without-secrets.ts';

const TOKEN = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.c2ln';

const ROWS: readonly (readonly [given: TestRequest, request: TestRequest, hidden: readonly string[]])[] = [
  [
    { url: 'http://h/a?b=c&d', headers: { 'x-version': '2' } },
    { url: 'http://h/a?b=c&d', headers: { 'x-version': '2' } },
    [],
  ],
  [{ url: 'http://h/', headers: { Authorization: 'x' } }, { url: 'http://h/' }, ['Authorization']],
  [{ url: 'http://h/', headers: { cookie: 'a=b', 'X-Api-Key': 'k' } }, { url: 'http://h/' }, ['cookie', 'X-Api-Key']],
  [{ url: 'http://h/', headers: { 'x-a': `Bearer ${TOKEN}` } }, { url: 'http://h/' }, ['x-a']],
  [{ url: 'http://h/?access_token=a=b&x=1' }, { url: 'http://h/?access_token=hidden&x=1' }, ['access_token']],
  [{ url: `http://h/?state=${TOKEN}` }, { url: 'http://h/?state=hidden' }, ['state']],
  [{ url: `http://h/reset/${TOKEN}/now` }, { url: 'http://h/reset/hidden/now' }, ['a token in the path']],
  [{ url: 'http://h/?token=' }, { url: 'http://h/?token=' }, []],
];

for (const [given, request, hidden] of ROWS) {
  test(`${given.url} ${Object.keys(given.headers ?? {})} tells no secret`, () => {
    assert.deepEqual(withoutSecrets(given), { request, hidden });
  });
}
