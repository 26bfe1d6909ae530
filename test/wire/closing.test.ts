import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { answering, describe, ok } from './backend.ts';
import { backend, forward, route } from './config.ts';
import { field } from './message.ts';
import { chunked, get, post, startRig } from './rig.ts';

const CLOSING = 'HTTP/1.1 200 OK\r\nConnection: close\r\n';
const REPLIES: Readonly<Record<string, string>> = {
  '/api/closing': `${CLOSING}Content-Length: 2\r\n\r\nhi`,
  '/api/until-close': `${CLOSING}\r\nhi`,
  '/api/chunks': `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunked(['hi'])}`,
  '/api/old': 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi',
  '/api/old-until-close': 'HTTP/1.0 200 OK\r\n\r\nhi',
  '/api/204': 'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n',
  '/api/304': 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n',
  '/api/head': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
};
const rig = await startRig(
  { after },
  {
    async script(connection) {
      while (await connection.stream.any()) {
        const request = await connection.request();
        const reply = REPLIES[request.target] ?? describe(request);
        connection.send(reply);
        if (/: close\r\n|^HTTP\/1\.0/.test(reply)) return connection.end();
      }
    },
    units: port => [
      ...backend('api', port),
      route([
        { path: '/api', action: forward({ api: 1 }) },
        {
          path: '/moved',
          action: { kind: 'redirect', redirect: { kind: 'redirect', status: 301, hostname: 'b.example' } },
        },
        { path: '/failed', action: { kind: 'failure', status: 500, reason: 'BackendNotFound' } },
      ]),
    ],
  },
);

const TARGETS = ['/api', '/nothing', '/moved', '/failed'];
const old = (request: string) => request.replace('HTTP/1.1', 'HTTP/1.0');

/** What the answer says of the connection, and whether it goes on. */
const ROWS: readonly (readonly [name: string, request: string, said: string | undefined])[] = [
  ...TARGETS.flatMap(target => [
    [`GET ${target}`, get(target), undefined] as const,
    [`GET ${target}, keep-alive`, get(target, 'Connection: keep-alive\r\n'), undefined] as const,
    [`GET ${target}, close`, get(target, 'Connection: x, Close\r\n'), 'close'] as const,
    [`GET ${target}, close and keep-alive`, get(target, 'Connection: keep-alive, close\r\n'), 'close'] as const,
    [`HEAD ${target}, close`, get(target, 'Connection: close\r\n').replace('GET', 'HEAD'), 'close'] as const,
    [`POST ${target}`, post(target, 'hello'), undefined] as const,
    [`POST ${target}, close`, post(target, 'hello', 'Connection: close\r\n'), 'close'] as const,
    [`GET ${target} in HTTP/1.0`, old(get(target)), 'close'] as const,
    [`GET ${target} in HTTP/1.0, keep-alive`, old(get(target, 'Connection: Keep-Alive\r\n')), 'keep-alive'] as const,
  ]),
  ['OPTIONS *', get('*').replace('GET', 'OPTIONS'), undefined],
  ['OPTIONS *, close', get('*', 'Connection: close\r\n').replace('GET', 'OPTIONS'), 'close'],
  ['CONNECT', get('a.example:80').replace('GET', 'CONNECT'), 'close'],
  ['an invalid host', get('/api').replace('a.example', 'a b'), 'close'],
  ['an invalid path', get('/api/%zz'), 'close'],
  ['a backend that closes', get('/api/closing'), undefined],
  ['a backend that closes to end its answer', get('/api/until-close'), undefined],
  ['a backend that speaks HTTP/1.0', get('/api/old'), undefined],
  ['a backend that speaks HTTP/1.0 and closes to end its answer', get('/api/old-until-close'), undefined],
  ['chunks to HTTP/1.0, keep-alive', old(get('/api/chunks', 'Connection: keep-alive\r\n')), 'close'],
  ['no length to HTTP/1.0, keep-alive', old(get('/api/until-close', 'Connection: keep-alive\r\n')), 'close'],
  [
    'HEAD of chunks to HTTP/1.0, keep-alive',
    old(get('/api/head', 'Connection: keep-alive\r\n')).replace('GET', 'HEAD'),
    'keep-alive',
  ],
  ['204 with a length', get('/api/204'), undefined],
  ['304 with a length', get('/api/304'), undefined],
  ['HEAD of chunks', get('/api/head').replace('GET', 'HEAD'), undefined],
];

for (const [name, request, said] of ROWS) {
  test(`${name}: ${said ?? 'nothing'} is said of the connection, and is so`, async () => {
    const client = await rig.client();
    client.send(request);
    const answer = await client.answer(request.split(' ')[0]);
    assert.equal(field(answer, 'connection'), said);
    if (answer.framing === 'close') return;
    client.send(get('/api/next'));
    if (said === 'close') assert.deepEqual(await client.stream.rest(), { bytes: Buffer.alloc(0), ending: 'end' });
    else assert.equal((await client.answer()).body, 'GET /api/next ');
  });
}

for (const [target, length] of [
  ['/api/204', undefined],
  ['/api/304', '5'],
] as const) {
  test(`the length in the answer to ${target} reaches the client: ${length ?? 'no'}`, async () => {
    const client = await rig.client();
    client.send(get(target));
    assert.equal(field(await client.answer(), 'content-length'), length);
  });
}

test('an answer without an end that is known ends with the connection, in order', async () => {
  const client = await rig.client();
  client.send(old(get('/api/until-close', 'Connection: keep-alive\r\n')));
  const { framing, body } = await client.answer();
  assert.deepEqual([framing, body], ['close', 'hi']);
});

test('what is behind the last request of a pipeline is no request, though its answer is late', async () => {
  const slow = await startRig(
    { after },
    {
      async script(connection) {
        const { target } = await connection.request();
        await new Promise(resolve => setTimeout(resolve, 30));
        connection.send(ok(target));
        await answering(request => ok(request.target))(connection, 0);
      },
    },
  );
  const client = await slow.client();
  client.send(get('/1') + get('/2', 'Connection: close\r\n') + get('/3'));
  assert.deepEqual([(await client.answer()).body, (await client.answer()).body], ['/1', '/2']);
  assert.equal((await client.stream.rest()).bytes.length, 0);
  assert.equal(slow.backend.requests.length, 2);
});
