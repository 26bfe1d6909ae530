import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { after, mock, test } from 'node:test';
import type { Filter } from '../../src/ir/index.ts';
import { answering, type Backend, eventually, ok, type Script, startBackend } from './backend.ts';
import { backend, backendName, endpoints, forward, route } from './config.ts';
import { assertSound, chunked, get, post, type Rig, startRig } from './rig.ts';

interface MirrorRig extends Rig {
  readonly mirror: Backend;
  /** Mirrored requests that came to this end. */
  ended(result: string): number;
}

interface MirrorSetup {
  readonly mirror: Script;
  readonly api?: Script;
  readonly share?: number;
  /** Port of the mirror instead of its own. */
  readonly port?: number;
}

/** Everything goes to `api`, and a copy of it to `mirror`. */
async function startMirrorRig({ mirror: script, api, share = 1, port }: MirrorSetup): Promise<MirrorRig> {
  const mirror = await startBackend(script);
  after(mirror.stop);
  const filters: Filter[] = [{ kind: 'mirror', backend: backendName('mirror'), share }];
  const units = (apiPort: number) => [
    ...backend('api', apiPort),
    ...backend('mirror', port ?? mirror.port),
    route([{ filters, action: forward({ api: 1 }) }]),
  ];
  const rig = await startRig({ after }, { units, ...(api && { script: api }) });
  return { ...rig, mirror, ended: result => endedIn(rig.proxy.metrics(), result) };
}

function endedIn(metrics: string, result: string): number {
  const label = `{backend="${backendName('mirror')}",result="${result}"} `;
  return Number(metrics.split(`sluice_mirrored_requests_total${label}`)[1]?.split('\n')[0] ?? 0);
}

async function ask(rig: Rig, requests: readonly string[]): Promise<readonly number[]> {
  const client = await rig.client();
  const statuses: number[] = [];
  for (const request of requests) {
    client.send(request);
    statuses.push((await client.answer(request.split(' ')[0])).status);
  }
  client.socket.destroy();
  return statuses;
}

/** A port that nobody listens on. */
async function deadPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const silent: Script = async connection => {
  while (await connection.stream.any()) await connection.request();
};

const REQUESTS: Readonly<Record<string, string>> = {
  GET: get('/a?b=c', 'X-One: 1\r\n'),
  HEAD: get('/a').replace('GET', 'HEAD'),
  'a body of known length': post('/a', 'hello'),
  chunks: `POST /a HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n${chunked(['hello', ' world'], 'X-Sum: 1\r\n')}`,
};

for (const [name, request] of Object.entries(REQUESTS)) {
  for (const pieces of [[request], [...request]]) {
    test(`the mirror gets what the backend gets: ${name} in ${pieces.length} pieces`, async () => {
      const rig = await startMirrorRig({ mirror: answering() });
      const client = await rig.client();
      const sent = client.sendPieces(pieces);
      assert.equal((await client.answer(request.split(' ')[0])).status, 200);
      await sent;
      await eventually(() => rig.ended('answered') === 1, 'the answer of the mirror was read');
      assert.deepEqual(rig.mirror.requests, rig.backend.requests);
      await assertSound(rig);
    });
  }
}

test('requests of a pipeline are mirrored one by one, over connections that are kept', async () => {
  const rig = await startMirrorRig({ mirror: answering() });
  const client = await rig.client();
  client.send([1, 2, 3, 4].map(i => (i % 2 ? get(`/${i}`) : post(`/${i}`, `body ${i}`))).join(''));
  for (let i = 1; i <= 4; i++) assert.equal((await client.answer()).status, 200);
  await eventually(() => rig.ended('answered') === 4, 'all were mirrored');
  assert.deepEqual(
    rig.mirror.requests.map(({ target, body }) => [target, body]).sort(),
    rig.backend.requests.map(({ target, body }) => [target, body]),
  );
  for (let i = 0; i < 5; i++) assert.deepEqual(await ask(rig, [get('/more')]), [200]);
  assert.ok(rig.mirror.connections.length <= 4, `${rig.mirror.connections.length} connections`);
});

test('five megabytes come to the mirror whole', async () => {
  const rig = await startMirrorRig({ mirror: answering(() => ok('thanks')), api: answering(() => ok('thanks')) });
  const text = randomBytes(5 * 1024 * 1024).toString('latin1');
  assert.deepEqual(await ask(rig, [post('/up', text)]), [200]);
  await eventually(() => rig.ended('answered') === 1, 'the mirror has it');
  const digest = (body: string) => createHash('sha256').update(body, 'latin1').digest('hex');
  assert.equal(digest(rig.mirror.requests[0]!.body), digest(text));
});

const ANSWERS: readonly [name: string, answer: string, result: string, close: boolean][] = [
  ['an error', 'HTTP/1.1 500 Oops\r\nContent-Length: 3\r\n\r\nbad', 'answered', false],
  ['interim answers', `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${ok('x')}`, 'answered', false],
  ['chunks', `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunked(['a', 'b'])}`, 'answered', false],
  ['a body until the end', 'HTTP/1.1 200 OK\r\n\r\nsome', 'answered', true],
  ['two megabytes', ok('x'.repeat(2_097_152)), 'answered', false],
  ['garbage', 'hello?\r\n\r\n', 'failed', false],
  ['a switch of protocols', 'HTTP/1.1 101 Switching Protocols\r\n\r\n', 'failed', false],
  ['broken chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', 'failed', false],
  ['half an answer', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf', 'failed', true],
  ['nothing', '', 'failed', true],
];

for (const [name, answer, result, close] of ANSWERS) {
  test(`whatever the mirror answers, it is thrown away: ${name}`, async () => {
    const mirror: Script = async connection => {
      while (await connection.stream.any()) {
        await connection.request();
        connection.send(answer);
        if (close) return connection.end();
      }
    };
    const rig = await startMirrorRig({ mirror });
    assert.deepEqual(await ask(rig, [post('/1', 'a'), post('/2', 'b')]), [200, 200]);
    await eventually(() => rig.ended(result) === 2, `both were ${result}`);
    assert.equal(rig.mirror.requests.length, 2);
  });
}

test('an answer in pieces ends where it ends', async () => {
  const mirror: Script = async connection => {
    while (await connection.stream.any()) {
      await connection.request();
      await connection.sendPieces([...ok('hello', 'X-One: 1\r\n')]);
    }
  };
  const rig = await startMirrorRig({ mirror });
  for (let done = 1; done <= 3; done++) {
    assert.deepEqual(await ask(rig, [get('/')]), [200]);
    await eventually(() => rig.ended('answered') === done, 'the answer was read');
  }
  assert.equal(rig.mirror.connections.length, 1);
});

test('a mirror that never answers costs so many connections and no more', async () => {
  const rig = await startMirrorRig({ mirror: silent });
  assert.deepEqual(new Set(await ask(rig, new Array(600).fill(get('/')))), new Set([200]));
  await eventually(() => rig.mirror.heads.length === 512, 'the mirror has 512 requests');
  assert.equal(rig.ended('refused'), 88);
  assert.equal(rig.mirror.connections.length, 512);
});

test('a mirror that hangs leaves connections for the requests that it serves itself', async () => {
  const other = await startBackend(answering());
  after(other.stop);
  const filters: Filter[] = [{ kind: 'mirror', backend: backendName('api'), share: 1 }];
  const units = (apiPort: number) => [
    ...backend('api', apiPort),
    ...backend('other', other.port),
    route([{ path: '/hang', filters, action: forward({ other: 1 }) }, { action: forward({ api: 1 }) }]),
  ];
  const script: Script = async connection => {
    while (await connection.stream.any()) {
      const { target } = await connection.request();
      if (target !== '/hang') connection.send(ok('fine'));
    }
  };
  const rig = await startRig(
    { after },
    { units, script, options: { maxUpstreamConnections: 4, maxUpstreamPending: 1 } },
  );
  assert.deepEqual(new Set(await ask(rig, new Array(20).fill(get('/hang')))), new Set([200]));
  assert.deepEqual(new Set(await ask(rig, new Array(20).fill(get('/')))), new Set([200]));
  await eventually(() => rig.backend.heads.filter(({ target }) => target === '/hang').length === 2, 'two hang');
});

test('a mirror that is not there fails nothing', async () => {
  const rig = await startMirrorRig({ mirror: silent, port: await deadPort() });
  assert.deepEqual(new Set(await ask(rig, [get('/'), post('/', 'hello'), get('/')])), new Set([200]));
  await eventually(() => rig.ended('failed') === 3, 'all three copies failed');
});

test('a mirror that resets connections fails nothing', async () => {
  const rig = await startMirrorRig({ mirror: connection => connection.reset() });
  assert.deepEqual(new Set(await ask(rig, new Array(20).fill(post('/', 'hello')))), new Set([200]));
  await eventually(() => rig.ended('failed') === 20, 'all copies failed');
});

test('a mirror that does not read is given up, and the upload goes on at its pace', async () => {
  const size = 32 * 1024 * 1024;
  const api: Script = async ({ stream, send }) => {
    await stream.through('\r\n\r\n');
    let received = 0;
    while (received < size && (await stream.any())) received += (await stream.take(stream.waiting().length)).length;
    send(ok(String(received)));
  };
  const rig = await startMirrorRig({ mirror: connection => void connection.socket.pause(), api });
  const client = await rig.client();
  client.send(`POST /up HTTP/1.1\r\nHost: a.example\r\nContent-Length: ${size}\r\n\r\n`);
  client.send(Buffer.alloc(size, 'x'));
  assert.equal((await client.answer()).body, String(size));
  assert.equal(rig.ended('slow'), 1);
});

test('a request that breaks off breaks off at the mirror too', async () => {
  const rig = await startMirrorRig({ mirror: silent });
  const socket = connect({ port: rig.port, host: '127.0.0.1' });
  socket.write('POST /up HTTP/1.1\r\nHost: a.example\r\nContent-Length: 100\r\n\r\nhalf');
  await eventually(() => rig.mirror.heads.length === 1, 'the mirror has the head');
  socket.resetAndDestroy();
  await eventually(() => rig.ended('cut') === 1, 'the copy was cut');
  await eventually(() => rig.mirror.connections[0]!.socket.destroyed, 'its connection is gone');
  assert.deepEqual(rig.mirror.requests, []);
});

test('an answer before the end of the request leaves the mirror without its end', async () => {
  const api: Script = async connection => {
    await connection.stream.through('\r\n\r\n');
    connection.send('HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
  };
  const rig = await startMirrorRig({ mirror: silent, api });
  const client = await rig.client();
  client.send('POST /up HTTP/1.1\r\nHost: a.example\r\nContent-Length: 100\r\n\r\nhalf');
  assert.equal((await client.answer()).status, 413);
  await eventually(() => rig.ended('cut') === 1, 'the copy was cut');
});

test('a mirror that answers early gets no more of the body, and the backend gets all of it', async () => {
  const mirror: Script = async connection => {
    await connection.stream.through('\r\n\r\n');
    connection.send(ok('enough'));
  };
  const rig = await startMirrorRig({ mirror });
  const client = await rig.client();
  client.send('POST /up HTTP/1.1\r\nHost: a.example\r\nContent-Length: 8\r\n\r\nhalf');
  await eventually(() => rig.ended('answered') === 1, 'the mirror has answered');
  client.send('half');
  assert.equal((await client.answer()).body, 'POST /up halfhalf');
});

test('a kept connection that turns out to be dead: GET is mirrored on another', async () => {
  const mirror: Script = async (connection, index) => {
    for (let count = 0; await connection.stream.any(); count++) {
      await connection.request();
      if (index === 0 && count === 1) return connection.reset();
      connection.send(ok('fine'));
    }
  };
  const rig = await startMirrorRig({ mirror });
  for (let done = 1; done <= 2; done++) {
    assert.deepEqual(await ask(rig, [get(`/${done}`)]), [200]);
    await eventually(() => rig.ended('answered') === done, 'the copy was answered');
  }
  assert.equal(rig.mirror.connections.length, 2);
});

test('a request that no backend can answer is not mirrored, and harms nothing', async () => {
  const rig = await startMirrorRig({ mirror: answering() });
  await rig.apply([endpoints('api')]);
  assert.deepEqual(await ask(rig, [get('/'), get('/')]), [503, 503]);
  await rig.apply([endpoints('api', rig.backend.port)]);
  assert.deepEqual(await ask(rig, [get('/')]), [200]);
  await eventually(() => rig.ended('answered') === 1, 'the third was mirrored');
  assert.equal(rig.mirror.heads.length, 1);
});

test('half of the requests are mirrored, drawn one by one', async () => {
  const rig = await startMirrorRig({ mirror: answering(), share: 0.5 });
  assert.deepEqual(new Set(await ask(rig, new Array(400).fill(get('/')))), new Set([200]));
  await eventually(() => rig.ended('answered') === rig.mirror.heads.length, 'all copies were answered');
  // Five standard deviations.
  assert.ok(Math.abs(rig.mirror.heads.length - 200) <= 50, `${rig.mirror.heads.length} of 400`);
});

test('a mirror that leaves the configuration takes its requests with it', async () => {
  const rig = await startMirrorRig({ mirror: silent });
  assert.deepEqual(await ask(rig, [get('/')]), [200]);
  await rig.apply([route([{ action: forward({ api: 1 }) }])], [{ kind: 'Backend', name: backendName('mirror') }]);
  await rig.apply([], [{ kind: 'Endpoints', name: backendName('mirror') }]);
  assert.deepEqual(await ask(rig, [get('/')]), [200]);
  assert.equal(rig.mirror.heads.length, 1);
  rig.proxy.close();
  await eventually(() => rig.mirror.connections[0]!.socket.destroyed, 'its connection is gone');
});

test('the answer of a mirror is waited for ten seconds', async () => {
  const rig = await startMirrorRig({ mirror: silent });
  assert.deepEqual(await ask(rig, [get('/')]), [200]);
  await eventually(() => rig.mirror.heads.length === 1, 'the mirror has the request');
  const now = performance.now.bind(performance);
  const clock = mock.method(performance, 'now', () => now() + 9_000);
  await new Promise(resolve => setTimeout(resolve, 600));
  assert.equal(rig.ended('timeout'), 0);
  clock.mock.mockImplementation(() => now() + 11_000);
  await eventually(() => rig.ended('timeout') === 1, 'it was given up');
  await eventually(() => rig.mirror.connections[0]!.socket.destroyed, 'its connection is gone');
  clock.mock.restore();
});
