import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { BIND, backend, backendName, bind, forward, LISTENER, listener, route } from '../../../test/wire/config.ts';
import type { Filter, Unit } from '../../ir/index.ts';
import type { ArrivedRequest, FieldList, MemoryReply, MemoryRequest } from './memory-messages.ts';
import { createMemoryProxy, type MemoryProxyOptions } from './memory-proxy.ts';

const MIRRORED: readonly Filter[] = [{ kind: 'mirror', backend: backendName('mirror'), share: 1 }];
const RETRIED = forward({ api: 1 }, {}, { attempts: 3, codes: [503], backoff: 1 });
const UNITS: readonly Unit[] = [
  ...backend('api', 80),
  ...backend('mirror', 81),
  ...backend('empty'),
  route([
    { path: '/mirrored', filters: MIRRORED, action: forward({ api: 1 }) },
    { path: '/mirrored-again', filters: MIRRORED, action: RETRIED },
    { path: '/again', action: RETRIED },
    { path: '/slow', action: forward({ api: 1 }, { request: 30 }) },
    { path: '/empty', action: forward({ empty: 1 }) },
    { path: '/', action: forward({ api: 1 }) },
  ]),
  listener(),
  bind(),
];

const bytes = (text: string) => Buffer.from(text, 'latin1');
const text = (body: Uint8Array) => Buffer.from(body).toString('latin1');
const valueIn = (headers: FieldList, name: string) => headers.find(([key]) => key.toLowerCase() === name)?.[1];

function start(answer?: MemoryProxyOptions['answer'], options: MemoryProxyOptions = {}) {
  const proxy = createMemoryProxy({ ...options, ...(answer && { answer }) });
  after(() => proxy.close());
  proxy.apply({ upserts: UNITS, removals: [] });
  return proxy;
}

function ask(target: string, more: Partial<MemoryRequest> = {}): MemoryRequest {
  return { method: 'GET', target, headers: [['Host', 'a.example']], ...more };
}

/** Says what came. */
function echo({ method, target, body }: ArrivedRequest): MemoryReply {
  return { headers: [['X-Number', '1']], body: bytes(`${method} ${target} ${text(body)}`) };
}

test('a request goes the whole way, and all that is known of it comes back', async () => {
  const proxy = start(echo);
  const headers = [
    ['Host', 'a.example'],
    ['X-One', '1'],
    ['x-one', '2'],
  ] as const;
  const got = await proxy.send(
    BIND,
    ask('/a?b=c', { method: 'POST', headers, body: bytes('hello'), client: '10.1.2.3' }),
  );
  assert.equal(got.status, 200);
  assert.equal(text(got.body), 'POST /a?b=c hello');
  assert.equal(valueIn(got.headers, 'x-number'), '1');
  assert.equal(got.arrived.length, 1);
  const { headers: sent, ...rest } = got.arrived[0]!;
  assert.deepEqual(
    { ...rest, body: text(rest.body) },
    { address: '127.0.0.1', port: 80, method: 'POST', target: '/a?b=c', body: 'hello' },
  );
  assert.deepEqual(sent.slice(0, 3), headers);
  assert.equal(valueIn(sent, 'x-forwarded-for'), '10.1.2.3');
  assert.deepEqual(got.facts, {
    listener: LISTENER,
    route: 'HTTPRoute/default/wire',
    rule: 5,
    ruleName: undefined,
    match: 0,
    backend: backendName('api'),
    endpoint: '127.0.0.1:80',
    attempts: 1,
    outcome: undefined,
    policies: [],
  });
});

test('without another word backends answer 200', async () => {
  const got = await start().send(BIND, ask('/'));
  assert.deepEqual([got.status, got.body.length, got.arrived.length], [200, 0, 1]);
});

for (const [what, reply, method, expected] of [
  ['HEAD', { body: bytes('hello') }, 'HEAD', [200, '5', '']],
  ['HEAD, with a length of its own', { headers: [['Content-Length', '7']] }, 'HEAD', [200, '7', '']],
  ['no content', { status: 204 }, 'GET', [204, undefined, '']],
  ['not modified', { status: 304, headers: [['ETag', '"a"']] }, 'GET', [304, undefined, '']],
  ['an error', { status: 500, body: bytes('no') }, 'GET', [500, '2', 'no']],
  ['lengths that are not so', { headers: [['content-length', '9']], body: bytes('no') }, 'GET', [200, '2', 'no']],
] as const) {
  test(`an answer: ${what}, and the next on the connection`, async () => {
    const proxy = start(({ target }) => (target === '/' ? reply : {}));
    const got = await proxy.send(BIND, ask('/', { method }));
    assert.deepEqual([got.status, valueIn(got.headers, 'content-length'), text(got.body)], expected);
    assert.equal((await proxy.send(BIND, ask('/next'))).status, 200);
  });
}

test('bodies of any length', async () => {
  const proxy = start(({ body }) => ({ body }));
  for (const length of [0, 1, 16_384, 65_536, 65_537, 3_000_000]) {
    const body = Buffer.alloc(length, 'abcdefg');
    const got = await proxy.send(BIND, ask('/', { method: 'PUT', body }));
    assert.ok(body.equals(got.body) && body.equals(got.arrived[0]!.body), `${length} bytes`);
  }
});

test('an upgrade that is agreed to, and one that is not', async () => {
  const proxy = start(({ target }) => (target === '/ws' ? { status: 101 } : {}));
  const headers = [
    ['Host', 'a'],
    ['Connection', 'Upgrade'],
    ['Upgrade', 'websocket'],
  ] as const;
  const statuses = [];
  for (const target of ['/ws', '/other', '/ws', '/next']) {
    statuses.push((await proxy.send(BIND, ask(target, { headers }))).status);
  }
  assert.deepEqual(statuses, [101, 200, 101, 200]);
});

test('what we answer ourselves says why', async () => {
  const proxy = start();
  const outcomes = [];
  for (const request of [
    ask('/empty'),
    ask('/%00'),
    ask('*'),
    ask('/', { headers: [] }),
    ask('/', { headers: [['Host', 'a b']] }),
    ask(`/${'a'.repeat(40_000)}`),
    ask('/'),
  ]) {
    const got = await proxy.send(BIND, request);
    outcomes.push([got.status, got.facts.outcome, got.arrived.length]);
  }
  assert.deepEqual(outcomes, [
    [503, 'no-endpoints', 0],
    [400, 'malformed', 0],
    [400, 'malformed', 0],
    [400, 'malformed', 0],
    [400, 'malformed', 0],
    [414, 'too-large', 0],
    [200, undefined, 1],
  ]);
});

test('mirrors get their copies, and every try is there', async () => {
  let turn = 0;
  const proxy = start(({ port }) => ({ status: port === 80 && turn++ % 3 < 2 ? 503 : 200 }));
  const ports = async (target: string) => {
    const { status, arrived, facts } = await proxy.send(BIND, ask(target));
    return [status, arrived.map(each => `${each.port} ${each.target}`).sort(), facts.attempts];
  };
  assert.deepEqual(await ports('/again'), [200, ['80 /again', '80 /again', '80 /again'], 3]);
  turn = 2;
  assert.deepEqual(await ports('/mirrored'), [200, ['80 /mirrored', '81 /mirrored'], 1]);
});

test('a backend that hangs is not waited for longer than the rule says', async () => {
  const got = await start(() => new Promise(() => {})).send(BIND, ask('/slow'));
  assert.deepEqual([got.status, got.facts.outcome, got.arrived.length], [504, 'timeout', 1]);
});

test('requests that are under way at once do not mix', async () => {
  let turn = 0;
  const proxy = start(async ({ port, target }) => {
    if (port === 81) return {};
    await sleep((turn++ * 7) % 10);
    return target.includes('again') && turn % 3 === 0 ? { status: 503 } : { body: bytes(target) };
  });
  const kinds = ['/a', '/mirrored', '/again', '/mirrored-again'];
  const targets = Array.from({ length: 120 }, (_, i) => `${kinds[i % kinds.length]}?${i}`);
  const all = await Promise.all(
    targets.map((target, i) => proxy.send(BIND, ask(target, { client: `10.0.0.${i % 7}` }))),
  );
  for (const [i, { body, arrived, facts }] of all.entries()) {
    const target = targets[i]!;
    if (text(body) !== '') assert.equal(text(body), target);
    const own = arrived.filter(({ port }) => port === 80);
    assert.ok(
      arrived.every(each => each.target === target && valueIn(each.headers, 'x-forwarded-for') === `10.0.0.${i % 7}`),
    );
    assert.equal(own.length, facts.attempts);
    assert.equal(arrived.length - own.length, target.includes('mirrored') ? 1 : 0);
  }
  assert.ok(all.some(({ facts }) => facts.attempts > 1));
});

test('a backend may ask the gateway in its turn', async () => {
  const proxy = start(async ({ target }) => {
    const depth = Number(target.slice(1));
    if (depth === 0) return { body: bytes('end') };
    return { body: (await proxy.send(BIND, ask(`/${depth - 1}`))).body };
  });
  const got = await proxy.send(BIND, ask('/5'));
  assert.deepEqual([text(got.body), got.arrived.length], ['end', 1]);
});

for (const [what, send, said] of [
  ['no such bind', (p, ok) => p.send('other', ok), /there is no bind other/],
  ['a method that is none', (p, ok) => p.send(BIND, { ...ok, method: 'A B' }), /"A B" is no method/],
  ['a target with a line break', (p, ok) => p.send(BIND, { ...ok, target: '/\r\n' }), /is no request target/],
  ['no target', (p, ok) => p.send(BIND, { ...ok, target: '' }), /is no request target/],
  [
    'a header with a line break',
    (p, ok) => p.send(BIND, { ...ok, headers: [['a', 'b\r\nc: d']] }),
    /the header a holds/,
  ],
  ['a header beyond bytes', (p, ok) => p.send(BIND, { ...ok, headers: [['a', '☕']] }), /the header a holds/],
  ['a name that is none', (p, ok) => p.send(BIND, { ...ok, headers: [['a b', 'c']] }), /"a b" is no name/],
  ['a backend that throws', (p, ok) => p.send(BIND, { ...ok, target: '/throw' }), /thrown/],
  ['a backend that rejects', (p, ok) => p.send(BIND, { ...ok, target: '/reject' }), /rejected/],
  ['a reply that is none', (p, ok) => p.send(BIND, { ...ok, target: '/reply' }), /99 is no status/],
] satisfies [string, (p: ReturnType<typeof start>, ok: MemoryRequest) => Promise<unknown>, RegExp][]) {
  test(`${what}: the promise says so, and others are served`, async () => {
    const proxy = start(({ target }) => {
      if (target === '/throw') throw new Error('thrown');
      if (target === '/reject') return Promise.reject(new Error('rejected'));
      return target === '/reply' ? { status: 99 } : {};
    });
    await assert.rejects(send(proxy, ask('/')), { message: said });
    assert.equal((await proxy.send(BIND, ask('/'))).status, 200);
  });
}

test('a change is live when it is taken, and a bind that is gone is no more', async () => {
  const proxy = start();
  const statusOf = async () => (await proxy.send(BIND, ask('/'))).status;
  assert.equal(await statusOf(), 200);
  proxy.apply({ upserts: [route([{ action: { kind: 'failure', status: 500, reason: 'X' } }])], removals: [] });
  assert.equal(await statusOf(), 500);
  proxy.apply({ upserts: [], removals: [{ kind: 'Bind', name: BIND }] });
  await assert.rejects(statusOf(), /there is no bind/);
  proxy.apply({ upserts: [bind()], removals: [] });
  assert.equal(await statusOf(), 500);
});

test('what is under way when its bind goes is answered; when the proxy closes, it is not', async () => {
  let reply = (_: MemoryReply) => {};
  const proxy = start(() => new Promise(resolve => (reply = resolve)));
  const first = proxy.send(BIND, ask('/'));
  proxy.apply({ upserts: [], removals: [{ kind: 'Bind', name: BIND }] });
  reply({ status: 418 });
  assert.equal((await first).status, 418);
  proxy.apply({ upserts: [bind()], removals: [] });
  const second = proxy.send(BIND, ask('/'));
  proxy.close();
  await assert.rejects(second, /closed|ended/);
  await assert.rejects(proxy.send(BIND, ask('/')), /the proxy is closed/);
});

test('a client keeps one connection, and comes back on another when that had its time', async () => {
  const proxy = start(undefined, { maxConnectionRequests: 2 });
  const said = [];
  for (let i = 0; i < 4; i++) said.push(valueIn((await proxy.send(BIND, ask('/'))).headers, 'connection'));
  assert.deepEqual(said, [undefined, 'close', undefined, 'close']);
});

test('whose word is believed, the address of the client decides', async () => {
  const proxy = start(undefined, { trustedProxies: ['10.0.0.0/8'] });
  const headers = [
    ['Host', 'a'],
    ['X-Forwarded-For', '1.2.3.4'],
  ] as const;
  const seen = [];
  for (const client of ['10.0.0.1', '11.0.0.1', '::1']) {
    const { arrived } = await proxy.send(BIND, ask('/', { headers, client }));
    seen.push(valueIn(arrived[0]!.headers, 'x-forwarded-for'));
  }
  assert.deepEqual(seen, ['1.2.3.4, 10.0.0.1', '11.0.0.1', '::1']);
});

test('who waits for an answer keeps the process alive, and nothing else does', () => {
  const program = `
    const { createMemoryProxy } = await import(${JSON.stringify(new URL('./memory-proxy.ts', import.meta.url).href)});
    const proxy = createMemoryProxy({ answer: ({ target }) => (target === '/' ? {} : new Promise(() => {})) });
    proxy.apply({ upserts: ${JSON.stringify(UNITS)}, removals: [] });
    const ask = target => proxy.send('${BIND}', { method: 'GET', target, headers: [['Host', 'a']] });
    console.log((await ask('/')).status, (await ask('/slow')).status);
  `;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
    timeout: 30_000,
  });
  assert.deepEqual([stdout, stderr, status], ['200 504\n', '', 0]);
});
