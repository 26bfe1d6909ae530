import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleWith } from '../../../test/resources/sample-objects.ts';
import { parseObject } from '../parse.ts';

const FIELD = 'spec.rules[0].sessionPersistence';

for (const [spec, told] of [
  [{ type: 'Cookie', cookie: { name: 'cart', path: '/cart', lifetimeType: 'Session' } }, undefined],
  [{ cookie: {} }, undefined],
  [{ type: 'Header', header: { name: 'x-cart' } }, undefined],
  [{ absoluteTimeout: '1h', cookie: { lifetimeType: 'Permanent' } }, undefined],
  [{ cookie: { lifetimeType: 'Permanent' } }, /cookie\.lifetimeType Permanent needs absoluteTimeout/],
  [{ type: 'Header', cookie: {} }, /cookie belongs to type Cookie, but type is Header/],
  [{ header: {} }, /header belongs to type Header, but type is Cookie/],
  [{ sessionName: 'a', cookie: { name: 'a' } }, /sessionName and cookie say the same: use cookie alone/],
  [{ type: 'Header', sessionName: 'a', header: { name: 'a' } }, /sessionName and header say the same/],
  [{ cookieConfig: {}, cookie: {} }, /cookieConfig and cookie say the same/],
] as const) {
  test(`the newer shape: ${JSON.stringify(spec)}`, () => {
    const { problems } = parseObject(sampleWith('HTTPRoute', FIELD, spec));
    if (told === undefined) assert.deepEqual(problems, []);
    else {
      assert.deepEqual(
        problems.map(({ code, path }) => [code, path]),
        [['InvalidCombination', FIELD]],
      );
      assert.match(problems[0]!.message, told);
    }
  });
}
