import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { answering, ok } from './backend.ts';
import { field } from './message.ts';
import { chunked, get, startRig } from './rig.ts';

const CHUNKS = 'Transfer-Encoding: chunked\r\n';
const ANSWER = `HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\n${CHUNKS}\r\n${chunked(['hello'], 'X-Sum: 5\r\n')}`;
const rig = await startRig(
  { after },
  { script: answering(({ target }) => (target === '/length' ? ok('hello') : ANSWER)) },
);

function upload(fields: string, trailers: string): string {
  return `POST / HTTP/1.1\r\nHost: a.example\r\n${fields}${CHUNKS}\r\n${chunked(['hello'], trailers)}`;
}

async function sent(bytes: string) {
  rig.backend.requests.length = 0;
  const client = await rig.client();
  client.send(bytes);
  const answer = await client.answer();
  client.socket.destroy();
  return { request: rig.backend.requests[0]!, answer };
}

test('what is announced comes: Trailer and trailers, both ways', async () => {
  const { request, answer } = await sent(upload('Trailer: X-Sum\r\n', 'X-Sum: 5\r\nx-more:  6 \r\n'));
  assert.equal(field(request, 'trailer'), 'X-Sum');
  assert.deepEqual(request.trailers, [
    ['x-sum', '5'],
    ['x-more', '6'],
  ]);
  assert.equal(field(answer, 'trailer'), 'X-Sum');
  assert.deepEqual(answer.trailers, [['x-sum', '5']]);
});

for (const name of [
  'Host',
  'Content-Length',
  'Transfer-Encoding',
  'Connection',
  'Keep-Alive',
  'Proxy-Connection',
  'TE',
  'Upgrade',
  'Expect',
  'Trailer',
  'X-Forwarded-For',
  'X-Forwarded-Proto',
  'X-Forwarded-Host',
  'X-Request-Id',
  'Forwarded',
  'Via',
  'Authorization',
  'Cookie',
  'Content-Type',
  'Content-Encoding',
  'Content-Range',
  'Range',
  'Cache-Control',
  'Max-Forwards',
]) {
  test(`${name} is no trailer that is passed on (RFC 9110 §6.5.1)`, async () => {
    const { request } = await sent(
      upload('', `X-Before: 1\r\n${name}: x\r\n${name.toUpperCase()}: y\r\nX-After: 2\r\n`),
    );
    assert.deepEqual(request.trailers, [
      ['x-before', '1'],
      ['x-after', '2'],
    ]);
  });
}

for (const [te, passed] of [
  ['TE: trailers\r\nConnection: TE\r\n', 'trailers'],
  ['TE: gzip;q=0.5,\tTrailers\r\n', 'trailers'],
  ['TE: gzip\r\nTE: trailers\r\n', 'trailers'],
  ['TE: trailers\r\nTE: gzip\r\n', 'trailers'],
  ['TE: gzip\r\n', undefined],
  ['TE: xtrailers, trailersx\r\n', undefined],
  ['TE:\r\n', undefined],
] as const) {
  test(`${JSON.stringify(te)} reaches the backend as ${passed ?? 'nothing'}`, async () => {
    const { request } = await sent(get('/', te));
    assert.equal(field(request, 'te'), passed);
    assert.equal(field(request, 'connection'), passed && 'TE');
  });
}

test('HTTP/1.0 has no trailers: neither asked for nor sent', async () => {
  const { request, answer } = await sent(get('/', 'TE: trailers\r\n').replace('HTTP/1.1', 'HTTP/1.0'));
  assert.equal(field(request, 'te'), undefined);
  assert.deepEqual([answer.framing, answer.body], ['close', 'hello']);
});

test('the answer to HEAD has none, and the next answer is right behind it', async () => {
  const client = await rig.client();
  client.send(get('/length').replace('GET', 'HEAD') + get('/'));
  assert.equal((await client.answer('HEAD')).body, '');
  assert.deepEqual((await client.answer()).trailers, [['x-sum', '5']]);
});
