import assert from 'node:assert/strict';
import net from 'node:net';
import { after, test } from 'node:test';
import { type Bind, type Listener, type Route, type Rule, seal } from '../ir/index.ts';
import { createProxy } from './create-proxy.ts';
import { DEFAULT_PROXY_OPTIONS } from './options.ts';

const origin = { kind: 'Gateway', namespace: 'default', name: 'gw' };

const listener: Listener = seal({
  kind: 'Listener',
  name: 'default/gw/http',
  gateway: 'default/gw',
  section: 'http',
  port: 80,
  protocol: 'HTTP',
  hostname: '*',
  origin,
});

/** A route whose only rule is answered by the proxy itself. */
function route(reason: string): Route {
  const rule: Rule = {
    index: 0,
    matches: [{ path: { kind: 'prefix', value: '' }, headers: [], query: [] }],
    filters: [],
    action: { kind: 'failure', status: 500, reason },
    origin,
  };
  const attachments = [{ listener: listener.name, hostnames: ['*'] }];
  const name = 'HTTPRoute/default/shop@default/gw';
  return seal({ kind: 'Route', name, route: 'default/shop', created: 0, attachments, rules: [rule], origin });
}

function bind(name: string, port: number): Bind {
  return seal({ kind: 'Bind', name, host: '127.0.0.1', port, listeners: [listener.name] });
}

function start() {
  const proxy = createProxy(DEFAULT_PROXY_OPTIONS);
  after(() => proxy.close());
  return proxy;
}

/** The last line of the answer of a fresh connection. */
function ask(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1');
    let text = '';
    socket.on('data', chunk => {
      text += chunk.toString('latin1');
    });
    socket.on('end', () => resolve(text.trimEnd().split('\n').at(-1)!));
    socket.on('error', reject);
    socket.end('GET / HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n');
  });
}

test('units are live in the turn in which they are applied, sockets when the promise is kept', async () => {
  const proxy = start();
  const { bound } = await proxy.apply({ upserts: [listener, route('First'), bind('b', 0)], removals: [] });
  const { port } = bound.b!;
  assert.equal(await ask(port), '500 First');
  void proxy.apply({ upserts: [route('Second')], removals: [] });
  assert.equal(await ask(port), '500 Second');
});

test('a bind that takes the address of another takes its socket over', async () => {
  const proxy = start();
  const first = await proxy.apply({ upserts: [listener, route('X'), bind('zero', 0)], removals: [] });
  const { port } = first.bound.zero!;
  await proxy.apply({ upserts: [], removals: [{ kind: 'Bind', name: 'zero' }] });
  await proxy.apply({ upserts: [bind('old', port)], removals: [] });
  const applied = await proxy.apply({ upserts: [bind('new', port)], removals: [{ kind: 'Bind', name: 'old' }] });
  assert.deepEqual(applied, { bound: { new: { host: '127.0.0.1', port } }, failures: [] });
  assert.equal(await ask(port), '500 X');
});

test('a bind that goes and comes back before anybody waited for it serves', async () => {
  const proxy = start();
  const { bound } = await proxy.apply({ upserts: [listener, route('X'), bind('b', 0)], removals: [] });
  const { port } = bound.b!;
  const gone = proxy.apply({ upserts: [], removals: [{ kind: 'Bind', name: 'b' }] });
  const back = proxy.apply({ upserts: [bind('b', port)], removals: [] });
  assert.deepEqual((await gone).bound, {});
  assert.deepEqual((await back).bound, { b: { host: '127.0.0.1', port } });
  assert.equal(await ask(port), '500 X');
});

test('a bind that moves to another port leaves the old one', async () => {
  const proxy = start();
  const { bound } = await proxy.apply({ upserts: [listener, route('X'), bind('b', 0)], removals: [] });
  const free = await new Promise<number>(resolve => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
  const moved = await proxy.apply({ upserts: [bind('b', free)], removals: [] });
  assert.deepEqual(moved.bound, { b: { host: '127.0.0.1', port: free } });
  assert.equal(await ask(free), '500 X');
  await assert.rejects(ask(bound.b!.port), { code: 'ECONNREFUSED' });
});

test('the series of a rule that a route lost are shown once more, then forgotten', async () => {
  const proxy = start();
  const { bound } = await proxy.apply({ upserts: [listener, route('X'), bind('b', 0)], removals: [] });
  await ask(bound.b!.port);
  const counted = /sluice_http_requests_total\{.*route="default\/shop".*code="500".*\} 1\n/;
  assert.match(proxy.metrics(), counted);
  assert.match(proxy.metrics(), counted);
  await proxy.apply({ upserts: [], removals: [{ kind: 'Route', name: 'HTTPRoute/default/shop@default/gw' }] });
  assert.match(proxy.metrics(), counted);
  assert.doesNotMatch(proxy.metrics(), counted);
});
