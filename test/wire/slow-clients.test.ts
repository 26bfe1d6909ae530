import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, request as open, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { suite, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { END_HEADERS, END_STREAM, HEADERS } from '../../src/proxy/http2/frames.ts';
import { nodeRuntime } from '../../src/proxy/node-socket.ts';
import type { Socket, SocketRuntime } from '../../src/proxy/socket.ts';
import { eventually } from './backend.ts';
import { assertNothingLeft, inFlight } from './books.ts';
import { backend, forward, route } from './config.ts';
import { frame, framePeer, GREETING, getBlock } from './http2-peer.ts';
import { get, type Rig, startRig } from './rig.ts';

/** Bodies of 100 MB between peers of which one is slow: they arrive as they are, and the proxy never has much of them. */
const TOTAL = 100 * 1024 * 1024;
/** What one socket of the proxy may have waiting: what made it full, and what one read brought besides. */
const PER_SOCKET = 256 * 1024;
/** Of a length that no buffer has, so that a piece that is lost or comes twice shifts the rest. */
const BLOCK = Buffer.from(Array.from({ length: 65_521 }, (_, i) => (i * 7 + (i >> 8)) & 0xff));
const TWICE = Buffer.concat([BLOCK, BLOCK]);

function* content(): Generator<Buffer> {
  for (let at = 0; at < TOTAL; at += BLOCK.length) yield BLOCK.subarray(0, Math.min(BLOCK.length, TOTAL - at));
}

/** Reads to the end; `slow`: with a pause every eight megabytes. The number of bytes, which are as they should be. */
async function taken(stream: IncomingMessage, slow: boolean): Promise<number> {
  let at = 0;
  let rest = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    const from = at % BLOCK.length;
    for (let i = 0; i < chunk.length; i += BLOCK.length) {
      const length = Math.min(BLOCK.length, chunk.length - i);
      assert.equal(
        TWICE.compare(chunk, i, i + length, (from + i) % BLOCK.length, ((from + i) % BLOCK.length) + length),
        0,
      );
    }
    at += chunk.length;
    rest += chunk.length;
    if (!slow || rest < 8_000_000) continue;
    rest = 0;
    await sleep(5);
  }
  return at;
}

/** The most that a socket of the proxy had waiting. */
interface Watched {
  readonly runtime: SocketRuntime;
  peak: number;
}

function watched(): Watched {
  const watch = (socket: Socket): Socket => {
    const write = socket.write.bind(socket);
    socket.write = (bytes, start, end) => {
      const fast = write(bytes, start, end);
      result.peak = Math.max(result.peak, socket.pending);
      return fast;
    };
    return socket;
  };
  const runtime: SocketRuntime = {
    listen: (options, onConnection) => nodeRuntime.listen(options, socket => onConnection(watch(socket))),
    connect: (host, port, handler) =>
      nodeRuntime.connect(host, port, {
        onConnect: socket => handler.onConnect(watch(socket)),
        onError: error => handler.onError(error),
      }),
  };
  const result = { runtime, peak: 0 };
  return result;
}

/** Framings of a body. */
const HOWS = ['of known length', 'chunked'] as const;
type How = (typeof HOWS)[number];

function fieldsOf(how: How): Readonly<Record<string, string>> {
  return how === 'chunked' ? { 'transfer-encoding': 'chunked' } : { 'content-length': String(TOTAL) };
}

/** `/up`: reads, slowly; `/down`: sends; `/echo`: sends what it reads. */
async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url === '/up') {
    response.end(String(await taken(request, true)));
    return;
  }
  response.writeHead(200, fieldsOf(request.headers['x-how'] === 'chunked' ? 'chunked' : 'of known length'));
  await pipeline(request.url === '/echo' ? request : Readable.from(content()), response);
}

async function start(t: TestContext, runtime: SocketRuntime): Promise<Rig> {
  const server = createServer((request, response) => void serve(request, response).catch(() => request.destroy()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  return startRig(t, { runtime, units: () => [...backend('api', port), route([{ action: forward({ api: 1 }) }])] });
}

/** Asks as `how` says, with a body where the backend wants one; reads the answer slowly. */
async function ask({ port }: Rig, target: string, how: How): Promise<number> {
  const uploads = target !== '/down';
  const headers = { host: 'a.example', 'x-how': how, ...(uploads ? fieldsOf(how) : {}) };
  const request = open({
    port,
    host: '127.0.0.1',
    path: target,
    method: uploads ? 'POST' : 'GET',
    headers,
    agent: false,
  });
  const answered = once(request, 'response');
  const sent = uploads ? pipeline(Readable.from(content()), request) : request.end();
  const [response] = (await answered) as [IncomingMessage];
  const count =
    target === '/up'
      ? Number(
          await response
            .setEncoding('latin1')
            .toArray()
            .then(parts => parts.join('')),
        )
      : await taken(response, true);
  await sent;
  return count;
}

test('100 MB up and down on one connection at once, to a slow reader', async t => {
  const watch = watched();
  const rig = await start(t, watch.runtime);
  assert.equal(await ask(rig, '/echo', 'chunked'), TOTAL);
  assert.ok(watch.peak > 0 && watch.peak <= PER_SOCKET, `${watch.peak} bytes waited`);
  await assertNothingLeft(rig);
});

test('four bodies of 100 MB at once: to slow clients and to slow backends, in both framings', async t => {
  const watch = watched();
  const rig = await start(t, watch.runtime);
  const all = HOWS.flatMap(how => [ask(rig, '/up', how), ask(rig, '/down', how)]);
  assert.deepEqual(await Promise.all(all), Array(4).fill(TOTAL));
  assert.ok(watch.peak > 0 && watch.peak <= PER_SOCKET, `${watch.peak} bytes waited`);
  await assertNothingLeft(rig);
});

test('a client that stops reading loses its connection, and its backend is free', async t => {
  const rig = await startRig(t, {
    options: { bodyIdleTimeout: 200 },
    async script(connection) {
      await connection.request();
      connection.send(`HTTP/1.1 200 OK\r\nContent-Length: ${TOTAL}\r\n\r\n`);
      for (let at = 0; at < TOTAL && !connection.socket.destroyed; at += BLOCK.length) {
        if (!connection.socket.write(BLOCK)) await once(connection.socket, 'drain');
      }
    },
  });
  const client = await rig.client();
  client.socket.pause();
  client.send('GET / HTTP/1.1\r\nHost: a.example\r\n\r\n');
  await assertNothingLeft(rig);
  client.socket.resume();
  assert.ok((await client.stream.rest()).bytes.length < TOTAL);
});

/** Sockets of clients that take nothing until they are told to. */
function reluctant(): { readonly runtime: SocketRuntime; take(): void } {
  const takers: (() => void)[] = [];
  const slow = (socket: Socket): Socket => {
    const kept: Buffer[] = [];
    const { write, end } = { write: socket.write.bind(socket), end: socket.end.bind(socket) };
    let ended = false;
    Object.defineProperty(socket, 'pending', { get: () => Buffer.concat(kept).length });
    socket.write = (bytes, from, to) => kept.push(Buffer.from(bytes.subarray(from, to))) > 0;
    socket.end = () => {
      ended = true;
    };
    takers.push(() => {
      for (const bytes of kept.splice(0)) write(bytes, 0, bytes.length);
      if (ended) end();
    });
    return socket;
  };
  const listen: SocketRuntime['listen'] = (options, onConnection) =>
    nodeRuntime.listen(options, socket => onConnection(slow(socket)));
  return {
    runtime: { ...nodeRuntime, listen },
    take() {
      for (const take of takers) take();
    },
  };
}

/** By how much it is later than it is. */
function lateness(t: TestContext): { ms: number } {
  const late = { ms: 0 };
  const now = performance.now.bind(performance);
  t.mock.method(performance, 'now', () => now() + late.ms);
  return late;
}

for (const [bodyIdleTimeout, waits] of [
  [0, true],
  [60_000, true],
  [1_000, false],
] as const) {
  test(`the last answer waits for a client that is slow to take it: --body-idle-timeout ${bodyIdleTimeout}`, async t => {
    const { runtime, take } = reluctant();
    const rig = await startRig(t, { runtime, options: { bodyIdleTimeout } });
    const client = await rig.client();
    client.send(get('/', 'Connection: close\r\n'));
    await eventually(() => inFlight(rig.core, 'api') === 0 && rig.backend.requests.length === 1, 'it is answered');
    const late = lateness(t);
    for (late.ms = 0; late.ms < 30_000; late.ms += 1_000) rig.core.timers.run();
    take();
    assert.equal(
      await client.answer().then(
        ({ status }) => status === 200,
        () => false,
      ),
      waits,
    );
    client.end();
    t.mock.restoreAll();
    await assertNothingLeft(rig);
  });

  test(`so does the last answer in HTTP/2: --body-idle-timeout ${bodyIdleTimeout}`, async t => {
    const { runtime, take } = reluctant();
    const rig = await startRig(t, { runtime, options: { bodyIdleTimeout, maxConnectionRequests: 1 } });
    const client = await framePeer(rig.port);
    t.after(() => client.socket.destroy());
    client.send(GREETING, frame(HEADERS, END_HEADERS | END_STREAM, 1, getBlock()));
    await eventually(() => inFlight(rig.core, 'api') === 0 && rig.backend.requests.length === 1, 'it is answered');
    await new Promise(setImmediate);
    const late = lateness(t);
    for (late.ms = 0; late.ms < 30_000; late.ms += 1_000) rig.core.timers.run();
    take();
    client.socket.on('end', () => client.socket.end());
    await eventually(() => client.closed, 'the connection closed');
    assert.equal(
      client.frames.some(({ type }) => type === HEADERS),
      waits,
    );
  });
}

suite('an upload that breaks off', { concurrency: true }, () => {
  for (const leaving of ['end', 'reset'] as const) {
    test(`a backend that leaves by ${leaving} in the middle of 100 MB: 502, and the client has nothing more to send`, async t => {
      const rig = await startRig(t, {
        async script(connection) {
          await connection.stream.take(1_000_000);
          if (leaving === 'end') connection.end();
          else connection.reset();
        },
      });
      const client = await rig.client();
      client.send(`POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: ${TOTAL}\r\n\r\n`);
      const sent = pipeline(Readable.from(content()), client.socket).catch(() => {});
      assert.equal((await client.answer()).status, 502);
      assert.equal((await client.stream.rest()).bytes.length, 0);
      await assertNothingLeft(rig);
      await sent;
    });
  }
});
