import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cors, Filter, Unit } from '../../src/ir/index.ts';
import { type RequestFacts, readFacts } from '../../src/proxy/index.ts';
import { answering, describe, eventually, ok, type Script, startBackend } from './backend.ts';
import { backend, backendName, endpoints, forward, LISTENER, listener, type RuleSpec, route } from './config.ts';
import { type Answer, field } from './message.ts';
import { chunked, get, post, type Rig, startRig } from './rig.ts';

const TOKEN = 'a-token-that-nobody-guesses';
const SHOWN = `x-sluice-DEBUG: ${TOKEN}\r\n`;
const PAGE = 'https://page.example';
const cors: Cors = {
  kind: 'cors',
  origins: [{ scheme: 'https', host: 'page.example', below: false, port: 443 }],
  credentials: false,
  methods: ['PUT'],
  headers: [],
  expose: [],
  maxAge: 5,
};
const AGREED =
  'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: WebSocket\r\nX-Sluice-Debug: attempts=9\r\n\r\n';
const ASKING =
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n';

const EMPTY: RequestFacts = {
  listener: undefined,
  route: undefined,
  rule: undefined,
  ruleName: undefined,
  match: undefined,
  backend: undefined,
  endpoint: undefined,
  attempts: 0,
  outcome: undefined,
  policies: [],
};
const FOUND: RequestFacts = { ...EMPTY, listener: LISTENER, route: 'HTTPRoute/default/wire', match: 0 };

/** What the answer says; undefined where it says nothing. */
function factsOf(answer: Pick<Answer, 'fields'>): RequestFacts | undefined {
  const header = field(answer, 'x-sluice-debug');
  if (header === undefined) return undefined;
  assert.equal(answer.fields.filter(([name]) => name === 'x-sluice-debug').length, 1);
  const facts = readFacts(header);
  assert.ok(facts, header);
  return facts;
}

/** `api` answers as its target says. */
const script: Script = async connection => {
  let turns = 0;
  while (await connection.stream.any()) {
    const request = await connection.request();
    if (request.target === '/ws') connection.send(AGREED);
    else if (request.target === '/hang') await sleep(60_000, undefined, { ref: false });
    else if (request.target === '/broken') connection.send('nonsense\r\n\r\n');
    else if (request.target === '/own') connection.send(ok('own', 'X-Sluice-Debug: attempts=7\r\nX-Kept: 1\r\n'));
    else if (request.target === '/chunks') {
      connection.send(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunked(['a', 'bc'])}`);
    } else if (request.target === '/second' && turns++ % 2 === 0) {
      connection.send('HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n');
    } else connection.send(describe(request));
  }
};

const RULES: readonly RuleSpec[] = [
  { path: '/redirect', action: { kind: 'redirect', redirect: { kind: 'redirect', status: 302 } } },
  {
    path: '/direct',
    action: { kind: 'direct', direct: { kind: 'direct', status: 418, headers: [], body: 'tea' } },
  },
  { path: '/failed', action: { kind: 'failure', status: 500, reason: 'RefNotPermitted' } },
  { path: '/nowhere', action: forward({ nowhere: 1 }) },
  { path: '/empty', action: forward({ empty: 1 }) },
  { path: '/dead', action: forward({ dead: 1 }) },
  { path: '/hang', action: forward({ api: 1 }, { request: 30, backendRequest: 20 }) },
  { path: '/second', action: forward({ api: 1 }, {}, { attempts: 2, codes: [503], backoff: 1 }) },
  { path: '/cors', filters: [cors], action: forward({ api: 1 }) },
  { path: '/mirrored', filters: mirrorTo('mirror'), action: forward({ api: 1 }) },
  { path: '/', headers: [{ kind: 'exact', name: 'x-any', value: '1' }], action: forward({ api: 1 }) },
];

function mirrorTo(name: string): readonly Filter[] {
  return [{ kind: 'mirror', backend: backendName(name), share: 1 }];
}

const mirror = await startBackend(answering());
after(mirror.stop);

function units(api: number): readonly Unit[] {
  return [
    ...backend('api', api),
    ...backend('empty'),
    ...backend('dead', 1),
    ...backend('mirror', mirror.port),
    route(RULES, ['*']),
  ];
}

const rig = await startRig({ after }, { options: { debugToken: TOKEN }, script, units });

async function ask(request: string, method = 'GET', at: Rig = rig): Promise<Answer> {
  const client = await at.client();
  client.send(request);
  const answer = await client.answer(method);
  client.socket.destroy();
  return answer;
}

const ANY = `X-Any: 1\r\n${SHOWN}`;
const api = `127.0.0.1:${rig.backend.port}`;
const forwarded: RequestFacts = { ...FOUND, rule: 10, backend: backendName('api'), endpoint: api, attempts: 1 };
const from = (rule: number, what: string) => `${what} from HTTPRoute/default/wire spec.rules[${rule}]`;

const CASES: readonly (readonly [what: string, request: string, status: number, facts: RequestFacts])[] = [
  ['forwarded', get('/a', ANY), 200, forwarded],
  ['forwarded with a body', post('/a', 'hello', ANY), 200, forwarded],
  ['HEAD', get('/a', ANY).replace('GET', 'HEAD'), 200, forwarded],
  ['an answer in chunks', get('/chunks', ANY), 200, forwarded],
  ['an answer to HTTP/1.0', get('/chunks', ANY).replace('HTTP/1.1', 'HTTP/1.0'), 200, forwarded],
  ['an answer that brings such a header', get('/own', ANY), 200, forwarded],
  ['broken answer', get('/broken', ANY), 502, { ...forwarded, outcome: 'backend-broken' }],
  ['redirect', get('/redirect', SHOWN), 302, { ...FOUND, rule: 0, outcome: 'redirect' }],
  ['direct answer', get('/direct', SHOWN), 418, { ...FOUND, rule: 1, outcome: 'direct' }],
  ['rule that can not be honoured', get('/failed', SHOWN), 500, { ...FOUND, rule: 2, outcome: 'RefNotPermitted' }],
  [
    'backend that is not there',
    get('/nowhere', SHOWN),
    500,
    { ...FOUND, rule: 3, backend: backendName('nowhere'), outcome: 'BackendNotFound' },
  ],
  [
    'backend without endpoints',
    get('/empty', SHOWN),
    503,
    { ...FOUND, rule: 4, backend: backendName('empty'), outcome: 'no-endpoints' },
  ],
  [
    'endpoint that refuses',
    get('/dead', SHOWN),
    503,
    {
      ...FOUND,
      rule: 5,
      backend: backendName('dead'),
      endpoint: '127.0.0.1:1',
      attempts: 1,
      outcome: 'connect-failed',
    },
  ],
  ['preflight', preflight(), 204, { ...FOUND, rule: 8, backend: backendName('api'), outcome: 'cors-preflight' }],
  ['CORS', get('/cors', `Origin: ${PAGE}\r\n${SHOWN}`), 200, { ...forwarded, rule: 8 }],
  ['no route', get('/a', SHOWN), 404, { ...EMPTY, outcome: 'no-route' }],
  ['no path', get('/%00', SHOWN), 400, { ...EMPTY, outcome: 'malformed' }],
  ['CONNECT', `CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n${SHOWN}\r\n`, 405, { ...EMPTY, outcome: 'unsupported' }],
  ['OPTIONS *', `OPTIONS * HTTP/1.1\r\nHost: a\r\n${SHOWN}\r\n`, 200, { ...EMPTY, outcome: 'server-options' }],
];

function preflight(): string {
  const fields = `Origin: ${PAGE}\r\nAccess-Control-Request-Method: PUT\r\n${SHOWN}`;
  return get('/cors', fields).replace('GET', 'OPTIONS');
}

for (const [what, request, status, facts] of CASES) {
  test(`${what}: the answer says what became of the request`, async () => {
    const answer = await ask(request, request.split(' ')[0]);
    assert.equal(answer.status, status);
    assert.deepEqual(factsOf(answer), facts);
  });
}

test('a request that takes too long is told so, and what says how long it may', async () => {
  const answer = await ask(get('/hang', SHOWN));
  assert.equal(answer.status, 504);
  const policies = [from(6, 'timeouts.request'), from(6, 'timeouts.backendRequest')].map(each => `${each}.timeouts`);
  assert.deepEqual(factsOf(answer), { ...forwarded, rule: 6, outcome: 'timeout', policies });
});

test('further tries are counted', async () => {
  const answer = await ask(get('/second', SHOWN));
  assert.equal(answer.status, 200);
  const policies = [`${from(7, 'retry')}.retry`];
  assert.deepEqual(factsOf(answer), { ...forwarded, rule: 7, attempts: 2, policies });
});

test('so are endpoints that refuse, and the one that answered is named', async t => {
  const debugged = await startRig(t, {
    options: { debugToken: TOKEN, balancing: 'round-robin' },
    units: port => [...backend('api', 1, port), route([{ action: forward({ api: 1 }) }])],
  });
  const all = [await ask(get('/', SHOWN), 'GET', debugged), await ask(get('/', SHOWN), 'GET', debugged)].map(factsOf);
  assert.deepEqual(
    all.map(facts => facts?.endpoint),
    Array(2).fill(`127.0.0.1:${debugged.backend.port}`),
  );
  assert.ok(all.some(facts => facts?.attempts === 2));
});

test('a host that no listener has', async t => {
  const debugged = await startRig(t, { options: { debugToken: TOKEN } });
  await debugged.apply([listener('b.example')]);
  const answer = await ask(get('/', SHOWN), 'GET', debugged);
  assert.deepEqual([answer.status, factsOf(answer)], [404, { ...EMPTY, outcome: 'no-listener' }]);
});

test('the answer that agrees to a WebSocket', async () => {
  const client = await rig.client();
  client.send(get('/ws', ANY + ASKING));
  const head = await client.stream.through('\r\n\r\n');
  client.socket.destroy();
  assert.match(head, /^HTTP\/1\.1 101 /);
  const lines = head.split('\r\n').filter(line => /^x-sluice-debug:/i.test(line));
  assert.deepEqual(
    lines.map(line => readFacts(line.slice(line.indexOf(':') + 1))),
    [forwarded],
  );
});

test('what the backend says of its own part gives way, and nothing else does', async () => {
  assert.equal(field(await ask(get('/own', ANY)), 'x-kept'), '1');
  assert.equal(field(await ask(get('/own', 'X-Any: 1\r\n')), 'x-sluice-debug'), 'attempts=7');
});

for (const [what, value] of Object.entries({
  'another token': 'a-token-that-nobody-guesseS',
  'a shorter one': TOKEN.slice(1),
  'a longer one': `${TOKEN}s`,
  'an empty one': '',
  'the right one in quotes': `"${TOKEN}"`,
})) {
  test(`${what} is as none`, async () => {
    const answer = await ask(get('/a', `X-Any: 1\r\nX-Sluice-Debug: ${value}\r\n`));
    assert.deepEqual([answer.status, factsOf(answer)], [200, undefined]);
    assert.equal(factsOf(await ask(get('/none', `X-Sluice-Debug: ${value}\r\n`))), undefined);
  });
}

test('no backend and no mirror gets the token, right or wrong', async () => {
  for (const fields of [SHOWN, 'X-Sluice-Debug: wrong\r\n', `X-Sluice-Debug: wrong\r\n${SHOWN}`]) {
    await ask(get('/mirrored', fields));
    await ask(get('/second', fields));
  }
  await eventually(() => mirror.requests.length === 3, 'the mirror had its copies');
  const sent = [...mirror.requests, ...rig.backend.requests];
  assert.ok(sent.length > 12);
  for (const request of sent) assert.doesNotMatch(request.head, /sluice-debug/i);
});

test('each request of a connection shows the token for itself', async () => {
  const client = await rig.client();
  client.send(get('/a', ANY) + get('/a', 'X-Any: 1\r\n') + get('/redirect', SHOWN) + get('/none') + get('/a', ANY));
  const all: (RequestFacts | undefined)[] = [];
  for (let i = 0; i < 5; i++) all.push(factsOf(await client.answer()));
  client.socket.destroy();
  assert.deepEqual(all, [forwarded, undefined, { ...FOUND, rule: 0, outcome: 'redirect' }, undefined, forwarded]);
});

test('a stranger who asks after somebody else learns nothing of him', async () => {
  const [, other] = [await ask(get('/a', ANY)), await ask(get('/none', SHOWN))];
  assert.deepEqual(factsOf(other), { ...EMPTY, outcome: 'no-route' });
});

test('the endpoint is the one that it went to, whatever is listed by then', async t => {
  const second = await startBackend(answering());
  t.after(second.stop);
  const debugged = await startRig(t, { options: { debugToken: TOKEN } });
  const first = factsOf(await ask(get('/', SHOWN), 'GET', debugged));
  await debugged.apply([endpoints('api', second.port)]);
  const next = factsOf(await ask(get('/', SHOWN), 'GET', debugged));
  const ports = [debugged.backend.port, second.port].map(port => `127.0.0.1:${port}`);
  assert.deepEqual([first?.endpoint, next?.endpoint], ports);
});

test('without a token of ours the header means nothing, and goes where all others go', async t => {
  const plain = await startRig(t);
  const answer = await ask(get('/', SHOWN), 'GET', plain);
  assert.equal(field(answer, 'x-sluice-debug'), undefined);
  assert.equal(field(plain.backend.requests[0]!, 'x-sluice-debug'), TOKEN);
});
