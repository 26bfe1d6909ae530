import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, suite, type TestContext, test } from 'node:test';
import type { AccessLogOptions, ProxyOptions } from '../../src/proxy/index.ts';
import { answering, eventually, ok, type Script, startBackend } from './backend.ts';
import { backend, backendName, forward, route } from './config.ts';
import { get, post, type Rig, startRig } from './rig.ts';

type Line = Readonly<Record<string, unknown>>;

interface Logged extends Rig {
  /** All lines, once there are `count`. */
  lines(count: number): Promise<readonly string[]>;
  /** The same, read. */
  entries(count: number): Promise<readonly Line[]>;
}

/** A port on which nobody listens any more. */
const refusing = await startBackend(answering()).then(gone => {
  gone.stop();
  return gone.port;
});
const dir = mkdtempSync(path.join(tmpdir(), 'sluice-log-'));
after(() => rmSync(dir, { recursive: true, force: true }));

/** By the target: answers, says nothing, closes, or breaks off. */
const script: Script = async connection => {
  while (await connection.stream.any()) {
    const { target } = await connection.request();
    if (target.startsWith('/socket')) {
      connection.send('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\nwelcome');
      connection.socket.once('end', () => connection.end());
      return;
    }
    if (target.startsWith('/closes')) connection.end();
    else if (target.startsWith('/breaks')) {
      connection.send('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf');
      connection.end();
    } else if (!target.startsWith('/silent')) connection.send(ok('hello'));
  }
};

async function logged(
  t: TestContext,
  options: Partial<ProxyOptions> = {},
  format: AccessLogOptions['format'] = 'json',
): Promise<Logged> {
  const file = path.join(dir, `${Math.random()}.log`);
  const rig = await startRig(t, {
    script,
    options: { ...options, accessLog: { format, path: file } },
    units: port => [
      ...backend('api', port),
      ...backend('refusing', refusing),
      ...backend('either', refusing, port),
      ...backend('empty'),
      route(
        [
          { path: '/ok', action: forward({ api: 1 }) },
          { path: '/socket', action: forward({ api: 1 }) },
          { path: '/closes', action: forward({ api: 1 }) },
          { path: '/breaks', action: forward({ api: 1 }) },
          { path: '/silent/late', action: forward({ api: 1 }, { request: 30 }) },
          { path: '/silent', action: forward({ api: 1 }) },
          { path: '/refused', action: forward({ refusing: 1 }) },
          { path: '/empty', action: forward({ empty: 1 }) },
          { path: '/unknown', action: forward({ nobody: 1 }) },
          { path: '/either', action: forward({ either: 1 }) },
          { path: '/failed', action: { kind: 'failure', status: 500, reason: 'BackendNotFound' } },
          { path: '/moved', action: { kind: 'redirect', redirect: { kind: 'redirect', status: 301, hostname: 'b' } } },
        ],
        ['a.example'],
      ),
    ],
  });
  const lines = async (count: number) => {
    await eventually(() => existsSync(file) && linesOf(file).length >= count, `${count} lines are logged`);
    return linesOf(file);
  };
  return { ...rig, lines, entries: async count => (await lines(count)).map(line => JSON.parse(line)) };
}

function linesOf(file: string): readonly string[] {
  return readFileSync(file, 'latin1').split('\n').slice(0, -1);
}

/** Without what is another every time. */
function stable({ time, duration_ms, upstream_ms, request_id, endpoint, ...rest }: Line): Line {
  assert.match(String(time), /^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d\d\dZ$/);
  assert.ok(Number(duration_ms) >= 0);
  return rest;
}

test('a request that a backend answered: every field', async t => {
  const rig = await logged(t);
  const client = await rig.client();
  client.send(post('/ok/x?a=b', 'four', 'User-Agent: tester/1\r\nReferer: http://r.example/\r\nCookie: s=1\r\n'));
  await client.answer();
  const [entry] = await rig.entries(1);
  assert.deepEqual(stable(entry!), {
    status: 200,
    bytes_received: 4,
    bytes_sent: 5,
    gateway: 'default/wire',
    listener: 'http',
    route: 'default/wire',
    rule: '0',
    backend: backendName('api'),
    client: '127.0.0.1',
    method: 'POST',
    scheme: 'http',
    host: 'a.example',
    path: '/ok/x?a=b',
    protocol: 'HTTP/1.1',
    user_agent: 'tester/1',
    referer: 'http://r.example/',
  });
  assert.match(String(entry!.request_id), /^[0-9a-f]{32}$/);
  const [request] = rig.backend.requests;
  assert.match(request!.head, new RegExp(`x-request-id: ${entry!.request_id}`, 'i'));
  assert.equal(entry!.endpoint, `127.0.0.1:${rig.backend.port}`);
  assert.ok(Number(entry!.upstream_ms) <= Number(entry!.duration_ms));
});

const OUTCOMES: readonly (readonly [bytes: string, status: number, flags: string | undefined, more?: Line])[] = [
  [get('/ok'), 200, undefined, { bytes_sent: 5 }],
  [get('/moved'), 301, undefined, { rule: '11', bytes_sent: 0 }],
  [get('/nothing'), 404, 'no_route', { path: '/nothing' }],
  [get('/failed'), 500, 'rule_failed', { rule: '10' }],
  [get('/unknown'), 500, 'no_backend', { backend: backendName('nobody') }],
  [get('/empty'), 503, 'no_endpoints', { backend: backendName('empty') }],
  [get('/refused'), 503, 'connect_failed', { endpoint: `127.0.0.1:${refusing}` }],
  [get('/closes'), 502, 'backend_closed', { backend: backendName('api') }],
  [get('/silent/late'), 504, 'timeout', { rule: '4' }],
  [get('/ok').replace('a.example', 'a b'), 400, 'malformed', { method: 'GET', path: '/ok', host: 'a b' }],
  ['CONNECT a.example:80 HTTP/1.1\r\nHost: a.example:80\r\n\r\n', 405, 'unsupported', { method: 'CONNECT' }],
  [get('/ok', 'Content-Length: 999\r\n'), 413, 'too_large', { path: '/ok' }],
  ['OPTIONS * HTTP/1.1\r\nHost: a.example\r\n\r\n', 200, undefined, { path: '*' }],
  ['GARBAGE\r\n\r\n', 400, 'malformed', { method: undefined, path: undefined }],
  [get('/ok', `X-Long: ${'x'.repeat(9_000)}\r\n`), 431, 'too_large', { method: undefined, host: undefined }],
  [get(`/${'x'.repeat(3_000)}`), 414, 'too_large', { path: undefined }],
];

suite('outcomes', { concurrency: true }, () => {
  for (const [bytes, status, flags, more = {}] of OUTCOMES) {
    test(`${bytes.split('\r\n')[0]!.slice(0, 40)} … ${status} ${flags ?? ''}`, async t => {
      const rig = await logged(t, { maxBodyBytes: 500, maxHeadBytes: 8_000, maxTargetBytes: 2_500 });
      const client = await rig.client();
      client.send(bytes);
      const answer = await client.answer();
      assert.equal(answer.status, status);
      const [entry] = await rig.entries(1);
      assert.equal(entry!.status, status);
      assert.equal(entry!.flags, flags);
      assert.equal(entry!.client, '127.0.0.1');
      assert.equal(entry!.bytes_sent, answer.body.length);
      for (const [name, value] of Object.entries(more)) assert.equal(entry![name], value, name);
    });
  }
});

/** What is sent before the client falls silent, and what the line says. */
const STANDSTILLS: readonly (readonly [name: string, bytes: string, options: Partial<ProxyOptions>, line: Line])[] = [
  ['a head that does not end', get('/ok').slice(0, -2), { headTimeout: 50 }, {}],
  [
    'a body that stalls',
    post('/ok', 'four').slice(0, -1),
    { bodyIdleTimeout: 50 },
    { path: '/ok', bytes_received: 3, backend: backendName('api') },
  ],
  ['a request that takes too long', post('/ok', 'four').slice(0, -1), { requestTimeout: 50 }, { path: '/ok' }],
];

suite('standstills', { concurrency: true }, () => {
  for (const [name, bytes, options, more] of STANDSTILLS) {
    test(`408 for ${name}`, async t => {
      const rig = await logged(t, options);
      const client = await rig.client();
      client.send(bytes);
      const answer = await client.answer();
      assert.equal(answer.status, 408);
      const [entry] = await rig.entries(1);
      assert.deepEqual([entry!.status, entry!.flags], [408, 'client_timeout']);
      assert.equal(entry!.bytes_sent, answer.body.length);
      assert.equal(entry!.path, more.path);
      for (const [field, value] of Object.entries(more)) assert.equal(entry![field], value, field);
    });
  }

  test('a connection on which nothing was said has no line', async t => {
    const rig = await logged(t, { headTimeout: 50 });
    const silent = await rig.client();
    assert.equal((await silent.stream.rest()).bytes.length, 0);
    const client = await rig.client();
    client.send(get('/ok'));
    await client.answer();
    assert.deepEqual(
      (await rig.entries(1)).map(({ path }) => path),
      ['/ok'],
    );
  });
});

test('a client that goes away, and an answer that breaks off', async t => {
  const rig = await logged(t);
  const client = await rig.client();
  client.send(get('/silent'));
  await eventually(() => rig.backend.requests.length === 1, 'the backend has the request');
  client.reset();
  const [gone] = await rig.entries(1);
  assert.deepEqual([gone!.status, gone!.flags, gone!.path], [499, 'client_gone', '/silent']);
  const other = await rig.client();
  other.send(get('/breaks'));
  await assert.rejects(other.answer());
  const [, broken] = await rig.entries(2);
  assert.deepEqual([broken!.status, broken!.flags, broken!.bytes_sent], [200, 'cut_off', 4]);
});

test('requests of one connection come in order, each with its own fields', async t => {
  const rig = await logged(t);
  const client = await rig.client();
  const targets = Array.from({ length: 50 }, (_, index) => (index % 2 === 0 ? `/ok/${index}` : `/nothing/${index}`));
  client.send(targets.map((target, i) => get(target, i % 3 === 0 ? `User-Agent: agent-${i}\r\n` : '')).join(''));
  for (const _ of targets) await client.answer();
  const entries = await rig.entries(50);
  assert.deepEqual(
    entries.map(({ path, user_agent, status, backend: name }) => [path, user_agent, status, name]),
    targets.map((target, i) => [
      target,
      i % 3 === 0 ? `agent-${i}` : undefined,
      i % 2 === 0 ? 200 : 404,
      i % 2 === 0 ? backendName('api') : undefined,
    ]),
  );
});

test('endpoints that refused are counted as tries, and the one that answered is named', async t => {
  const rig = await logged(t, { balancing: 'round-robin' });
  const client = await rig.client();
  for (let i = 0; i < 4; i++) {
    client.send(get('/either'));
    assert.equal((await client.answer()).status, 200);
  }
  const entries = await rig.entries(4);
  assert.ok(entries.every(entry => entry.endpoint === `127.0.0.1:${rig.backend.port}`));
  assert.ok(entries.some(entry => entry.tries === 2));
});

test('bytes of a stranger end no line and no string; secrets of fields are not there', async t => {
  const rig = await logged(t);
  const client = await rig.client();
  const hostile = '"},\\\u0009\u0080\u009b\u00ff{"status":1';
  client.send(get('/ok?"\\', `User-Agent: ${hostile}\r\nAuthorization: Bearer secret\r\nCookie: secret=1\r\n`));
  await client.answer();
  const [line] = await rig.lines(1);
  assert.match(line!, /^[\x20-\x7e]+$/);
  assert.doesNotMatch(line!, /secret/);
  const entry = JSON.parse(line!) as Line;
  assert.equal(entry.user_agent, hostile);
  assert.equal(entry.path, '/ok?"\\');
  assert.equal(entry.status, 200);
});

test('what a peer says of its client is logged only if its word is taken', async t => {
  const fields = 'X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\nX-Request-Id: mine\r\n';
  for (const [trusting, expected] of [
    [{}, ['127.0.0.1', 'http', false]],
    [{ trustedProxies: ['127.0.0.0/8'] }, ['203.0.113.9', 'https', true]],
    [{ trustedHops: 1 }, ['203.0.113.9', 'https', true]],
    [{ trustedHops: 2 }, ['127.0.0.1', 'https', true]],
  ] as const) {
    const rig = await logged(t, trusting);
    const client = await rig.client();
    client.send(get('/ok', fields));
    await client.answer();
    const [entry] = await rig.entries(1);
    assert.deepEqual([entry!.client, entry!.scheme, entry!.request_id === 'mine'], expected);
  }
});

test('text is what readers of the combined format take, with more behind it', async t => {
  const rig = await logged(t, {}, 'text');
  const client = await rig.client();
  client.send(get('/ok?a="b', 'User-Agent: a"b\r\nReferer: http://r.example/\r\n') + get('/nothing'));
  await client.answer();
  await client.answer();
  const garbage = await rig.client();
  garbage.send('GARBAGE\r\n\r\n');
  await garbage.answer();
  const [first, second, third] = await rig.lines(3);
  const time = '\\[\\d\\d/[A-Z][a-z]{2}/20\\d\\d:\\d\\d:\\d\\d:\\d\\d \\+0000\\]';
  const combined = (request: string, rest: string) => new RegExp(`^127\\.0\\.0\\.1 - - ${time} "${request}" ${rest}`);
  assert.match(
    first!,
    combined(
      'GET /ok\\?a=\\\\x22b HTTP/1\\.1',
      '200 5 "http://r\\.example/" "a\\\\x22b" scheme=http host="a\\.example" ',
    ),
  );
  assert.match(first!, / request_id="[0-9a-f]{32}" duration_ms=[\d.]+ upstream_ms=[\d.]+ bytes_received=0 endpoint=/);
  assert.match(first!, / gateway="default\/wire" listener="http" route="default\/wire" rule="0" backend="Service\//);
  assert.match(second!, combined('GET /nothing HTTP/1\\.1', '404 \\d+ "-" "-" .* flags=no_route$'));
  assert.match(third!, combined('-', '400 \\d+ "-" "-" .* flags=malformed$'));
});

test('a WebSocket has its line when it is over', async t => {
  const rig = await logged(t);
  const client = await rig.client();
  client.send(
    get(
      '/socket',
      'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: a\r\n',
    ),
  );
  assert.match(String(await client.stream.through('welcome')), /^HTTP\/1\.1 101 /);
  client.send('four');
  client.send(get('/never'));
  const other = await rig.client();
  other.send(get('/ok'));
  await other.answer();
  await rig.entries(1);
  client.end();
  const [first, second] = await rig.entries(2);
  assert.equal(first!.path, '/ok');
  assert.deepEqual([second!.path, second!.status, second!.flags], ['/socket', 101, undefined]);
  assert.deepEqual([second!.bytes_received, second!.bytes_sent], [4 + get('/never').length, 7]);
});

test('a drain ends with the last lines written, of what it cut off too', async t => {
  const rig = await logged(t);
  const client = await rig.client();
  const silent = await rig.client();
  client.send(get('/ok'));
  await client.answer();
  silent.send(get('/silent'));
  await eventually(() => rig.backend.requests.length === 2, 'the backend has both');
  await rig.proxy.drain(50);
  const lines = await rig.entries(0);
  assert.deepEqual(
    lines.map(({ path, flags }) => [path, flags]),
    [
      ['/ok', undefined],
      ['/silent', 'drained'],
    ],
  );
});

test('a request for which only an endpoint was left that is left out says so', async t => {
  const rig = await logged(t);
  const client = await rig.client();
  for (let i = 0; i < 2; i++) {
    client.send(get('/refused'));
    await client.answer();
  }
  const entries = await rig.entries(2);
  assert.deepEqual(
    entries.map(({ flags }) => flags),
    ['connect_failed', 'connect_failed,all_ejected'],
  );
});
