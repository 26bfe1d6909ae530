import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { answering, describe, eventually, ok, type Script } from './backend.ts';
import { assertNothingLeft } from './books.ts';
import { backend, forward, route } from './config.ts';
import { field } from './message.ts';
import { assertSound, chunked, get, post, startRig } from './rig.ts';

/** Many requests on one connection, sent without waiting: each is answered, in order, or none behind it is. */
interface Kind {
  readonly say: (target: string) => string;
  /** What the target begins with, and so what the backend does. */
  readonly path: string;
  readonly status: number;
  /** Content of the answer; undefined: whatever it is. */
  readonly content?: (target: string) => string;
  readonly method?: string;
}

const chunkedPost = (target: string) =>
  `POST ${target} HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n${chunked(['hello', ' you'], 'X: 1\r\n')}`;
const said =
  (method: string, body = '') =>
  (target: string) =>
    `${method} ${target} ${body}`;

const KINDS: readonly Kind[] = [
  { say: target => get(target), path: '/get', status: 200, content: said('GET') },
  { say: target => post(target, 'hello'), path: '/post', status: 200, content: said('POST', 'hello') },
  { say: target => `\r\n${get(target)}`, path: '/line', status: 200, content: said('GET') },
  { say: chunkedPost, path: '/chunks', status: 200, content: said('POST', 'hello you') },
  { say: target => get(target).replace('GET', 'HEAD'), path: '/head', status: 200, method: 'HEAD' },
  { say: target => get(target), path: '/slow', status: 200, content: said('GET') },
  { say: target => get(target), path: '/closes', status: 200, content: said('GET') },
  { say: target => post(target, 'x'.repeat(300)), path: '/lost', status: 502 },
  { say: target => get(target), path: '/nothing', status: 204 },
  { say: target => post(target, 'hello'), path: '/failed', status: 500 },
  { say: chunkedPost, path: '/moved', status: 301 },
  { say: target => get(target).replace('a.example', 'b.example'), path: '/unknown', status: 404 },
  { say: target => get(target).replace(/GET \S+/, 'OPTIONS *'), path: '/options', status: 200 },
];

/** Behind these nothing is answered. */
const LAST: readonly Kind[] = [
  { say: target => get(target, 'Connection: close\r\n'), path: '/get', status: 200, content: said('GET') },
  { say: target => get(target).replace('1.1', '1.0'), path: '/get', status: 200, content: said('GET') },
  { say: target => get(target, 'Content-Length: 1\r\nTransfer-Encoding: chunked\r\n'), path: '/get', status: 400 },
  { say: target => `${target}\r\n\r\n`, path: '/garbage', status: 400 },
  { say: target => get(target, `X: ${'x'.repeat(70_000)}\r\n`), path: '/get', status: 431 },
  { say: target => chunkedPost(target).replace('\r\n5\r\n', '\r\nfive\r\n'), path: '/failed', status: 500 },
  { say: target => chunkedPost(target).replace('\r\n5\r\n', '\r\nfive\r\n'), path: '/chunks', status: 400 },
];

const script: Script = async connection => {
  while (await connection.stream.any()) {
    const request = await connection.request();
    const { target } = request;
    if (target.startsWith('/lost')) return connection.end();
    if (target.startsWith('/slow')) await sleep(1);
    if (target.startsWith('/nothing')) connection.send('HTTP/1.1 204 No Content\r\n\r\n');
    else if (target.startsWith('/closes')) {
      connection.send(`HTTP/1.1 200 OK\r\n\r\n${request.method} ${target} `);
      return connection.end();
    } else connection.send(describe(request));
  }
  connection.end();
};

const units = (port: number) => [
  ...backend('api', port),
  route(
    [
      { path: '/failed', action: { kind: 'failure', status: 500, reason: 'BackendNotFound' } },
      { path: '/moved', action: { kind: 'redirect', redirect: { kind: 'redirect', status: 301, hostname: 'b' } } },
      { action: forward({ api: 1 }) },
    ],
    ['a.example'],
  ),
];
const rig = await startRig({ after }, { script, units });

/** Pieces of a text, cut after the given shares of it. */
function split(text: string, shares: readonly number[]): string[] {
  const places = [0, ...shares.map(share => Math.floor(share * text.length)).sort((a, b) => a - b), text.length];
  return places.slice(1).map((end, i) => text.slice(places[i], end));
}

async function assertAnswered(kinds: readonly Kind[], last: number, cuts: readonly number[]): Promise<void> {
  rig.backend.requests.length = 0;
  const targets = kinds.map(({ path }, i) => `${path}/${i}`);
  const client = await rig.client();
  const sent = client.sendPieces(split(kinds.map(({ say }, i) => say(targets[i]!)).join(''), cuts));
  for (const [i, { status, content, method }] of kinds.slice(0, last + 1).entries()) {
    const answer = await client.answer(method);
    assert.equal(answer.status, status, targets[i]!);
    if (content !== undefined) assert.equal(answer.body, content(targets[i]!));
  }
  await sent;
  if (last < kinds.length) assert.equal((await client.stream.rest()).bytes.length, 0, 'nothing behind the last answer');
  client.socket.destroy();
  const behind = targets.slice(last + 1);
  assert.deepEqual(
    rig.backend.heads.filter(({ target }) => behind.includes(target)).map(({ target }) => target),
    [],
  );
  rig.backend.heads.length = 0;
}

const kinds = (maxLength: number) => fc.array(fc.constantFrom(...KINDS), { minLength: 1, maxLength, size: 'max' });
const cuts = fc.array(
  fc.nat({ max: 1_000 }).map(parts => parts / 1_000),
  { maxLength: 40, size: 'max' },
);

test('up to a hundred requests of all kinds, in one piece or many: all are answered in order', async () => {
  const property = (all: readonly Kind[], places: readonly number[]) => assertAnswered(all, all.length, places);
  await fc.assert(fc.asyncProperty(kinds(100), cuts, property), { numRuns: 15 });
  await assertAnswered(
    Array.from({ length: 100 }, (_, i) => KINDS[i % KINDS.length]!),
    100,
    [],
  );
});

test('behind a request that ends the connection none is answered, and none reaches the backend', async () => {
  const property = (before: readonly Kind[], last: Kind, behind: readonly Kind[], places: readonly number[]) =>
    assertAnswered([...before, last, ...behind], before.length, places);
  await fc.assert(fc.asyncProperty(kinds(20), fc.constantFrom(...LAST), kinds(20), cuts, property), { numRuns: 40 });
  for (const last of LAST) await assertAnswered([...KINDS, last, ...KINDS], KINDS.length, []);
});

/** More than the system's buffers of two connections on loopback hold. */
const MUCH = 100 * 1024 * 1024;
const BOUND = 40 * 1024 * 1024;

test('answers that a client does not read: further requests wait, and nothing is lost or out of order', async t => {
  const size = 256 * 1024;
  const count = MUCH / size;
  const filling = 'x'.repeat(size);
  let answers = 0;
  const script = answering(({ target }) => {
    answers++;
    return ok(target + filling.slice(target.length));
  });
  const slow = await startRig(t, { script });
  const client = await slow.client();
  client.socket.pause();
  client.send(Array.from({ length: count }, (_, i) => get(`/${i}`)).join(''));
  await comesToRest(() => answers);
  assert.ok(answers * size < BOUND, `${answers} answers of ${size} bytes`);
  client.socket.resume();
  for (let i = 0; i < count; i++) {
    const { body } = await client.answer();
    assert.ok(body.length === size && body.startsWith(`/${i}xxx`), `answer ${i}`);
  }
});

for (const [name, target] of [
  ['behind one that is not answered', '/'],
  ['whose answers, which no backend gives, are not read', `/moved/${'x'.repeat(8_000)}`],
] as const) {
  test(`requests without end ${name}: the client has to wait`, async t => {
    const script: Script = connection => void connection.stream.any();
    const silent = await startRig(t, { script, units });
    const client = await silent.client();
    client.socket.pause();
    const piece = get(target, `X: ${'x'.repeat(8_000)}\r\n`).repeat(8);
    let sent = 0;
    const pour = () => {
      while (sent < MUCH && !client.socket.destroyed) {
        sent += piece.length;
        if (!client.socket.write(piece, 'latin1')) return;
      }
    };
    client.socket.on('drain', pour);
    pour();
    await comesToRest(() => sent);
    assert.ok(sent < BOUND, `${sent} bytes`);
    client.reset();
    await assertNothingLeft(silent);
  });
}

test('twenty bodies of a megabyte in one write: all are answered in order', async t => {
  const lengths = await startRig(t, { script: answering(({ target, body }) => ok(`${target} ${body.length}`)) });
  const client = await lengths.client();
  const sizes = Array.from({ length: 20 }, (_, i) => 1024 * 1024 + i);
  client.send(sizes.map((size, i) => post(`/${i}`, 'x'.repeat(size))).join(''));
  for (const [i, size] of sizes.entries()) assert.equal((await client.answer()).body, `/${i} ${size}`);
});

test('a client that resets in the middle of a pipeline: nothing more of it reaches the backend', async t => {
  const count = 40;
  let release = () => {};
  const held = await startRig(t, {
    async script(connection) {
      while (await connection.stream.any()) {
        const request = await connection.request();
        if (field(request, 'x-held') !== undefined) await new Promise<void>(resolve => (release = resolve));
        connection.send(describe(request));
      }
      connection.end();
    },
  });
  for (let at = 0; at < count; at += 3) {
    held.backend.heads.length = 0;
    const client = await held.client();
    const requests = Array.from({ length: count }, (_, i) => get(`/${i}`, i === at ? 'X-Held: yes\r\n' : ''));
    client.send(requests.join(''));
    await eventually(() => held.backend.heads.length === at + 1, `request ${at} is at the backend`);
    client.reset();
    await eventually(() => held.core.lane.ownClients === 0, 'the client is gone');
    release();
    await assertSound(held);
    assert.equal(held.backend.heads.length, at + 2, `requests of a client that left at ${at}`);
  }
  await assertNothingLeft(held);
});

/** Waits until a number no longer grows. */
async function comesToRest(count: () => number): Promise<void> {
  for (let before = -1; before !== count() || before === 0; await sleep(150)) before = count();
}

test('afterwards nothing is left in the proxy', () => assertNothingLeft(rig));
