import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTestUrl } from './request-url.ts';

const READ: readonly (readonly [url: string, authority: string, port: number, target: string])[] = [
  ['http://shop.example', 'shop.example', 80, '/'],
  ['http://shop.example/cart?x=1', 'shop.example', 80, '/cart?x=1'],
  ['http://shop.example:8080?x=1', 'shop.example:8080', 8080, '/?x=1'],
  ['https://h/a', 'h', 443, '/a'],
  ['grpc://h:90/pkg.Svc/Get', 'h:90', 90, '/pkg.Svc/Get'],
  ['http://[::1]:81/a', '[::1]:81', 81, '/a'],
  ['http://h/a/../b//%2e', 'h', 80, '/a/../b//%2e'],
];

for (const [url, authority, port, target] of READ) {
  test(`${url} is sent as it stands`, () =>
    assert.deepEqual(readTestUrl(url), { scheme: url.split(':')[0], authority, port, target }));
}

const REFUSED: readonly (readonly [url: string, why: RegExp])[] = [
  ['shop.example/cart', /must be http:\/\/.*with its scheme/],
  ['tcp://shop.example:9000', /must be of requests/],
  ['http://', /must be http/],
  ['http://:80/', /must be http/],
  ['http://h/a#b', /fragment/],
  ['http://me@h/', /user/],
  ['http://h:0/', /port 0/],
  ['http://h:70000/', /port 70000/],
  ['http://h/a b', /without blanks/],
  ['http://h/ä', /percent-encode/],
  ['http://h/\r\nx: y', /printable ASCII/],
  ['ftp://h/', /must be http/],
];

for (const [url, why] of REFUSED) {
  test(`${JSON.stringify(url)} is refused`, () => {
    const read = readTestUrl(url);
    assert.match('refused' in read ? read.refused : 'taken', why);
  });
}
