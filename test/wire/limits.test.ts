import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { answering, describe, eventually, ok } from './backend.ts';
import { chunked, get, post, startRig } from './rig.ts';

const defaults = await startRig({ after });
const small = await startRig(
  { after },
  { options: { maxHeadBytes: 1_000, maxHeaders: 8, maxTargetBytes: 100, maxBodyBytes: 10 } },
);

const padded = (count: number) => get('/', 'X: 1\r\n'.repeat(count - 1));
/** A whole head of exactly this many bytes. */
function headOf(bytes: number): string {
  const rest = get('/', 'X: \r\n').length;
  return get('/', `X: ${'a'.repeat(bytes - rest)}\r\n`);
}
const targetOf = (bytes: number) => get(`/${'a'.repeat(bytes - 1)}`);
const chunkedPost = (...parts: string[]) =>
  `POST / HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n${chunked(parts)}`;

for (const [name, rig, bytes] of [
  ['a head of 60 KB', defaults, headOf(60_000)],
  ['512 fields', defaults, padded(512)],
  ['a target of 32 KiB', defaults, targetOf(32_768)],
  ['a head as long as the limit', small, headOf(1_000)],
  ['as many fields as the limit', small, padded(8)],
  ['a target as long as the limit', small, targetOf(100)],
  ['a body as long as the limit', small, post('/', 'x'.repeat(10))],
  ['chunks as long as the limit', small, chunkedPost('hello', 'world')],
] as const) {
  test(`allowed: ${name}`, async () => {
    const client = await rig.client();
    client.send(bytes);
    assert.equal((await client.answer()).status, 200);
  });
}

for (const [status, name, rig, bytes] of [
  [431, 'a head of 70 KB', defaults, headOf(70_000)],
  [431, '513 fields', defaults, padded(513)],
  [431, 'a field without end', defaults, `GET / HTTP/1.1\r\nHost: a.example\r\nX: ${'a'.repeat(200_000)}`],
  [431, 'fields without end', defaults, `GET / HTTP/1.1\r\nHost: a.example\r\n${'X: a\r\n'.repeat(50_000)}`],
  [414, 'a target of 32 KiB and a byte', defaults, targetOf(32_769)],
  [414, 'a target without end', defaults, `GET /${'a'.repeat(200_000)}`],
  [431, 'a head longer than the limit', small, headOf(1_001)],
  [431, 'more fields than the limit', small, padded(9)],
  [414, 'a target longer than the limit', small, targetOf(101)],
  [413, 'a body longer than the limit', small, post('/', 'x'.repeat(11))],
  [
    413,
    'a body longer than the limit that waits to be asked for',
    small,
    post('/', 'x'.repeat(11), 'Expect: 100-continue\r\n').slice(0, -11),
  ],
  [413, 'chunks longer than the limit', small, chunkedPost('hello', 'worlds')],
  [413, 'one chunk longer than the limit', small, chunkedPost('x'.repeat(1_000))],
] as const) {
  test(`${status} and the end of the connection: ${name}`, async () => {
    rig.backend.requests.length = 0;
    const client = await rig.client();
    client.send(bytes);
    assert.equal((await client.answer()).status, status);
    assert.equal((await client.stream.rest()).bytes.length, 0);
    assert.deepEqual(rig.backend.requests, []);
  });
}

test('413 does not wait for a chunked body to end, and the backend does not get a whole one', async () => {
  small.backend.requests.length = 0;
  const client = await small.client();
  client.send(chunkedPost('hello').slice(0, -5));
  client.send(`6\r\nworlds\r\n`);
  assert.equal((await client.answer()).status, 413);
  assert.deepEqual(small.backend.requests, []);
});

test('more connections than allowed are not served; one that ends makes room', async () => {
  const rig = await startRig({ after }, { options: { maxConnections: 2 } });
  const [first, second] = [await rig.client(), await rig.client()];
  for (const client of [first, second]) {
    client.send(get('/'));
    assert.equal((await client.answer()).status, 200);
  }
  const third = await rig.client();
  third.send(get('/third'));
  assert.match((await third.stream.rest()).bytes.toString('latin1'), /^$|^HTTP\/1\.1 503 /);
  first.reset();
  await eventually(() => first.socket.destroyed, 'the first is gone');
  await new Promise(resolve => setTimeout(resolve, 20));
  const fourth = await rig.client();
  fourth.send(get('/fourth'));
  assert.equal((await fourth.answer()).body, 'GET /fourth ');
});

test('requests wait for a connection to an endpoint that has as many as allowed; too many get 503', async () => {
  const release: (() => void)[] = [];
  const rig = await startRig(
    { after },
    {
      options: { maxUpstreamConnections: 1, maxUpstreamPending: 1 },
      async script(connection) {
        while (await connection.stream.any()) {
          const request = await connection.request();
          await new Promise<void>(resolve => release.push(resolve));
          connection.send(describe(request));
        }
      },
    },
  );
  const [first, second, third] = [await rig.client(), await rig.client(), await rig.client()];
  first.send(get('/1'));
  await eventually(() => release.length === 1, 'the first is at the backend');
  second.send(get('/2'));
  await new Promise(resolve => setTimeout(resolve, 20));
  third.send(get('/3'));
  assert.equal((await third.answer()).status, 503);
  release[0]!();
  assert.equal((await first.answer()).body, 'GET /1 ');
  await eventually(() => release.length === 2, 'the second is at the backend');
  release[1]!();
  assert.equal((await second.answer()).body, 'GET /2 ');
  assert.equal(rig.backend.connections.length, 1);
});

test('a client that leaves while its request waits for a connection frees its place', async () => {
  const release: (() => void)[] = [];
  const rig = await startRig(
    { after },
    {
      options: { maxUpstreamConnections: 1, maxUpstreamPending: 1 },
      async script(connection) {
        while (await connection.stream.any()) {
          await connection.request();
          await new Promise<void>(resolve => release.push(resolve));
          connection.send(ok('fine'));
        }
      },
    },
  );
  const [first, second, third] = [await rig.client(), await rig.client(), await rig.client()];
  first.send(get('/1'));
  await eventually(() => release.length === 1, 'the first is at the backend');
  second.send(get('/2'));
  await new Promise(resolve => setTimeout(resolve, 20));
  second.reset();
  await new Promise(resolve => setTimeout(resolve, 20));
  third.send(get('/3'));
  await new Promise(resolve => setTimeout(resolve, 20));
  release[0]!();
  assert.equal((await first.answer()).status, 200);
  await eventually(() => release.length === 2, 'the third is at the backend');
  release[1]!();
  assert.equal((await third.answer()).status, 200);
  assert.deepEqual(
    rig.backend.heads.map(head => head.target),
    ['/1', '/3'],
  );
});

test('thousands of requests in one packet to a slow backend neither fail nor overtake', async () => {
  const rig = await startRig({ after }, { script: answering() });
  const client = await rig.client();
  const targets = Array.from({ length: 2_000 }, (_, i) => `/${i}`);
  client.send(targets.map(target => get(target)).join(''));
  for (const target of targets) assert.equal((await client.answer()).body, `GET ${target} `);
});
