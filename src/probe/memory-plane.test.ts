import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Endpoints, seal, type Unit } from '../ir/index.ts';
import { createMemoryPlane, type MemoryPlaneOptions, type Ways } from './memory-plane.ts';

const ORIGIN = { kind: 'HTTPRoute', namespace: 'ns', name: 'shop' };
const BIND = '127.0.0.1:80';
const LISTENER = {
  gateway: 'ns/gw',
  section: 'http',
  port: 80,
  protocol: 'HTTP',
  hostname: '*',
  origin: ORIGIN,
} as const;
const SOCKET: readonly Unit[] = [
  seal({ kind: 'Listener', name: 'ns/gw/http', ...LISTENER }),
  seal({ kind: 'Bind', name: BIND, host: '127.0.0.1', port: 80, listeners: ['ns/gw/http'] }),
];

function route(...shares: readonly (readonly [backend: string, weight: number])[]): Unit {
  const backends = shares.map(([backend, weight]) => {
    return { weight, filters: [], target: { kind: 'backend' as const, backend: name(backend) } };
  });
  const match = { path: { kind: 'prefix' as const, value: '' }, headers: [], query: [] };
  const action = { kind: 'forward' as const, backends, timeouts: {} };
  return seal({
    kind: 'Route',
    name: 'HTTPRoute/ns/shop@ns/gw',
    route: 'ns/shop',
    created: 0,
    attachments: [{ listener: 'ns/gw/http', hostnames: ['*'] }],
    rules: [{ index: 0, matches: [match], filters: [], action, origin: ORIGIN }],
    origin: ORIGIN,
  });
}

function name(backend: string): string {
  const [own, ...variant] = backend.split(';');
  return [`Service/ns/${own}/80`, ...variant].join(';');
}

function backend(own: string): Unit {
  return seal({ kind: 'Backend', name: name(own), protocol: 'http1', origin: ORIGIN });
}

function endpoints(own: string, ...addresses: readonly string[]): Endpoints {
  const at = addresses.map(address => ({ address, port: 80, state: 'ready' as const }));
  return seal({ kind: 'Endpoints', name: name(own), endpoints: at });
}

const REQUEST = { method: 'GET', target: '/', headers: [['host', 'h']] } as const;

function made(t: { after(work: () => void): void }, options?: MemoryPlaneOptions) {
  const plane = createMemoryPlane(options);
  t.after(plane.close);
  return {
    ...plane,
    /** Status, and which backend it went to, at which address. */
    async asked(): Promise<string> {
      const { status, arrived } = await plane.send(BIND, REQUEST);
      const [got] = arrived;
      return got ? `${status} ${plane.backendAt(got.address, got.port)} ${got.address}` : String(status);
    },
  };
}

test('a backend without endpoints gets one that is made up, for as long as it has none and that is wanted', async t => {
  const { follow, asked } = made(t);
  const bare = [...SOCKET, backend('a'), route(['a', 1])];
  follow(bare);
  assert.equal(await asked(), '200 Service/ns/a/80 192.0.2.1');
  follow(bare, false);
  assert.equal(await asked(), '503');
  follow(bare, true);
  assert.equal(await asked(), '200 Service/ns/a/80 192.0.2.1');
  follow([...bare, endpoints('a', '10.0.0.1')]);
  assert.equal(await asked(), '200 Service/ns/a/80 10.0.0.1');
  follow([...bare, endpoints('a')]);
  assert.equal(await asked(), '200 Service/ns/a/80 192.0.2.1');
  follow(SOCKET);
  assert.equal(await asked(), '404');
});

test('whatever is spoken to a backend, it is there under its own name', async t => {
  const { follow, asked } = made(t);
  const tls = { serverName: 'a', names: [], authorities: 'system' } as const;
  const h2 = seal({ kind: 'Backend', name: name('a;h2'), protocol: 'http2', origin: ORIGIN });
  const secure = seal({ ...h2, name: name('a;tls'), protocol: 'negotiated', tls, proxyProtocol: 'v2' });
  follow([...SOCKET, h2, secure, route(['a;h2', 1])]);
  assert.equal(await asked(), '200 Service/ns/a/80 192.0.2.1');
  follow([...SOCKET, secure, endpoints('a', '10.0.0.1'), route(['a;tls', 1])]);
  assert.equal(await asked(), '200 Service/ns/a/80 10.0.0.1');
  follow([...SOCKET, endpoints('a', '10.0.0.1'), route(['a;tls', 1])]);
  assert.equal(await asked(), '500');
});

test('endpoints give way where that is asked for', async t => {
  const { follow, asked } = made(t, { replaces: own => own === name('a') });
  follow([...SOCKET, backend('a'), endpoints('a', '10.0.0.1'), route(['a', 1])]);
  assert.equal(await asked(), '200 Service/ns/a/80 192.0.2.1');
});

test('an address belongs to one backend, and to another once the first has it no more', async t => {
  const { follow, asked } = made(t);
  const both = [...SOCKET, backend('a'), backend('b')];
  const ofA = endpoints('a', '10.0.0.1');
  const ofB = endpoints('b', '10.0.0.1');
  follow([...both, ofA, ofB, route(['b', 1])]);
  assert.equal(await asked(), '200 Service/ns/b/80 192.0.2.1');
  follow([...both, ofA, ofB, route(['a', 1])]);
  assert.equal(await asked(), '200 Service/ns/a/80 10.0.0.1');
  follow([...both, endpoints('a', '10.0.0.2'), endpoints('b', '10.0.0.1', '10.0.0.3'), route(['b', 1])]);
  assert.match(await asked(), /^200 Service\/ns\/b\/80 10\.0\.0\.[13]$/);
});

test('follow says whether anything differs', t => {
  const { follow } = made(t);
  const units = [...SOCKET, backend('a'), route(['a', 1])];
  assert.equal(follow(units), true);
  assert.equal(follow(units), false);
  assert.equal(follow([...SOCKET, backend('a'), route(['a', 1])]), false, 'equal units');
  assert.equal(follow([...SOCKET, backend('a'), backend('b'), route(['b', 1])]), true);
  assert.equal(follow(SOCKET), true);
});

function targets({ answers }: Ways): readonly (string | undefined)[] {
  return answers.map(({ facts }) => facts.backend).sort();
}

test('each way is gone once, whatever the weights and however many ask at a time', async t => {
  const { follow, sendEachWay } = made(t, { certain: true });
  const names = ['a', 'b', 'c', 'closed'];
  follow([...SOCKET, ...names.map(backend), route(['a', 98], ['b', 1], ['c', 1], ['closed', 0])]);
  const all = await Promise.all([1, 2, 3, 4, 5].map(() => sendEachWay(BIND, REQUEST)));
  for (const ways of all) {
    assert.deepEqual(targets(ways), [name('a'), name('b'), name('c')]);
    assert.equal(ways.rule?.action.kind === 'forward' && ways.rule.action.backends[0]?.weight, 98, 'as it was given');
  }
});

test('a request that can not be sent hinders none after it', async t => {
  const { follow, sendEachWay } = made(t, { certain: true });
  follow([...SOCKET, backend('a'), route(['a', 1])]);
  await assert.rejects(sendEachWay('nowhere', REQUEST), /no bind nowhere/);
  assert.equal((await sendEachWay(BIND, REQUEST)).answers[0].status, 200);
});
