import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { seal } from '../../src/ir/index.ts';
import { answering, describe, ok } from './backend.ts';
import { backend, backendName, forward, listener, route } from './config.ts';
import { type Answer, field, type Request } from './message.ts';
import { get, type Rig, startRig } from './rig.ts';

let reply = '';
const script = answering(request => reply || describe(request));
const plain = await startRig({ after }, { script });
const trusting = await startRig({ after }, { script, options: { trustedProxies: ['10.0.0.0/8', '127.0.0.0/8'] } });
const counting = await startRig({ after }, { script, options: { trustedHops: 1 } });
const elsewhere = await startRig({ after }, { script, options: { trustedHops: 1, trustedProxies: ['10.0.0.0/8'] } });
const distrusting = await startRig({ after }, { script, options: { trustedProxies: ['10.0.0.0/8'] } });

interface Passed {
  readonly request: Request;
  readonly answer: Answer;
}

async function pass(rig: Rig, bytes: string, answer = ''): Promise<Passed> {
  reply = answer;
  rig.backend.requests.length = 0;
  const client = await rig.client();
  client.send(bytes);
  const got = await client.answer();
  client.socket.destroy();
  return { request: rig.backend.requests[0]!, answer: got };
}

const FORGED =
  'X-Forwarded-For: 1.2.3.4\r\nx-forwarded-for: 5.6.7.8\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: evil.example\r\n' +
  'X-Request-Id: forged\r\n';

for (const [name, rig] of [
  ['nobody is trusted', plain],
  ['others are trusted', distrusting],
  ['hops are counted behind others', elsewhere],
] as const) {
  test(`what a client says of itself is overwritten when ${name}`, async () => {
    const { request } = await pass(rig, get('/', FORGED));
    assert.equal(field(request, 'x-forwarded-for'), '127.0.0.1');
    assert.equal(field(request, 'x-forwarded-proto'), 'http');
    assert.equal(field(request, 'x-forwarded-host'), 'a.example');
    assert.notEqual(field(request, 'x-request-id'), 'forged');
  });
}

test('names that a backend may take for those of the gateway are forwarded from nobody', async () => {
  const forged =
    'X_Forwarded_For: 1.2.3.4\r\nx-forwarded_proto: https\r\nX_FORWARDED-HOST: evil\r\nx_request-id: forged\r\n' +
    'Content_Length: 5\r\nTransfer_Encoding: chunked\r\n';
  for (const rig of [plain, trusting]) {
    const { request } = await pass(rig, get('/', `${forged}X_Other: 1\r\n`));
    const names = request.fields.map(([name]) => name).filter(name => name.includes('_'));
    assert.deepEqual(names, ['x_other']);
  }
});

for (const [name, rig] of [
  ['a trusted proxy', trusting],
  ['whoever is in front, where hops are counted,', counting],
] as const) {
  test(`${name} is believed`, async () => {
    const { request } = await pass(rig, get('/', FORGED));
    assert.equal(field(request, 'x-forwarded-for')?.replaceAll(' ', ''), '1.2.3.4,5.6.7.8,127.0.0.1');
    assert.equal(field(request, 'x-forwarded-proto'), 'https');
    assert.equal(field(request, 'x-forwarded-host'), 'evil.example');
    assert.equal(field(request, 'x-request-id'), 'forged');
  });
}

for (const [name, options, fields, location] of [
  ['a trusted proxy', { trustedHops: 1 }, 'X-Forwarded-Proto: HTTPS\r\n', 'https://b.example/x'],
  [
    'a trusted proxy, last',
    { trustedHops: 1 },
    'X-Forwarded-Proto: http\r\nX-Forwarded-Proto: https\r\n',
    'https://b.example/x',
  ],
  [
    'a trusted proxy, first',
    { trustedHops: 1 },
    'X-Forwarded-Proto: https\r\nX-Forwarded-Proto: http\r\n',
    'http://b.example:8080/x',
  ],
  ['a stranger', {}, 'X-Forwarded-Proto: https\r\n', 'http://b.example:8080/x'],
  ['nobody', { trustedHops: 1 }, '', 'http://b.example:8080/x'],
] as const) {
  test(`a redirect keeps the scheme of the client: https said by ${name}`, async () => {
    const redirect = { kind: 'redirect', status: 301, hostname: 'b.example' } as const;
    const units = () => [route([{ action: { kind: 'redirect', redirect } }])];
    const rig = await startRig({ after }, { options, units });
    await rig.apply([seal({ ...listener(), port: 8080 })]);
    const client = await rig.client();
    client.send(get('/x', fields));
    assert.equal(field(await client.answer(), 'location'), location);
  });
}

test('a trusted proxy that says nothing is filled in for', async () => {
  const { request } = await pass(trusting, get('/'));
  assert.equal(field(request, 'x-forwarded-for'), '127.0.0.1');
  assert.equal(field(request, 'x-forwarded-proto'), 'http');
  assert.equal(field(request, 'x-forwarded-host'), 'a.example');
});

test('every request has an id of its own', async () => {
  const ids = new Set<string | undefined>();
  for (let i = 0; i < 50; i++) ids.add(field((await pass(plain, get('/'))).request, 'x-request-id'));
  assert.equal(ids.size, 50);
  assert.ok(!ids.has(undefined));
});

test('Via is added on both ways, behind what is there', async () => {
  const { request, answer } = await pass(plain, get('/', 'Via: 1.0 first\r\n'), ok('x', 'Via: 1.1 behind\r\n'));
  assert.match(field(request, 'via')!, /^1\.0 first, 1\.1 \S+$/);
  assert.match(field(answer, 'via')!, /^1\.1 behind, 1\.1 \S+$/);
});

test('fields of one hop stay on it', async () => {
  const hop = 'Connection: keep-alive, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\nProxy-Connection: keep-alive\r\n';
  const { request, answer } = await pass(plain, get('/', `${hop}X-End: 1\r\n`), ok('x', `${hop}X-End: 1\r\n`));
  for (const message of [request, answer]) {
    for (const name of ['x-hop', 'keep-alive', 'proxy-connection']) assert.equal(field(message, name), undefined, name);
    assert.equal(field(message, 'x-end'), '1');
  }
});

test('several Connection fields, in any case and with blanks, all count', async () => {
  const { request } = await pass(
    plain,
    get('/', 'connection: ,X-A ,\r\nCONNECTION:\tx-b\t,close\r\nX-A: 1\r\nX-B: 1\r\nX-C: 1\r\n'),
  );
  assert.equal(field(request, 'x-a'), undefined);
  assert.equal(field(request, 'x-b'), undefined);
  assert.equal(field(request, 'x-c'), '1');
});

test('an upgrade is not passed on', async () => {
  const upgrade = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n';
  const { request, answer } = await pass(plain, get('/', upgrade));
  assert.equal(answer.status, 200);
  for (const name of ['upgrade', 'http2-settings']) assert.equal(field(request, name), undefined, name);
  assert.doesNotMatch(field(request, 'connection') ?? '', /upgrade/i);
});

test('TE reaches the backend as trailers at most', async () => {
  const { request } = await pass(plain, get('/', 'TE: gzip, trailers\r\nConnection: TE\r\n'));
  assert.match(field(request, 'te') ?? 'trailers', /^trailers$/);
});

test('a client cannot have Connection remove what the gateway says or needs', async () => {
  const names = 'Host, X-Forwarded-For, X-Forwarded-Proto, X-Request-Id, Via, X-Set';
  const { request, answer } = await pass(plain, get('/', `Connection: ${names}\r\nX-Set: mine\r\n`));
  if (answer.status === 400) return;
  assert.equal(field(request, 'host'), 'a.example');
  assert.equal(field(request, 'x-forwarded-for'), '127.0.0.1');
  assert.ok(field(request, 'x-request-id'));
  assert.ok(field(request, 'via'));
});

test('what is of no concern to the gateway passes as it is', async () => {
  const fields =
    'X-A: 1\r\nx-a: 2\r\nX-Empty:\r\nX-Text: caf\xe9 "quoted" (c) \t x\r\nCookie: a=b; c=d\r\nAccept: */*\r\n';
  const answers =
    'Set-Cookie: a=b\r\nSet-Cookie: c=d, e\r\nX-Text: caf\xe9\r\nX-Empty:\r\nServer: own\r\nDate: today\r\n';
  const { request, answer } = await pass(plain, get('/', fields), ok('x', answers));
  assert.equal(field(request, 'x-a'), '1, 2');
  assert.equal(field(request, 'x-empty'), '');
  assert.equal(field(request, 'x-text'), 'caf\xe9 "quoted" (c) \t x');
  assert.equal(field(request, 'cookie'), 'a=b; c=d');
  const cookies = answer.fields.filter(([name]) => name === 'set-cookie').map(([, value]) => value);
  assert.deepEqual(cookies, ['a=b', 'c=d, e']);
  assert.equal(field(answer, 'x-text'), 'caf\xe9');
  assert.equal(field(answer, 'x-empty'), '');
  assert.equal(field(answer, 'server'), 'own');
  assert.equal(field(answer, 'date'), 'today');
});

test('Host is forwarded as it came', async () => {
  for (const host of ['a.example:8080', 'A.Example', '127.0.0.1', '[::1]:80', 'a_b.example', 'a.example.']) {
    const { request } = await pass(plain, get('/').replace('a.example', host));
    assert.equal(field(request, 'host'), host);
    assert.equal(field(request, 'x-forwarded-host'), host);
  }
});

test('reasons and unusual statuses come through', async () => {
  for (const [line, status] of [
    ['418 I am a teapot', 418],
    ['599 ', 599],
    ['200 \xfcber', 200],
  ] as const) {
    const { answer } = await pass(plain, get('/'), `HTTP/1.1 ${line}\r\nContent-Length: 0\r\n\r\n`);
    assert.equal(answer.status, status);
  }
});

const filtered = await startRig(
  { after },
  {
    script,
    units: port => [
      ...backend('api', port),
      route([
        {
          action: forward({ api: 1 }),
          filters: [
            {
              kind: 'requestHeaders',
              set: [['x-set', 'new']],
              add: [['x-add', 'two']],
              remove: ['x-remove', 'cookie'],
            },
            { kind: 'responseHeaders', set: [['server', 'gw']], add: [['x-add', 'two']], remove: ['x-remove'] },
          ],
        },
      ]),
    ],
  },
);

test('header filters set, add and remove whatever the case and however often a name came', async () => {
  const fields =
    'X-SET: old\r\nx-set: older\r\nX-Add: one\r\nX-Remove: 1\r\nx-remove: 2\r\nCookie: a\r\nX-Sets: kept\r\n';
  const { request, answer } = await pass(
    filtered,
    get('/', fields),
    ok('x', 'Server: old\r\nX-Add: one\r\nX-REMOVE: 1\r\nX-Keep: 1\r\n'),
  );
  assert.equal(field(request, 'x-set'), 'new');
  assert.equal(field(request, 'x-add'), 'one, two');
  assert.equal(field(request, 'x-remove'), undefined);
  assert.equal(field(request, 'cookie'), undefined);
  assert.equal(field(request, 'x-sets'), 'kept');
  assert.equal(field(answer, 'server'), 'gw');
  assert.equal(field(answer, 'x-add'), 'one, two');
  assert.equal(field(answer, 'x-remove'), undefined);
  assert.equal(field(answer, 'x-keep'), '1');
});

const perBackend = await startRig(
  { after },
  {
    script,
    units: port => [
      ...backend('api', port),
      route([
        {
          filters: [{ kind: 'requestHeaders', set: [['x-by', 'rule']], add: [], remove: [] }],
          action: {
            kind: 'forward',
            timeouts: {},
            backends: [
              {
                weight: 1,
                target: { kind: 'backend', backend: backendName('api') },
                filters: [
                  { kind: 'requestHeaders', set: [], add: [['x-by', 'backend']], remove: [] },
                  { kind: 'responseHeaders', set: [['x-from', 'backend']], add: [], remove: [] },
                ],
              },
            ],
          },
        },
      ]),
    ],
  },
);

test('filters of a backend come after those of its rule', async () => {
  const { request, answer } = await pass(perBackend, get('/', 'X-By: client\r\n'));
  assert.equal(field(request, 'x-by'), 'rule, backend');
  assert.equal(field(answer, 'x-from'), 'backend');
});

test('a client cannot have Connection remove what a filter sets', async () => {
  const { request } = await pass(filtered, get('/', 'Connection: X-Set, X-Add\r\n'));
  assert.equal(field(request, 'x-set'), 'new');
  assert.equal(field(request, 'x-add'), 'two');
});

const rewriting = await startRig(
  { after },
  {
    script,
    units: port => [
      ...backend('api', port),
      route([
        {
          path: '/old',
          action: forward({ api: 1 }),
          filters: [
            { kind: 'rewrite', hostname: 'new.example', path: { kind: 'prefix', prefix: '/old', value: '/new' } },
          ],
        },
        {
          path: '/all',
          action: forward({ api: 1 }),
          filters: [{ kind: 'rewrite', path: { kind: 'full', value: '/one' } }],
        },
      ]),
    ],
  },
);

for (const [target, rewritten, host] of [
  ['/old', '/new', 'new.example'],
  ['/old/', '/new/', 'new.example'],
  ['/old/a%2Fb?c=%7e', '/new/a%2Fb?c=%7e', 'new.example'],
  ['/x/../old/y', '/new/y', 'new.example'],
  ['http://b.example/old/y', '/new/y', 'new.example'],
  ['/all/a/b?c', '/one?c', 'a.example'],
] as const) {
  test(`${target} is rewritten to ${rewritten} of ${host}`, async () => {
    const { request } = await pass(rewriting, get(target));
    assert.equal(request.target, rewritten);
    assert.equal(field(request, 'host'), host);
    assert.equal(field(request, 'x-forwarded-host'), target.startsWith('http') ? 'b.example' : 'a.example');
  });
}
