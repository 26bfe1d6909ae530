import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import type { Cors, DirectAnswer, Filter } from '../../src/ir/index.ts';
import { eventually } from './backend.ts';
import { backend, backendName, forward, type RuleSpec, route } from './config.ts';
import { field } from './message.ts';
import { chunked, get, post, startRig } from './rig.ts';

const TEXT = 'Grüße ☕\r\n\r\nHTTP/1.1 200 OK\r\n';
const BYTES = Buffer.byteLength(TEXT);

const direct = (at: string, spec: Partial<DirectAnswer>, ...filters: readonly Filter[]): RuleSpec => ({
  path: at,
  filters,
  action: { kind: 'direct', direct: { kind: 'direct', status: 200, headers: [], body: '', ...spec } },
});
const answer = {
  status: 503,
  headers: [
    ['content-type', 'text/html'],
    ['retry-after', '5'],
  ],
  body: TEXT,
} as const;
const edit = (set: readonly (readonly [string, string])[], remove: readonly string[]): Filter => ({
  kind: 'responseHeaders',
  set,
  add: [['x-added', '1']],
  remove,
});
const cors: Cors = {
  kind: 'cors',
  origins: [{ scheme: 'https', host: 'page.example', below: false, port: 443 }],
  credentials: false,
  methods: ['PUT'],
  headers: [],
  expose: 'any',
  maxAge: 5,
};

const dir = mkdtempSync(path.join(tmpdir(), 'sluice-direct-'));
const LOG = path.join(dir, 'log');
after(() => rmSync(dir, { recursive: true, force: true }));
const rig = await startRig(
  { after },
  {
    options: { accessLog: { format: 'json', path: LOG } },
    units: port => [
      ...backend('api', port),
      route([
        { path: '/ok', action: forward({ api: 1 }) },
        direct('/text', answer),
        direct('/empty', {}),
        direct('/nothing', { status: 204, body: 'not sent' }),
        direct('/reset', { status: 205, body: 'not sent' }),
        direct('/unchanged', { status: 304, headers: [['etag', '"a"']], body: 'not sent' }),
        direct('/odd', { status: 599 }),
        direct('/edited', answer, edit([['content-type', 'text/plain']], ['retry-after'])),
        direct('/dated', answer, edit([['date', 'Thu, 01 Jan 1970 00:00:00 GMT']], [])),
        direct('/shared', answer, cors, edit([], [])),
        {
          path: '/some',
          action: {
            kind: 'forward',
            timeouts: {},
            backends: [
              { weight: 1, filters: [], target: { kind: 'backend', backend: backendName('api') } },
              {
                weight: 3,
                filters: [edit([], ['retry-after'])],
                target: { kind: 'direct', direct: { kind: 'direct', ...answer } },
              },
            ],
          },
        },
      ]),
    ],
  },
);

async function ask(bytes: string, method?: string) {
  const client = await rig.client();
  client.send(bytes);
  return client.answer(method);
}

test('a rule answers by itself, in UTF-8 and with the length in bytes', async () => {
  const { status, body, head, framing, ...rest } = await ask(get('/text'));
  assert.deepEqual([status, framing], [503, 'length']);
  assert.equal(Buffer.from(body, 'latin1').toString(), TEXT);
  assert.match(head, /^HTTP\/1\.1 503 Service Unavailable\r\n/);
  const fields = Object.fromEntries(rest.fields.filter(([name]) => name !== 'date'));
  assert.deepEqual(fields, { 'content-type': 'text/html', 'retry-after': '5', 'content-length': String(BYTES) });
  assert.equal(rest.fields.filter(([name]) => name === 'date').length, 1);
});

test('nothing of the inside is told', async () => {
  const { head } = await ask(get('/text'));
  assert.doesNotMatch(head, /default|127\.0\.0|sluice|wire/);
});

const STATUSES: readonly [target: string, line: string, length: string | undefined][] = [
  ['/empty', 'HTTP/1.1 200 OK', '0'],
  ['/nothing', 'HTTP/1.1 204 No Content', undefined],
  ['/reset', 'HTTP/1.1 205 Reset Content', '0'],
  ['/unchanged', 'HTTP/1.1 304 Not Modified', undefined],
  ['/odd', 'HTTP/1.1 599 ', '0'],
];

for (const [target, line, length] of STATUSES) {
  test(`${target} is ${line} without a body, and the connection goes on`, async () => {
    const client = await rig.client();
    client.send(get(target) + get('/ok'));
    const first = await client.answer();
    assert.equal(first.head.split('\r\n')[0], line);
    assert.equal(field(first, 'content-length'), length);
    assert.equal(field(first, 'content-type'), undefined);
    assert.equal((await client.answer()).body, 'GET /ok ');
  });
}

test('a body of the request is read and dropped, HEAD has the length and no body, and a pipeline goes on', async () => {
  const client = await rig.client();
  const head = get('/text').replace('GET', 'HEAD');
  const coded = `PUT /text HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n${chunked(['GET /ok', 'x'])}`;
  client.send(post('/text', get('/ok')) + head + coded + get('/ok'));
  assert.equal((await client.answer()).status, 503);
  const headed = await client.answer('HEAD');
  assert.deepEqual([headed.status, field(headed, 'content-length')], [503, String(BYTES)]);
  assert.equal((await client.answer()).status, 503);
  assert.equal((await client.answer()).body, 'GET /ok ');
});

test('the client is told of its connection as by other answers', async () => {
  const closing = await ask(get('/text', 'Connection: close\r\n'));
  assert.equal(field(closing, 'connection'), 'close');
  const old = await ask('GET /text HTTP/1.0\r\nHost: a.example\r\nConnection: keep-alive\r\n\r\n');
  assert.equal(field(old, 'connection'), 'keep-alive');
  assert.equal(field(await ask(get('/text')), 'connection'), undefined);
});

test('filters change its headers, of the rule and of the share', async () => {
  const edited = await ask(get('/edited'));
  assert.deepEqual(
    ['content-type', 'retry-after', 'x-added'].map(name => field(edited, name)),
    ['text/plain', undefined, '1'],
  );
  assert.equal(field(await ask(get('/dated')), 'date'), 'Thu, 01 Jan 1970 00:00:00 GMT');
});

test('a share of the requests is answered', async () => {
  const client = await rig.client();
  client.send(get('/some').repeat(40));
  let answered = 0;
  for (let i = 0; i < 40; i++) {
    const { status, fields } = await client.answer();
    if (status !== 503) continue;
    answered++;
    assert.equal(Object.fromEntries(fields)['x-added'], '1');
  }
  assert.equal(answered, 30);
});

test('pages of allowed origins may read it, and every header of it', async () => {
  const shared = await ask(get('/shared', 'Origin: https://page.example\r\n'));
  assert.equal(field(shared, 'access-control-allow-origin'), 'https://page.example');
  assert.equal(field(shared, 'vary'), 'Origin');
  const named = new Set(field(shared, 'access-control-expose-headers')?.split(', '));
  const unnamed = shared.fields
    .map(([name]) => name)
    .filter(name => !/^access-control-/.test(name) && !named.has(name));
  assert.deepEqual(unnamed, ['content-length'], 'a length may always be read (Fetch standard)');
  const other = await ask(get('/shared', 'Origin: https://evil.example\r\n'));
  assert.equal(field(other, 'access-control-allow-origin'), undefined);
  const asked = get('/shared', 'Origin: https://page.example\r\nAccess-Control-Request-Method: PUT\r\n');
  assert.equal((await ask(asked.replace('GET', 'OPTIONS'))).status, 204);
});

test('the log has the bytes of its body', async () => {
  await ask(get('/text/logged'));
  await ask(get('/text/logged/head').replace('GET', 'HEAD'), 'HEAD');
  const entries = await logged('/text/logged');
  assert.deepEqual(
    entries.map(({ path: at, status, rule, bytes_sent, flags }) => [at, status, rule, bytes_sent, flags]),
    [
      ['/text/logged', 503, '1', BYTES, undefined],
      ['/text/logged/head', 503, '1', 0, undefined],
    ],
  );
});

async function logged(prefix: string): Promise<readonly Record<string, unknown>[]> {
  const entries = () => {
    const lines = existsSync(LOG) ? readFileSync(LOG, 'latin1').split('\n').slice(0, -1) : [];
    return lines.map(line => JSON.parse(line)).filter(entry => String(entry.path).startsWith(prefix));
  };
  await eventually(() => entries().length >= 2, 'both requests are logged');
  return entries();
}
