import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HTTPRoute, SessionPersistence } from '../../resources/index.ts';
import type { Fault } from '../status/rule-faults.ts';
import { reportAffinity, translateSession } from './session.ts';

const ROUTE = { kind: 'HTTPRoute', metadata: { namespace: 'shop', name: 'r' } } as HTTPRoute;

function contextOf(faults: Fault[], affine: readonly string[] = []) {
  const service = (_: string, key: string) => {
    return { ports: [], affine: affine.includes(key) };
  };
  const references = {
    service,
    xBackend: () => undefined,
    policies: () => [],
    permitted: () => true,
    absence: () => ({ unread: false, others: [] }),
    extension: () => undefined,
  };
  return { route: ROUTE, references, report: (fault: Fault) => void faults.push(fault) };
}

function translated(spec: Partial<SessionPersistence>, rule: { readonly name?: string } = {}, index = 0) {
  const faults: Fault[] = [];
  const place = { path: 'session', rule, index };
  return {
    session: translateSession({ type: 'Cookie', ...spec } as SessionPersistence, place, contextOf(faults)),
    faults,
  };
}

const cookie = (name: string, path = '/', permanent = false) => ({ kind: 'cookie', name, path, permanent });

for (const [title, spec, session] of [
  ['v1.6', { sessionName: 'cart' }, { carrier: cookie('cart') }],
  [
    'v1.6, permanent',
    { sessionName: 'cart', absoluteTimeout: '1h', cookieConfig: { lifetimeType: 'Permanent' } },
    { carrier: cookie('cart', '/', true), absoluteTimeout: 3_600_000 },
  ],
  ['v1.6, header', { type: 'Header', sessionName: 'X-Cart' }, { carrier: { kind: 'header', name: 'X-Cart' } }],
  ['newer', { cookie: { name: 'cart', path: '/cart', lifetimeType: 'Session' } }, { carrier: cookie('cart', '/cart') }],
  [
    'newer, permanent',
    { absoluteTimeout: '90s', cookie: { name: 'cart', path: '/', lifetimeType: 'Permanent' } },
    { carrier: cookie('cart', '/', true), absoluteTimeout: 90_000 },
  ],
  ['newer, header', { type: 'Header', header: { name: 'X-Cart' } }, { carrier: { kind: 'header', name: 'X-Cart' } }],
  ['a timeout of 0 is none', { sessionName: 'cart', absoluteTimeout: '0s' }, { carrier: cookie('cart') }],
] as const) {
  test(`${title}: ${JSON.stringify(spec)}`, () => assert.deepEqual(translated(spec), { session, faults: [] }));
}

test('without a name a rule has one of its own, which stays while its name or place does', () => {
  const nameOf = (...how: Parameters<typeof translated>) => translated(...how).session?.carrier.name;
  const [first, second, named] = [nameOf({}), nameOf({}, {}, 1), nameOf({}, { name: 'buy' }, 0)];
  assert.match(first!, /^sluice-session-[0-9a-f]{12}$/);
  assert.equal(new Set([first, second, named]).size, 3);
  assert.notEqual(nameOf({}, { name: '1' }), second, 'a name may look like a place');
  assert.equal(nameOf({ type: 'Header', header: {} }), first);
  assert.equal(nameOf({ sessionName: '' }), first);
  assert.equal(nameOf({ cookie: { path: '/', lifetimeType: 'Session' } }, { name: 'buy' }, 7), named);
});

for (const [spec, path, told] of [
  [{ sessionName: 'a b' }, 'session.sessionName', /^"a b" is not the name of a cookie; use letters/],
  [{ sessionName: 'a;b' }, 'session.sessionName', /is not the name of a cookie/],
  [{ sessionName: 'ä' }, 'session.sessionName', /is not the name of a cookie/],
  [{ cookie: { name: 'a=b', path: '/', lifetimeType: 'Session' } }, 'session.cookie.name', /name of a cookie/],
  [{ cookie: { path: 'cart', lifetimeType: 'Session' } }, 'session.cookie.path', /^"cart" is not the path of a cookie/],
  [{ cookie: { path: '/a;b', lifetimeType: 'Session' } }, 'session.cookie.path', /is not the path of a cookie/],
  [{ cookie: { path: '/a\r\nb: c', lifetimeType: 'Session' } }, 'session.cookie.path', /is not the path of a cookie/],
  [{ type: 'Header', sessionName: 'a:b' }, 'session.sessionName', /name of a header/],
  [{ type: 'Header', sessionName: 'Content-Length' }, 'session.sessionName', /^"Content-Length" means something else/],
  ...['Content-Encoding', 'location', 'User-Agent', 'Sec-WebSocket-Accept', 'Access-Control-Allow-Origin'].map(
    name => [{ type: 'Header', sessionName: name }, 'session.sessionName', /means something else already/] as const,
  ),
  [{ type: 'Header', header: { name: 'cookie' } }, 'session.header.name', /means something else already/],
  [{ absoluteTimeout: '1.5s' }, 'session.absoluteTimeout', /is not a duration/],
  [
    { absoluteTimeout: '0s', cookieConfig: { lifetimeType: 'Permanent' } },
    'session',
    /Permanent needs absoluteTimeout/,
  ],
  [{ cookieConfig: { lifetimeType: 'Eternal' } }, 'session.cookieConfig.lifetimeType', /use Session or Permanent$/],
  [{ type: 'Ticket' }, 'session.type', /^"Ticket" is not a value that Sluice knows; use Cookie or Header$/],
] as const) {
  test(`${JSON.stringify(spec)} is a fault of the rule`, () => {
    const { faults } = translated(spec);
    assert.deepEqual(
      faults.map(fault => [fault.reason, fault.path]),
      [['UnsupportedValue', path]],
    );
    assert.match(faults[0]!.message, told);
  });
}

test('a Service that binds clients by their address excludes sessions', () => {
  const faults: Fault[] = [];
  const backends = ['Service/shop/a/80', 'Service/other/b/80'].map(backend => {
    return { weight: 1, filters: [], target: { kind: 'backend' as const, backend } };
  });
  const failure = { kind: 'failure', status: 500, reason: 'BackendNotFound' } as const;
  reportAffinity([...backends, { weight: 1, filters: [], target: failure }], 'session', contextOf(faults, ['other/b']));
  assert.deepEqual(faults, [
    {
      reason: 'UnsupportedValue',
      path: 'session',
      message:
        'Service other/b has sessionAffinity ClientIP, which excludes session persistence; set its sessionAffinity to None',
    },
  ]);
});
