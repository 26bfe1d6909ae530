import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { ProxyOptions } from '../../src/proxy/index.ts';
import { answering, ok, type Script, startBackend } from './backend.ts';
import { backend, backendName, forward, route } from './config.ts';
import { get, post, type Rig, startRig } from './rig.ts';

type Line = Readonly<Record<string, unknown>>;

/** A port on which nobody listens any more. */
const refusing = await startBackend(answering()).then(gone => {
  gone.stop();
  return gone.port;
});

const script: Script = async connection => {
  while (await connection.stream.any()) {
    const { target } = await connection.request();
    if (target === '/socket') {
      connection.send('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\nwelcome');
      connection.socket.once('end', () => connection.end());
      return;
    }
    connection.send(ok('hello'));
  }
};

async function tailed(t: TestContext, options: Partial<ProxyOptions> = {}): Promise<Rig> {
  return startRig(t, {
    script,
    options,
    units: port => [
      ...backend('api', port),
      ...backend('refusing', refusing),
      ...backend('either', refusing, port),
      route(
        [
          { path: '/ok', action: forward({ api: 1 }, { request: 5_000 }) },
          { path: '/socket', action: forward({ api: 1 }) },
          { path: '/refused', action: forward({ refusing: 1 }) },
          { path: '/either', action: forward({ either: 1 }) },
          { path: '/failed', action: { kind: 'failure', status: 500, reason: 'BackendNotFound' } },
          { path: '/moved', action: { kind: 'redirect', redirect: { kind: 'redirect', status: 301, hostname: 'b' } } },
        ],
        ['a.example'],
      ),
    ],
  });
}

const ALL = [{ id: 1, filter: {} }];

/** What each watch is told, by its number, once it is `count` lines in all; the watches must look on already. */
async function told(rig: Rig, count: number, watches = ALL as Parameters<Rig['proxy']['tail']>[0]) {
  const of = new Map<number, Line[]>(watches.map(({ id }) => [id, []]));
  let dropped = 0;
  for (let found = 0; found < count; ) {
    for (const lines of await rig.proxy.tail(watches)) {
      const read = Buffer.from(lines.bytes)
        .toString('latin1')
        .split('\n')
        .slice(0, -1)
        .map(line => JSON.parse(line));
      assert.equal(read.length, lines.count);
      of.get(lines.watch)!.push(...read);
      found += lines.count + lines.dropped;
      dropped += lines.dropped;
    }
  }
  return { of: (id: number): readonly Line[] => of.get(id)!, dropped };
}

async function ask(rig: Rig, ...requests: readonly string[]): Promise<void> {
  for (const bytes of requests) {
    const client = await rig.client();
    client.send(bytes);
    await client.answer();
  }
}

test('a request is told with all that is known of it', async t => {
  const rig = await tailed(t);
  assert.deepEqual(await rig.proxy.tail(ALL), []);
  await ask(rig, post('/ok/x?a=b', 'four', 'User-Agent: tester/1\r\nCookie: secret=1\r\nAuthorization: secret\r\n'));
  const [line] = (await told(rig, 1)).of(1);
  const { time, duration_ms, upstream_ms, request_id, ...rest } = line!;
  assert.match(String(time), /^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d\d\dZ$/);
  assert.ok(Number(upstream_ms) <= Number(duration_ms));
  assert.match(rig.backend.requests[0]!.head, new RegExp(`x-request-id: ${request_id}`, 'i'));
  assert.deepEqual(rest, {
    status: 200,
    bytes_received: 4,
    bytes_sent: 5,
    endpoint: `127.0.0.1:${rig.backend.port}`,
    listener: 'default/wire/http',
    route: 'HTTPRoute/default/wire',
    rule: 0,
    match: 0,
    backend: backendName('api'),
    policies: ['timeouts.request from HTTPRoute/default/wire spec.rules[0].timeouts'],
    client: '127.0.0.1',
    method: 'POST',
    scheme: 'http',
    host: 'a.example',
    path: '/ok/x?a=b',
    protocol: 'HTTP/1.1',
    user_agent: 'tester/1',
  });
});

const OUTCOMES: readonly (readonly [bytes: string, line: Line])[] = [
  [get('/nothing'), { status: 404, flags: 'no_route', outcome: 'no-route', route: undefined }],
  [get('/ok').replace('a.example', 'b.example'), { status: 404, outcome: 'no-route', listener: undefined }],
  [get('/moved'), { status: 301, outcome: 'redirect', rule: 5, backend: undefined }],
  [get('/failed'), { status: 500, flags: 'rule_failed', outcome: 'BackendNotFound', rule: 4 }],
  [get('/refused'), { status: 503, flags: 'connect_failed', endpoint: `127.0.0.1:${refusing}` }],
  ['GARBAGE\r\n\r\n', { status: 400, flags: 'malformed', method: undefined, client: '127.0.0.1' }],
];

test('why no backend answered is said', async t => {
  const rig = await tailed(t);
  await rig.proxy.tail(ALL);
  for (const [bytes, expected] of OUTCOMES) {
    await ask(rig, bytes);
    const [line] = (await told(rig, 1)).of(1);
    for (const [name, value] of Object.entries(expected)) assert.equal(line![name], value, `${name} of ${bytes}`);
  }
});

test('endpoints that refused are counted, and the one that answered is named', async t => {
  const rig = await tailed(t, { balancing: 'round-robin' });
  await rig.proxy.tail(ALL);
  await ask(rig, get('/either'), get('/either'));
  const lines = (await told(rig, 2)).of(1);
  assert.ok(lines.every(({ endpoint }) => endpoint === `127.0.0.1:${rig.backend.port}`));
  assert.ok(lines.some(({ tries }) => tries === 2));
});

test('each watch is told what its filter admits, and costs nothing once it has gone', async t => {
  const rig = await tailed(t);
  const watches = [
    { id: 1, filter: { route: 'default/wire' } },
    { id: 2, filter: { statuses: [{ from: 400, to: 599 }] } },
    { id: 3, filter: { path: '/ok', method: 'GET' } },
    { id: 4, filter: { host: '*.example', route: 'default/other' } },
    { id: 5, filter: { statuses: [{ from: 400, to: 400 }], host: 'a.example' } },
  ];
  await rig.proxy.tail(watches);
  await ask(rig, get('/ok/1'), post('/ok/2', ''), get('/failed'), get('/nothing'), 'GARBAGE\r\n\r\n');
  const { of } = await told(rig, 7, watches);
  const paths = (id: number) => of(id).map(({ path }) => path);
  assert.deepEqual(paths(1), ['/ok/1', '/ok/2', '/failed']);
  assert.deepEqual(paths(2), ['/failed', '/nothing', undefined]);
  assert.deepEqual(paths(3), ['/ok/1']);
  assert.deepEqual([paths(4), paths(5)], [[], []]);
  assert.deepEqual(await rig.proxy.tail([]), []);
  assert.equal(rig.core.tail.on, false);
  assert.equal(rig.core.watchers, 0);
});

test('lines that nobody fetches are counted, not kept without bound', async t => {
  const rig = await tailed(t);
  await rig.proxy.tail(ALL);
  const count = 400;
  const client = await rig.client();
  client.send(get(`/ok/${'x'.repeat(2_000)}`).repeat(count));
  for (let n = 0; n < count; n++) await client.answer();
  const { of, dropped } = await told(rig, count);
  assert.equal(of(1).length + dropped, count);
  assert.ok(dropped > 200, `${dropped} of ${count} were dropped`);
  await ask(rig, get('/ok'));
  assert.equal((await told(rig, 1)).of(1)[0]!.path, '/ok');
});

test('a WebSocket is told of when it is over, with its rule', async t => {
  const rig = await tailed(t);
  await rig.proxy.tail(ALL);
  const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: a\r\n';
  const client = await rig.client();
  client.send(get('/socket', upgrade));
  await client.stream.through('welcome');
  client.send('four');
  await ask(rig, get('/ok'));
  client.end();
  const [first, second] = (await told(rig, 2)).of(1);
  assert.equal(first!.path, '/ok');
  const { path, status, rule, bytes_received } = second!;
  assert.deepEqual([path, status, rule, bytes_received], ['/socket', 101, 1, 4]);
});

test('bytes of a stranger end no line and no string', async t => {
  const rig = await tailed(t);
  await rig.proxy.tail(ALL);
  const hostile = '"},\\\u0009\u0080\u009b\u00ff{"status":1';
  await ask(rig, get('/ok?"\\', `User-Agent: ${hostile}\r\n`));
  const [line] = (await told(rig, 1)).of(1);
  assert.deepEqual([line!.user_agent, line!.path, line!.status], [hostile, '/ok?"\\', 200]);
});

test('whoever asks again has an answer to what he asked before at once', async t => {
  const rig = await tailed(t);
  await rig.proxy.tail(ALL);
  const waiting = rig.proxy.tail(ALL);
  const later = rig.proxy.tail([]);
  assert.deepEqual(await waiting, []);
  assert.deepEqual(await later, []);
});
