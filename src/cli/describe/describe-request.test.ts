import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeRequest, isRequest, type LiveRequest } from './describe-request.ts';

const PLAIN: LiveRequest = {
  time: '2026-11-21T12:03:04.512Z',
  status: 200,
  duration_ms: 3.149,
  bytes_received: 0,
  bytes_sent: 12,
  client: '10.0.0.9',
  method: 'GET',
  host: 'shop.example',
  path: '/cart?x=1',
};
const TAKEN = { listener: 'shop/gw/http', route: 'HTTPRoute/shop/cart', rule: 0, match: 1 };
const SENT = { ...TAKEN, backend: 'Service/shop/cart/80', endpoint: '10.0.0.7:8080' };

const ROWS: readonly (readonly [more: Partial<LiveRequest>, said: string])[] = [
  [
    SENT,
    '200 GET shop.example/cart?x=1 → HTTPRoute/shop/cart rule 0 match 1 → Service shop/cart:80 10.0.0.7:8080 3.1 ms',
  ],
  [
    { ...SENT, rule_name: 'web', tries: 3, duration_ms: 1234.5 },
    '200 GET shop.example/cart?x=1 → HTTPRoute/shop/cart rule 0 (web) match 1 → Service shop/cart:80 10.0.0.7:8080 1235 ms, 3 attempts',
  ],
  [{ status: 404, flags: 'no_route', outcome: 'no-route' }, '404 GET shop.example/cart?x=1 no route matches 3.1 ms'],
  [
    { ...TAKEN, status: 500, flags: 'rule_failed', outcome: 'BackendNotFound' },
    "500 GET shop.example/cart?x=1 → HTTPRoute/shop/cart rule 0 match 1 the rule can't be honoured: BackendNotFound 3.1 ms",
  ],
  [
    { ...SENT, status: 504, flags: 'timeout,all_ejected', outcome: 'timeout,all-ejected' },
    '504 GET shop.example/cart?x=1 → HTTPRoute/shop/cart rule 0 match 1 → Service shop/cart:80 10.0.0.7:8080 no answer of the backend in time; every endpoint refused connections lately 3.1 ms',
  ],
  [
    { ...TAKEN, status: 302, outcome: 'redirect' },
    '302 GET shop.example/cart?x=1 → HTTPRoute/shop/cart rule 0 match 1 redirected by the rule 3.1 ms',
  ],
  [{ status: 418, flags: 'of_a_later_version' }, '418 GET shop.example/cart?x=1 of_a_later_version 3.1 ms'],
  [{ path: '/\u001b[2J\n\u009b', host: '\u0007' }, '200 GET \\x07/\\x1b[2J\\x0a\\x9b 3.1 ms'],
];

for (const [more, said] of ROWS) {
  test(said, () => {
    const line = describeRequest({ ...PLAIN, ...more }, false, (_, text) => text);
    assert.match(line, /^\d\d:\d\d:\d\d\.512 /);
    assert.equal(line.slice(13).replace(/ +/g, ' '), said);
  });
}

test('bytes that were no request have neither method nor host', () => {
  const { method, host, path, ...rest } = PLAIN;
  const line = describeRequest({ ...rest, status: 400, flags: 'malformed' }, false, (_, text) => text);
  assert.equal(line.slice(13).replace(/ +/g, ' '), '400 - the request is malformed 3.1 ms');
});

test('wide says the rest, and the status has the colour of its class', () => {
  const request = { ...PLAIN, ...SENT, upstream_ms: 2, request_id: 'abc\u001b', policies: ['retry from X'] };
  const line = describeRequest(request, true, (mark, text) => (text === '200' ? `<${mark}>` : text));
  assert.match(line, /^\S+ <good> GET/);
  assert.match(
    line,
    / client 10\.0\.0\.9, listener shop\/gw\/http, in 0 B, out 12 B, backend 2 ms, id abc\\x1b, retry from X$/,
  );
});

test('lines that are no request are known', () => {
  assert.equal(isRequest(PLAIN), true);
  for (const other of [{}, { following: 2 }, { dropped: 1 }, { ...PLAIN, status: '200' }]) {
    assert.equal(isRequest(other), false);
  }
});
