import assert from 'node:assert/strict';
import net from 'node:net';
import { afterEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Notes } from '../../test/wire/notes.ts';
import { nodeRuntime, plainSocket } from './node-socket.ts';
import type { ListenSocket, Socket } from './socket.ts';

/** All of this file: what Node lacks is said once in a process. */
const warnings: string[] = [];
process.on('warning', ({ message }) => warnings.push(message));

const cleanUp: (() => void)[] = [];
afterEach(() => {
  for (const undo of cleanUp.splice(0)) undo();
});

interface Pair {
  readonly server: Socket;
  readonly notes: Notes;
  readonly peer: net.Socket;
}

async function accept(plain = false): Promise<Pair> {
  const notes = new Notes();
  const { promise, resolve } = Promise.withResolvers<Socket>();
  const take = (socket: Socket): void => {
    socket.handler = notes;
    resolve(socket);
  };
  const port = plain ? await listenPlain(take) : await listenFast(take);
  const peer = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  peer.on('error', () => {});
  const server = await promise;
  cleanUp.push(() => {
    peer.destroy();
    server.destroy();
  });
  return { server, notes, peer };
}

async function listenFast(take: (socket: Socket) => void): Promise<number> {
  const listener = await nodeRuntime.listen({ host: '127.0.0.1', port: 0 }, take);
  cleanUp.push(() => listener.close());
  return listener.port;
}

function listenPlain(take: (socket: Socket) => void): Promise<number> {
  const server = net.createServer({ allowHalfOpen: true }, raw => take(plainSocket(raw)));
  cleanUp.push(() => void server.close());
  return new Promise(resolve => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as net.AddressInfo).port));
  });
}

function send(socket: Socket, text: string): boolean {
  const bytes = Buffer.from(`??${text}??`, 'latin1');
  const more = socket.write(bytes, 2, bytes.length - 2);
  bytes.fill(33);
  return more;
}

async function readAll(peer: net.Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of peer) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

for (const plain of [false, true]) {
  const way = plain ? 'data events' : 'shared reads';

  test(`${way}: bytes go both ways, and the write buffer may be reused at once`, async () => {
    const { server, notes, peer } = await accept(plain);
    peer.write('ping');
    await notes.until(() => notes.received === 'ping');
    assert.equal(server.remoteAddress, '127.0.0.1');
    assert.equal(server.remotePort, peer.localPort);
    send(server, 'pöng');
    server.end();
    assert.equal((await readAll(peer)).toString('latin1'), 'pöng');
  });

  test(`${way}: after the peer's FIN the answer still goes out`, async () => {
    const { server, notes, peer } = await accept(plain);
    peer.end('last');
    await notes.until(() => notes.has('end'));
    assert.equal(notes.received, 'last');
    assert.ok(!notes.has('close'));
    send(server, 'answer');
    server.end();
    assert.equal(String(await readAll(peer)), 'answer');
    await notes.until(() => notes.has('close'));
    assert.equal(notes.error, undefined);
  });

  test(`${way}: after our FIN the peer can still send`, async () => {
    const { server, notes, peer } = await accept(plain);
    server.end();
    peer.resume();
    await new Promise(resolve => peer.once('end', resolve));
    peer.end('late');
    await notes.until(() => notes.has('close'));
    assert.equal(notes.received, 'late');
    assert.deepEqual(notes.events, ['data', 'end', 'close']);
  });

  test(`${way}: a reset is told as an error, once`, async () => {
    const { notes, peer } = await accept(plain);
    peer.write('x');
    await notes.until(() => notes.has('data'));
    peer.resetAndDestroy();
    await notes.until(() => notes.has('close'));
    assert.equal((notes.error as NodeJS.ErrnoException).code, 'ECONNRESET');
    assert.deepEqual(notes.events, ['data', 'close']);
  });

  test(`${way}: a paused socket delivers nothing until it is resumed`, async () => {
    const { server, notes, peer } = await accept(plain);
    server.pause();
    peer.write('held');
    await sleep(50);
    assert.equal(notes.received, '');
    server.resume();
    await notes.until(() => notes.received === 'held');
  });

  test(`${way}: a socket paused from onData stops there and goes on later`, async () => {
    const { server, notes, peer } = await accept(plain);
    const total = 1_000_000;
    notes.onNote = () => server.pause();
    peer.end(Buffer.alloc(total));
    await notes.until(() => notes.bytes > 0);
    server.pause();
    const seen = notes.bytes;
    await sleep(30);
    assert.ok(notes.bytes - seen < 200_000, `${notes.bytes} bytes came while paused`);
    server.resume();
    await notes.until(() => notes.bytes === total && notes.has('end'));
  });
}

test('a slow reader makes write say no, memory stays bounded, and every byte arrives', async () => {
  const { server, notes, peer } = await accept();
  const block = Buffer.alloc(50_000);
  let written = 0;
  for (let more = true; more; written++) {
    block.fill(written & 255);
    more = server.write(block, 0, block.length);
  }
  assert.ok(server.pending > 0 && server.pending < 300_000, `${server.pending} bytes pending`);
  const reading = readAll(peer);
  await notes.until(() => notes.has('drain'));
  assert.equal(server.pending, 0);
  server.end();
  const got = await reading;
  assert.equal(got.length, written * block.length);
  for (let i = 0; i < written; i++) assert.equal(got[i * block.length + 777], i & 255);
});

test('what a slow reader has not taken costs about its size, in whatever pieces it came', async () => {
  const { server, peer } = await accept();
  peer.pause();
  const piece = Buffer.alloc(17_000);
  while (server.write(piece, 0, piece.length));
  const before = process.memoryUsage().arrayBuffers;
  for (let i = 0; i < 500; i++) server.write(piece, 0, piece.length);
  const kept = process.memoryUsage().arrayBuffers - before;
  assert.ok(kept < 1.5 * 500 * piece.length, `${kept} bytes for ${500 * piece.length}`);
});

test('small writes to a slow reader are kept in order too', async () => {
  const { server, peer } = await accept();
  let lines = 0;
  for (let more = true; more; lines++) more = send(server, `${String(lines).padStart(999)}\n`);
  const reading = readAll(peer);
  server.end();
  const got = String(await reading)
    .trimEnd()
    .split('\n');
  assert.deepEqual(
    got.map(Number),
    Array.from({ length: lines }, (_, i) => i),
  );
});

test('destroy ends both directions, and nothing is told but the close', async () => {
  const { server, notes, peer } = await accept();
  peer.resume();
  const end = new Promise(resolve => peer.once('end', resolve));
  server.destroy();
  server.destroy();
  assert.equal(send(server, 'never'), false);
  await Promise.all([end, notes.until(() => notes.has('close'))]);
  await sleep(10);
  assert.deepEqual(notes.events, ['close']);
});

for (const pendingBytes of [0, 10_000_000]) {
  test(`a reset reaches the peer at once, with ${pendingBytes} bytes pending`, async () => {
    const { server, notes, peer } = await accept();
    const code = new Promise(resolve => peer.once('error', error => resolve((error as NodeJS.ErrnoException).code)));
    if (pendingBytes > 0) server.write(Buffer.alloc(pendingBytes), 0, pendingBytes);
    server.destroy(true);
    await notes.until(() => notes.has('close'));
    peer.resume();
    assert.equal(await code, 'ECONNRESET');
  });
}

test('a reset right after end still closes', async () => {
  const { server, notes } = await accept();
  server.end();
  server.destroy(true);
  await notes.until(() => notes.has('close'));
});

test('writing to a peer that is gone ends in one close with the error', async () => {
  const { server, notes, peer } = await accept();
  server.pause();
  peer.resetAndDestroy();
  await sleep(20);
  send(server, 'x');
  send(server, 'y');
  await notes.until(() => notes.has('close'));
  assert.ok(notes.error);
  assert.deepEqual(notes.events, ['close']);
});

test('a handler may be replaced while the socket lives', async () => {
  const { server, notes, peer } = await accept();
  peer.write('a');
  await notes.until(() => notes.received === 'a');
  const second = new Notes();
  server.handler = second;
  peer.write('b');
  await second.until(() => second.received === 'b');
  assert.equal(notes.received, 'a');
});

test('an address in use is told by its code', async () => {
  const first = await nodeRuntime.listen({ host: '127.0.0.1', port: 0 }, () => {});
  cleanUp.push(() => first.close());
  await assert.rejects(
    nodeRuntime.listen({ host: '127.0.0.1', port: first.port }, () => {}),
    { code: 'EADDRINUSE' },
  );
});

test('an address of nobody is told by its code', async () => {
  await assert.rejects(
    nodeRuntime.listen({ host: '192.0.2.1', port: 0 }, () => {}),
    { code: 'EADDRNOTAVAIL' },
  );
});

test('this Node gives accepted connections as handles, so reads are shared', async () => {
  await accept();
  await new Promise(resolve => setImmediate(resolve));
  assert.deepEqual(warnings, []);
});

test('a closed listener takes no more connections, and open ones live on', async () => {
  const notes = new Notes();
  let server: Socket | undefined;
  const listener: ListenSocket = await nodeRuntime.listen({ host: '127.0.0.1', port: 0 }, socket => {
    server = socket;
    socket.handler = notes;
  });
  const peer = net.connect(listener.port, '127.0.0.1');
  cleanUp.push(() => peer.destroy());
  peer.write('a');
  await notes.until(() => notes.received === 'a');
  listener.close();
  const refused = net.connect(listener.port, '127.0.0.1');
  const error = await new Promise<NodeJS.ErrnoException>(resolve => refused.once('error', resolve));
  assert.equal(error.code, 'ECONNREFUSED');
  peer.write('b');
  await notes.until(() => notes.received === 'ab');
  server?.destroy();
});

test('connect gives a socket that talks', async () => {
  const echo = net.createServer(raw => raw.pipe(raw));
  await new Promise<void>(resolve => echo.listen(0, '127.0.0.1', resolve));
  cleanUp.push(() => void echo.close());
  const notes = new Notes();
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  nodeRuntime.connect('127.0.0.1', (echo.address() as net.AddressInfo).port, { onConnect: resolve, onError: reject });
  const socket = await promise;
  socket.handler = notes;
  send(socket, 'hello');
  await notes.until(() => notes.received === 'hello');
  socket.end();
  await notes.until(() => notes.has('close'));
  assert.equal(notes.error, undefined);
});

for (const [what, port] of [
  ['a refused connect', 1],
  ['a port that cannot be', 70_000],
] as const) {
  test(`${what} is told by onError, once and later`, async () => {
    let errors = 0;
    await new Promise<void>(resolve => {
      nodeRuntime.connect('127.0.0.1', port, {
        onConnect: () => assert.fail('connected'),
        onError() {
          errors++;
          resolve();
        },
      });
      assert.equal(errors, 0);
    });
    await sleep(10);
    assert.equal(errors, 1);
  });
}

test('a cancelled connect says nothing more', async () => {
  const server = net.createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  cleanUp.push(() => void server.close());
  const connecting = nodeRuntime.connect('127.0.0.1', (server.address() as net.AddressInfo).port, {
    onConnect: () => assert.fail('connected'),
    onError: error => assert.fail(error),
  });
  connecting.cancel();
  connecting.cancel();
  await sleep(30);
});
