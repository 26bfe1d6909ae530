import assert from 'node:assert/strict';
import { test } from 'node:test';
import { admitsEnd, admitsHead, type FilterParameter, type RequestFilter, readFilter } from './request-filter.ts';

const read = (given: Readonly<Partial<Record<FilterParameter, string>>>): RequestFilter => {
  const filter = readFilter(given);
  assert.ok(!('refused' in filter), JSON.stringify(filter));
  return filter;
};

const HEADS: readonly (readonly [given: Parameters<typeof read>[0], admitted: readonly string[]])[] = [
  [{}, ['GET a.example/', 'POST b.a.example:8080/api/x?y=1', 'PUT A.example/api']],
  [{ method: 'get' }, ['GET a.example/']],
  [{ host: 'A.example' }, ['GET a.example/', 'PUT A.example/api']],
  [{ host: '*.a.example' }, ['POST b.a.example:8080/api/x?y=1']],
  [{ host: '*.example' }, ['GET a.example/', 'POST b.a.example:8080/api/x?y=1', 'PUT A.example/api']],
  [{ path: '/api' }, ['POST b.a.example:8080/api/x?y=1', 'PUT A.example/api']],
  [{ path: '/api', method: 'put' }, ['PUT A.example/api']],
];

for (const [given, admitted] of HEADS) {
  test(`${JSON.stringify(given)} admits heads`, () => {
    const filter = read(given);
    const found = HEADS[0]![1].filter(text => {
      const [, method = '', host = '', target = ''] = /^(\S+) ([^/]+)(\/.*)$/.exec(text)!;
      return admitsHead(filter, { method, host, target });
    });
    assert.deepEqual(found, admitted);
  });
}

const ENDS: readonly (readonly [given: Parameters<typeof read>[0], admitted: readonly string[]])[] = [
  [{}, ['shop/cart 200', 'default/cart 404', ' 404', ' 503']],
  [{ route: 'shop/cart' }, ['shop/cart 200']],
  [{ route: 'HTTPRoute/shop/cart' }, ['shop/cart 200']],
  [{ route: 'cart' }, ['default/cart 404']],
  [{ status: '404' }, ['default/cart 404', ' 404']],
  [{ status: '5XX,200' }, ['shop/cart 200', ' 503']],
  [{ status: '404', route: 'default/cart' }, ['default/cart 404']],
];

for (const [given, admitted] of ENDS) {
  test(`${JSON.stringify(given)} admits ends`, () => {
    const filter = read(given);
    const found = ENDS[0]![1].filter(text => {
      const [route = '', status] = text.split(' ');
      return admitsEnd(filter, route, Number(status));
    });
    assert.deepEqual(found, admitted);
  });
}

const REFUSED: readonly (readonly [parameter: FilterParameter, text: string])[] = [
  ['route', ''],
  ['route', 'a/b/c/d'],
  ['route', 'shop/'],
  ['route', 'shop/*'],
  ['host', ''],
  ['host', 'a.example:80'],
  ['host', 'a.*.example'],
  ['method', ''],
  ['method', 'GET POST'],
  ['path', 'api'],
  ['status', ''],
  ['status', '6xx'],
  ['status', '404;500'],
  ['status', '404,'],
  ['status', '20x'],
];

for (const [parameter, text] of REFUSED) {
  test(`${parameter}=${text} is refused`, () => {
    const filter = readFilter({ [parameter]: text });
    assert.ok('refused' in filter);
    assert.equal(filter.parameter, parameter);
    assert.match(filter.refused, /^must .*example/);
  });
}
