import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type Endpoint, type Endpoints, type Filter, type Session, seal, type Unit } from '../../src/ir/index.ts';
import { shareKey, TokenBox } from '../../src/proxy/session/token-box.ts';
import { answering, type Backend, ok, type Script, startBackend } from './backend.ts';
import { backend, backendName, forward, type RuleSpec, route } from './config.ts';
import { type Answer, field } from './message.ts';
import { get, type Rig, startRig } from './rig.ts';

const COOKIE: Session = { carrier: { kind: 'cookie', name: 'shop', path: '/', permanent: false } };
const HEADER: Session = { carrier: { kind: 'header', name: 'X-Session' } };

type Shares = Readonly<Record<string, number>>;

/** A rule with sessions that forwards to backends by name, with weights. */
function rule(shares: Shares, session: Session = COOKIE, rest: Partial<RuleSpec> = {}): RuleSpec {
  return { ...rest, action: { ...forward(shares, {}, RETRY), session } as RuleSpec['action'] };
}
const RETRY = { attempts: 2, codes: [503], backoff: 1 };

function saying(name: string): Script {
  return answering(() => ok(name));
}

/** Endpoints of `name`: ports, or a whole endpoint where one is not simply ready. */
function listed(name: string, ...places: readonly (number | Endpoint)[]): Endpoints {
  const list = places.map(place =>
    typeof place === 'number' ? ({ address: '127.0.0.1', port: place, state: 'ready' } as const) : place,
  );
  return seal({ kind: 'Endpoints', name: backendName(name), endpoints: list });
}

/** Backends that each answer with their name. */
async function servers(...names: readonly string[]): Promise<Record<string, Backend>> {
  const started = await Promise.all(names.map(name => startBackend(saying(name))));
  after(() => started.forEach(server => void server.stop()));
  return Object.fromEntries(names.map((name, at) => [name, started[at]!]));
}

/** A proxy with a backend of one endpoint for each server. */
async function rigWith(all: Record<string, Backend>, rules: readonly RuleSpec[], more: readonly Unit[] = []) {
  const backends = Object.entries(all).flatMap(([name, { port }]) => backend(name, port));
  return startRig({ after }, { units: () => [...backends, route(rules), ...more] });
}

async function ask(rig: Rig, fields = '', target = '/'): Promise<Answer> {
  const client = await rig.client();
  client.send(get(target, fields));
  return client.answer();
}

/** `name=token`, as a client sends it back; undefined where the answer has none. */
function cookieOf(answer: Answer): string | undefined {
  return field(answer, 'set-cookie')?.split(';')[0];
}

async function begin(rig: Rig, target = '/'): Promise<{ readonly who: string; readonly cookie: string }> {
  const answer = await ask(rig, '', target);
  const cookie = cookieOf(answer);
  assert.ok(cookie !== undefined, 'a session begins');
  return { who: answer.body, cookie: `Cookie: ${cookie}\r\n` };
}

test('a session stays where it began, and its answers say no more of it', async () => {
  const rig = await rigWith(await servers('a', 'b'), [rule({ a: 1, b: 1 })]);
  const sessions = [await begin(rig), await begin(rig), await begin(rig), await begin(rig)];
  assert.deepEqual(sessions.map(({ who }) => who).sort(), ['a', 'a', 'b', 'b'], 'sessions are shared out by weight');
  for (const { who, cookie } of [...sessions, ...sessions]) {
    const answer = await ask(rig, cookie);
    assert.deepEqual([answer.body, field(answer, 'set-cookie')], [who, undefined]);
  }
});

test('it goes to one endpoint of the backend', async () => {
  const all = await servers('a', 'b', 'c');
  const rig = await rigWith({ a: all.a! }, [rule({ a: 1 })]);
  await rig.apply([listed('a', ...Object.values(all).map(({ port }) => port))]);
  const { who, cookie } = await begin(rig);
  for (let i = 0; i < 12; i++) assert.equal((await ask(rig, cookie)).body, who);
});

test('a session outlives the weight of its backend', async () => {
  const rig = await rigWith(await servers('a', 'b'), [rule({ a: 1, b: 0 })]);
  const { who, cookie } = await begin(rig);
  assert.equal(who, 'a');
  await rig.apply([route([rule({ a: 0, b: 1 })])]);
  assert.equal((await ask(rig, cookie)).body, 'a');
  assert.equal((await ask(rig)).body, 'b', 'new ones follow the weights');
  await rig.apply([route([rule({ a: 0, b: 0 })])]);
  assert.equal((await ask(rig, cookie)).body, 'a');
  const refused = await ask(rig);
  assert.deepEqual([refused.status, field(refused, 'set-cookie')], [500, undefined]);
});

test('a backend that left the rule, or that nobody knows any more, loses its sessions', async () => {
  const rig = await rigWith(await servers('a', 'b'), [rule({ a: 1, b: 0 })]);
  const { cookie } = await begin(rig);
  await rig.apply([route([rule({ b: 1 })])]);
  const moved = await ask(rig, cookie);
  assert.equal(moved.body, 'b');
  assert.ok(cookieOf(moved), 'a new session');
  await rig.apply([route([rule({ a: 0, b: 1 })])], [{ kind: 'Backend', name: backendName('a') }]);
  assert.equal((await ask(rig, cookie)).body, 'b');
});

test('where an endpoint is gone, its backend gets the session, unless it gets no new ones', async () => {
  const all = await servers('a1', 'a2', 'b');
  const rig = await rigWith({ a: all.a1!, b: all.b! }, [rule({ a: 1, b: 1 })]);
  const first = await begin(rig);
  assert.equal(first.who, 'a1');
  await rig.apply([listed('a', all.a2!.port)]);
  for (let i = 0; i < 3; i++) assert.equal((await ask(rig, first.cookie)).body, 'a2', 'not by weight');
  const moved = await ask(rig, first.cookie);
  await rig.apply([listed('a', all.a1!.port, all.a2!.port)]);
  assert.equal((await ask(rig, `Cookie: ${cookieOf(moved)}\r\n`)).body, 'a2', 'it was told of the new place');
  await rig.apply([listed('a', all.a2!.port), route([rule({ a: 0, b: 1 })])]);
  assert.equal((await ask(rig, first.cookie)).body, 'b');
});

test('an endpoint that drains keeps its sessions and gets no new ones', async () => {
  const all = await servers('a1', 'a2');
  const rig = await rigWith({ a: all.a1! }, [rule({ a: 1 })]);
  const { cookie } = await begin(rig);
  const draining = { address: '127.0.0.1', port: all.a1!.port, state: 'draining' } as const;
  await rig.apply([listed('a', draining, all.a2!.port)]);
  for (let i = 0; i < 3; i++) {
    assert.equal((await ask(rig, cookie)).body, 'a1');
    assert.equal((await ask(rig)).body, 'a2');
  }
});

test('an endpoint that refuses connections, or whose answers are retried, loses the session to the one that answers', async () => {
  const all = await servers('a1', 'a2');
  const rig = await rigWith({ a: all.a1! }, [rule({ a: 1 })]);
  const { cookie } = await begin(rig);
  await rig.apply([listed('a', all.a1!.port, all.a2!.port)]);
  all.a1!.stop();
  const moved = await ask(rig, cookie);
  assert.equal(moved.body, 'a2');
  assert.equal((await ask(rig, `Cookie: ${cookieOf(moved)}\r\n`)).body, 'a2');

  const failing = await startBackend(answering(request => (request.target === '/fail' ? SHED : ok('f'))));
  after(() => failing.stop());
  await rig.apply([listed('a', failing.port)]);
  const doomed = await begin(rig);
  await rig.apply([listed('a', failing.port, all.a2!.port)]);
  const retried = await ask(rig, doomed.cookie, '/fail');
  assert.equal(retried.body, 'a2');
  assert.ok(cookieOf(retried), 'it is told of the one that answered');
});

test('a session does not move where every try fails alike', async () => {
  const failing = (name: string) => answering(request => (request.target === '/fail' ? SHED : ok(name)));
  const all = await Promise.all(['a1', 'a2'].map(name => startBackend(failing(name))));
  after(() => all.forEach(server => void server.stop()));
  const rig = await rigWith({ a: all[0]! }, [rule({ a: 1 })]);
  const { cookie } = await begin(rig);
  await rig.apply([listed('a', all[0]!.port, all[1]!.port)]);
  const failed = await ask(rig, cookie, '/fail');
  assert.deepEqual([failed.status, cookieOf(failed)], [503, undefined]);
  assert.equal((await ask(rig, cookie)).body, 'a1');
});
const SHED = 'HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n';

test('rules share nothing, not even with one name and one backend', async () => {
  const rules = [rule({ a: 1, b: 1 }, COOKIE, { path: '/one' }), rule({ a: 1, b: 1 }, COOKIE, { path: '/two' })];
  const rig = await rigWith(await servers('a', 'b'), rules);
  const one = await begin(rig, '/one');
  const other = await ask(rig, one.cookie, '/two');
  assert.ok(cookieOf(other), 'a session of its own');
  const both = `Cookie: ${cookieOf(other)}; ${one.cookie.slice('Cookie: '.length)}`;
  const back = await ask(rig, both, '/one');
  assert.deepEqual([back.body, cookieOf(back)], [one.who, undefined], 'each token that came is tried');
});

test('sessions stay with their rule when rules around it come and go', async () => {
  const other = (name: string): Session => ({ carrier: { kind: 'cookie', name, path: '/', permanent: false } });
  const [one, two] = [
    rule({ a: 1, b: 1 }, other('one'), { path: '/1' }),
    rule({ a: 1, b: 1 }, other('two'), { path: '/2' }),
  ];
  const again = rule({ a: 1, b: 1 }, other('two'), { path: '/3' });
  const plain: RuleSpec = { path: '/plain', action: forward({ a: 1 }) };
  const rig = await rigWith(await servers('a', 'b'), [one, two, again]);
  const first = await begin(rig, '/2');
  assert.ok(cookieOf(await ask(rig, first.cookie, '/3')), 'two rules of one name have sessions of their own');
  for (const rules of [
    [plain, one, two, again],
    [two, again],
    [two, one, plain],
  ]) {
    await rig.apply([route(rules)]);
    const answer = await ask(rig, first.cookie, '/2');
    assert.deepEqual([answer.body, cookieOf(answer)], [first.who, undefined]);
  }
});

test('a backend that stands in a rule twice has two kinds of sessions', async () => {
  const mark = (value: string): Filter => ({ kind: 'responseHeaders', set: [['x-half', value]], add: [], remove: [] });
  const target = { kind: 'backend', backend: backendName('a') } as const;
  const halves = ['1', '2'].map(value => ({ weight: 1, filters: [mark(value)], target }));
  const action = { kind: 'forward', backends: halves, timeouts: {}, session: COOKIE } as const;
  const rig = await rigWith(await servers('a'), [{ action }]);
  for (const half of ['1', '2']) {
    const first = await ask(rig);
    assert.equal(field(first, 'x-half'), half);
    for (let i = 0; i < 3; i++) assert.equal(field(await ask(rig, `Cookie: ${cookieOf(first)}\r\n`), 'x-half'), half);
  }
});

test('what is no token of ours begins a session like nothing at all', async () => {
  const rig = await rigWith(await servers('a'), [rule({ a: 1 })]);
  const [, token = ''] = (await begin(rig)).cookie.trim().split('=');
  const flipped = (at: number) => token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
  const junk = [
    '',
    'x',
    'a'.repeat(20_000),
    '='.repeat(155),
    '\xff'.repeat(155),
    token.slice(0, -1),
    `${token}A`,
    token + token,
    `"${token}"`,
    ...[0, 1, 2, 20, 60, 120, 153].map(flipped),
  ];
  for (const value of junk) {
    const answer = await ask(rig, `Cookie: shop=${value}\r\n`);
    assert.equal(answer.status, 200, value.slice(0, 200));
    assert.ok(cookieOf(answer), `a new session for ${value.slice(0, 200)}`);
  }
  assert.equal(cookieOf(await ask(rig, `Cookie: shop=${token}\r\n`)), undefined, 'the true one counts');
});

test('cookies are found among others, in several lines, by their whole name and its case', async () => {
  const rig = await rigWith(await servers('a'), [rule({ a: 1 })]);
  const { cookie } = await begin(rig);
  const pair = cookie.slice('Cookie: '.length, -2);
  const found = (fields: string) => ask(rig, fields).then(answer => cookieOf(answer) === undefined);
  for (const [fields, is] of [
    [`Cookie: a=1; ${pair}; b=2\r\n`, true],
    [`cookie:${pair}\r\n`, true],
    [`Cookie: a=1\r\nCookie: ${pair}\r\n`, true],
    [`Cookie: shop=old; shop=; ${pair}\r\n`, true],
    [`Cookie: a=1;;  ;\t${pair} \r\n`, true],
    [`Cookie: x${pair}\r\n`, false],
    [`Cookie: ${pair.replace('shop', 'SHOP')}\r\n`, false],
    [`Cookie: a ${pair}\r\n`, false],
    [`X-Cookie: ${pair}\r\n`, false],
    [`Cookie: ${pair.replace('=', '==')}\r\n`, false],
    [`Cookie: shop\r\n`, false],
  ] as const) {
    assert.equal(await found(fields), is, fields);
  }
});

test('the backend gets the cookie as it came, and what it sets itself stays beside ours', async () => {
  const script = answering(request => ok(field(request, 'cookie') ?? '', 'Set-Cookie: own=1\r\nSet-Cookie: two=2\r\n'));
  const own = await startBackend(script);
  after(() => own.stop());
  const rig = await rigWith({ a: own }, [rule({ a: 1 })]);
  const first = await ask(rig);
  const set = first.fields.filter(([name]) => name === 'set-cookie').map(([, value]) => value);
  assert.deepEqual([set[0], set[1], set.length], ['own=1', 'two=2', 3]);
  const pair = set[2]!.split(';')[0]!;
  assert.equal((await ask(rig, `Cookie: a=1; ${pair}\r\n`)).body, `a=1; ${pair}`);
});

test('filters change what the backend says of cookies, not what we do', async () => {
  const own = await startBackend(answering(request => ok(field(request, 'cookie') ?? 'none', 'Set-Cookie: own=1\r\n')));
  after(() => own.stop());
  const filters: Filter[] = [
    { kind: 'requestHeaders', set: [], add: [], remove: ['cookie'] },
    { kind: 'responseHeaders', set: [], add: [], remove: ['set-cookie'] },
  ];
  const rig = await rigWith({ a: own }, [rule({ a: 1 }, COOKIE, { filters })]);
  const first = await ask(rig);
  assert.match(field(first, 'set-cookie') ?? '', /^shop=[^,]*$/);
  const second = await ask(rig, `Cookie: ${cookieOf(first)}\r\n`);
  assert.deepEqual([second.body, cookieOf(second)], ['none', undefined]);
});

for (const [title, session, attributes] of [
  ['a session cookie', COOKIE, '; Path=/; HttpOnly; SameSite=Lax'],
  [
    'a session cookie of limited time, for a path',
    { carrier: { ...COOKIE.carrier, path: '/cart' }, absoluteTimeout: 60_000 } as Session,
    '; Path=/cart; HttpOnly; SameSite=Lax',
  ],
  [
    'a permanent cookie',
    { carrier: { ...COOKIE.carrier, permanent: true }, absoluteTimeout: 90_500 } as Session,
    '; Path=/; Max-Age=91; HttpOnly; SameSite=Lax',
  ],
] as const) {
  test(`${title} says so`, async () => {
    const rig = await rigWith(await servers('a'), [rule({ a: 1 }, session)]);
    const line = field(await ask(rig), 'set-cookie') ?? '';
    assert.match(line, /^shop=[A-Za-z0-9_-]{155};/);
    assert.equal(line.slice(line.indexOf(';')), attributes);
  });
}

test('a client of whom a trusted proxy says that it speaks https gets a secure cookie', async () => {
  const all = await servers('a');
  const units = () => [...backend('a', all.a!.port), route([rule({ a: 1 })])];
  for (const [trustedProxies, secure] of [
    [['127.0.0.1/32'], true],
    [[], false],
  ] as const) {
    const rig = await startRig({ after }, { units, options: { trustedProxies } });
    const line = field(await ask(rig, 'X-Forwarded-Proto: https\r\n'), 'set-cookie') ?? '';
    assert.equal(line.endsWith('; Secure'), secure);
  }
});

test('a cookie whose name browsers take only if it is secure, is', async () => {
  const named = (name: string): Session => ({ carrier: { kind: 'cookie', name, path: '/', permanent: false } });
  for (const [name, secure] of [
    ['__Host-shop', true],
    ['__Secure-shop', true],
    ['__Shop', false],
  ] as const) {
    const rig = await rigWith(await servers('a'), [rule({ a: 1 }, named(name))]);
    assert.equal(field(await ask(rig), 'set-cookie')?.endsWith('; Secure'), secure, name);
  }
});

test('a session ends after its time, whatever the client keeps', async () => {
  const [key, all] = [new Uint8Array(32), await servers('a')];
  const rules = [rule({ a: 1 }, { ...COOKIE, absoluteTimeout: 3_600_000 })];
  const units = () => [...backend('a', all.a!.port), route(rules)];
  const rig = await startRig({ after }, { units, options: { sessionKeys: [key] } });
  for (const [minutes, over] of [
    [59, false],
    [61, true],
  ] as const) {
    const box = new TokenBox([key], () => Date.now() - minutes * 60_000);
    const token = box.seal(
      `["${route(rules).name}","shop",0]`,
      shareKey(backendName('a'), 0),
      `127.0.0.1:${all.a!.port}`,
    );
    assert.equal(cookieOf(await ask(rig, `Cookie: shop=${token}\r\n`)) !== undefined, over, `${minutes} minutes`);
  }
});

test('a header carries it too', async () => {
  const rig = await rigWith(await servers('a', 'b'), [rule({ a: 1, b: 1 }, HEADER)]);
  const first = await ask(rig);
  const token = field(first, 'x-session');
  assert.match(first.head, /\r\nX-Session: [A-Za-z0-9_-]{155}\r\n/);
  assert.equal(field(first, 'set-cookie'), undefined);
  for (let i = 0; i < 4; i++) {
    const answer = await ask(rig, `x-session: ${token}\r\n`);
    assert.deepEqual([answer.body, field(answer, 'x-session')], [first.body, undefined]);
  }
  assert.ok(field(await ask(rig, 'X-Session: nonsense\r\n'), 'x-session'));
});

test('a token is found in a list, for lines of one field may be joined', async () => {
  const all = await servers('a', 'b');
  const rig = await rigWith(all, [rule({ a: 1, b: 1 }, HEADER)]);
  const first = await ask(rig);
  const token = field(first, 'x-session');
  for (const fields of [
    `X-Session: of-the-backend, ${token}\r\n`,
    `X-Session: ${token},,\t\r\n`,
    `X-Session: one\r\nX-Session: ,two ,${token} ,four\r\n`,
  ]) {
    const answer = await ask(rig, fields);
    assert.deepEqual([answer.body, field(answer, 'x-session')], [first.body, undefined], fields);
  }
  for (const fields of [`X-Session: ${token}x\r\n`, `X-Session: 1,2,3,4,${token}\r\n`, 'X-Session:\r\n']) {
    assert.ok(field(await ask(rig, fields), 'x-session'), fields);
  }
});

test('a page of another origin that may see every field may see that of the session', async () => {
  const cors: Filter = {
    kind: 'cors',
    origins: 'any',
    credentials: true,
    methods: 'any',
    headers: 'any',
    expose: 'any',
    maxAge: 5,
  };
  const rig = await rigWith(await servers('a'), [rule({ a: 1 }, HEADER, { filters: [cors] })]);
  const first = await ask(rig, 'Origin: https://b.example\r\n');
  const exposed = (answer: Answer) => field(answer, 'access-control-expose-headers')?.split(', ') ?? [];
  assert.ok(exposed(first).includes('X-Session'), exposed(first).join());
  const second = await ask(rig, `Origin: https://b.example\r\nX-Session: ${field(first, 'x-session')}\r\n`);
  assert.deepEqual([second.status, exposed(second).includes('X-Session')], [200, false]);
});

test('answers of our own begin no session', async () => {
  const failure = { kind: 'failure', status: 500, reason: 'BackendNotFound' } as const;
  const lost = { weight: 1, filters: [], target: failure };
  const action = { kind: 'forward', backends: [lost], timeouts: {}, session: COOKIE } as const;
  const rig = await rigWith({}, [{ path: '/lost', action }, rule({ empty: 1 })], [...backend('empty')]);
  for (const [target, status] of [
    ['/lost', 500],
    ['/', 503],
  ] as const) {
    const answer = await ask(rig, '', target);
    assert.deepEqual([answer.status, field(answer, 'set-cookie')], [status, undefined]);
  }
});

test('a WebSocket belongs to a session as other requests do', async () => {
  const ASK =
    'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n';
  const agreeing =
    (name: string): Script =>
    async connection => {
      await connection.request();
      connection.send(
        `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-Name: ${name}\r\n\r\n`,
      );
    };
  const all = await Promise.all(['a', 'b'].map(name => startBackend(agreeing(name))));
  after(() => all.forEach(server => void server.stop()));
  const rig = await rigWith({ a: all[0]!, b: all[1]! }, [rule({ a: 1, b: 1 })]);
  const upgrade = async (fields = '') => {
    const client = await rig.client();
    client.send(get('/', ASK + fields));
    const head = await client.stream.through('\r\n\r\n');
    return {
      name: /X-Name: (\w)/.exec(head)?.[1],
      cookie: /Set-Cookie: ([^;]*)/.exec(head)?.[1],
      status: head.slice(9, 12),
    };
  };
  const first = await upgrade();
  assert.equal(first.status, '101');
  for (let i = 0; i < 3; i++) {
    assert.deepEqual(await upgrade(`Cookie: ${first.cookie}\r\n`), { ...first, cookie: undefined });
  }
});

test("proxies with one key know each other's sessions; the key before it opens what it sealed", async () => {
  const all = await servers('a', 'b');
  const [oldKey, newKey, strange] = [1, 2, 3].map(byte => new Uint8Array(32).fill(byte)) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const units = () => [...backend('a', all.a!.port), ...backend('b', all.b!.port), route([rule({ a: 1, b: 1 })])];
  const start = (...sessionKeys: Uint8Array[]) => startRig({ after }, { units, options: { sessionKeys } });
  const { who, cookie } = await begin(await start(oldKey));
  for (const keys of [[oldKey], [newKey, oldKey]]) {
    const rig = await start(...keys);
    for (let i = 0; i < 2; i++) {
      const answer = await ask(rig, cookie);
      assert.deepEqual([answer.body, cookieOf(answer)], [who, undefined]);
    }
  }
  assert.ok(cookieOf(await ask(await start(strange), cookie)), 'another key opens nothing');
});
