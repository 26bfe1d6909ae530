import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Redirect } from '../../ir/index.ts';
import { type RequestPieces, redirectLocation } from './redirect.ts';

const REQUEST: RequestPieces = { scheme: 'http', host: 'a.example', path: '/p/q', query: '', port: 80 };

type Row = readonly [redirect: Omit<Redirect, 'kind' | 'status'>, request: Partial<RequestPieces>, location: string];

const ROWS: readonly Row[] = [
  [{ hostname: 'b.example' }, {}, 'http://b.example/p/q'],
  [{ hostname: 'b.example' }, { port: 8080 }, 'http://b.example:8080/p/q'],
  [{ scheme: 'https' }, {}, 'https://a.example/p/q'],
  [{ scheme: 'https' }, { port: 8080 }, 'https://a.example/p/q'],
  [{ scheme: 'https', port: 8443 }, {}, 'https://a.example:8443/p/q'],
  [{ scheme: 'https', port: 443 }, {}, 'https://a.example/p/q'],
  [{ scheme: 'https', port: 80 }, {}, 'https://a.example:80/p/q'],
  [{ scheme: 'http' }, { port: 8080 }, 'http://a.example/p/q'],
  [{ port: 8080 }, {}, 'http://a.example:8080/p/q'],
  [{ port: 80 }, { port: 8080 }, 'http://a.example/p/q'],
  [{}, { scheme: 'https', port: 443 }, 'https://a.example/p/q'],
  [{ scheme: 'http' }, { scheme: 'https', port: 443 }, 'http://a.example/p/q'],
  [{ scheme: 'http', port: 8080 }, { scheme: 'https', port: 443 }, 'http://a.example:8080/p/q'],
  [{}, { scheme: 'http', port: 443 }, 'http://a.example:443/p/q'],
  [{ path: { kind: 'full', value: '/new' } }, { query: 'a=1&b=%20' }, 'http://a.example/new?a=1&b=%20'],
  [{ path: { kind: 'prefix', prefix: '/p', value: '/new' } }, {}, 'http://a.example/new/q'],
  [{ path: { kind: 'prefix', prefix: '/p', value: '' } }, { path: '/p' }, 'http://a.example/'],
  [{ path: { kind: 'full', value: '/a b\r\nx: 1' } }, {}, 'http://a.example/a%20b%0D%0Ax:%201'],
  [{}, { host: '[::1]', port: 8080 }, 'http://[::1]:8080/p/q'],
  [{}, { host: '::1' }, 'http://[::1]/p/q'],
  [{}, { host: '' }, '/p/q'],
  [{ hostname: 'b.example' }, { host: '' }, 'http://b.example/p/q'],
  [{ hostname: 'b\r\nx.example' }, {}, 'http://b%0d%0ax.example/p/q'],
  [{}, { query: 'a\nb' }, 'http://a.example/p/q?a%0ab'],
];

for (const [redirect, request, location] of ROWS) {
  test(`${JSON.stringify(redirect)} of ${JSON.stringify(request)}`, () => {
    assert.equal(
      redirectLocation({ kind: 'redirect', status: 302, ...redirect }, { ...REQUEST, ...request }),
      location,
    );
  });
}
