import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, type Socket as RawSocket } from 'node:net';
import { afterEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import tls from 'node:tls';
import { makeAuthority, makeCertificate } from '../../test/tls/certificates.ts';
import { Notes } from '../../test/wire/notes.ts';
import { nodeRuntime } from './node-socket.ts';
import type { Socket } from './socket.ts';
import { ClientSessions, type ClientTls } from './tls/client-tls.ts';
import type { ServerTls } from './tls/server-tls.ts';

const CA = makeAuthority('an authority');
const PAIR = makeCertificate({ names: ['a.example'], issuer: CA });
const SERVER: ServerTls = {
  context: tls.createSecureContext({ cert: PAIR.certificate, key: PAIR.key, ca: [] }),
  protocols: undefined,
  clients: undefined,
};
const CLIENT: ClientTls = {
  context: tls.createSecureContext({ ca: CA.certificate }),
  serverName: 'a.example',
  protocols: [],
  refuse: () => undefined,
  sessions: new ClientSessions(),
};

const cleanUp: (() => void)[] = [];
afterEach(() => {
  for (const undo of cleanUp.splice(0)) undo();
});

interface Pair {
  readonly socket: Socket;
  readonly notes: Notes;
  readonly peer: tls.TLSSocket;
  /** What the peer's TLS goes through. */
  readonly below: RawSocket;
}

/** Our socket is that of a client that came to us. */
async function accepted(): Promise<Pair> {
  const notes = new Notes();
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const listener = await nodeRuntime.listen({ host: '127.0.0.1', port: 0 }, raw => {
    raw.handler = {
      onData(bytes, start, end) {
        nodeRuntime.secure!(
          raw,
          SERVER,
          { bytes, start, end },
          {
            onSecure(socket) {
              socket.handler = notes;
              resolve(socket);
            },
            onError: reject,
            onSecureClosed() {},
          },
        );
      },
      onDrain() {},
      onEnd() {},
      onClose() {},
    };
  });
  cleanUp.push(() => listener.close());
  const below = connect({ host: '127.0.0.1', port: listener.port, allowHalfOpen: true });
  const peer = tls.connect({ socket: below, ca: CA.certificate, servername: 'a.example' });
  return paired(await promise, notes, peer, below);
}

/** Our socket is that of a connection to a server. */
async function connected(): Promise<Pair> {
  const notes = new Notes();
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const server = tls.createServer({ cert: PAIR.certificate, key: PAIR.key, allowHalfOpen: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUp.push(() => server.close());
  const below = once(server, 'connection');
  const peer = once(server, 'secureConnection');
  const { port } = server.address() as AddressInfo;
  const handler = {
    onConnect(socket: Socket) {
      socket.handler = notes;
      resolve(socket);
    },
    onError: reject,
  };
  nodeRuntime.connect('127.0.0.1', port, handler, CLIENT);
  return paired(await promise, notes, (await peer)[0], (await below)[0]);
}

function paired(socket: Socket, notes: Notes, peer: tls.TLSSocket, below: RawSocket): Pair {
  peer.on('error', () => {});
  cleanUp.push(() => {
    peer.destroy();
    socket.destroy();
  });
  return { socket, notes, peer, below };
}

function send(socket: Socket, text: string): boolean {
  const bytes = Buffer.from(`??${text}??`, 'latin1');
  const more = socket.write(bytes, 2, bytes.length - 2);
  bytes.fill(33);
  return more;
}

async function readAll(peer: tls.TLSSocket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of peer) chunks.push(chunk);
  return Buffer.concat(chunks);
}

for (const [way, open] of [
  ['a client', accepted],
  ['a server', connected],
] as const) {
  test(`${way}: bytes go both ways, and the write buffer may be reused at once`, async () => {
    const { socket, notes, peer } = await open();
    peer.write('ping');
    await notes.until(() => notes.received === 'ping');
    assert.equal(socket.remoteAddress, '127.0.0.1');
    assert.equal(socket.lost, false);
    send(socket, 'pöng');
    socket.end();
    assert.equal((await readAll(peer)).toString('latin1'), 'pöng');
  });

  test(`${way}: after the end of the peer the answer still goes out`, async () => {
    const { socket, notes, peer } = await open();
    peer.end('last');
    await notes.until(() => notes.has('end'));
    assert.equal(notes.received, 'last');
    send(socket, 'answer');
    socket.end();
    assert.equal(String(await readAll(peer)), 'answer');
    await notes.until(() => notes.has('close'));
    assert.equal(notes.error, undefined);
  });

  test(`${way}: after our end the peer can still send`, async () => {
    const { socket, notes, peer } = await open();
    socket.end();
    peer.resume();
    await once(peer, 'end');
    peer.end('late');
    await notes.until(() => notes.has('close'));
    assert.equal(notes.received, 'late');
    assert.deepEqual(notes.events, ['data', 'end', 'close']);
  });

  test(`${way}: a paused socket delivers nothing, and every byte and the end when it is resumed`, async () => {
    const { socket, notes, peer } = await open();
    const content = Buffer.alloc(400_000, 'abcdefg');
    let told = 0;
    socket.handler = {
      onData(bytes, start, end) {
        assert.ok(
          Buffer.from(bytes)
            .subarray(start, end)
            .equals(content.subarray(told, told + end - start)),
        );
        told += end - start;
        socket.pause();
        setTimeout(() => socket.resume(), 1);
      },
      onDrain() {},
      onEnd: () => notes.note(told === content.length ? 'whole' : 'early'),
      onClose() {},
    };
    socket.pause();
    peer.end(content);
    await sleep(50);
    assert.equal(told, 0);
    socket.resume();
    await notes.until(() => notes.events.length > 0);
    assert.deepEqual(notes.events, ['whole']);
  });

  test(`${way}: a slow reader makes write say no, memory stays bounded, and every byte arrives`, async () => {
    const { socket, notes, peer } = await open();
    const block = Buffer.alloc(50_000);
    let written = 0;
    peer.pause();
    for (let more = true; more || written < 400; written++) {
      block.fill(written & 255);
      more = socket.write(block, 0, block.length);
      if (!more) await Promise.race([notes.until(() => notes.has('drain')), sleep(20)]);
      if (!more && !notes.has('drain')) break;
      notes.events.length = 0;
    }
    assert.ok(socket.pending > 0 && socket.pending < 500_000, `${socket.pending} bytes pending`);
    const count = written + 1;
    const reading = readAll(peer);
    await notes.until(() => notes.has('drain'));
    assert.equal(socket.pending, 0);
    socket.end();
    const got = await reading;
    assert.equal(got.length, count * block.length);
    for (let at = 0; at < count; at++) assert.equal(got[at * block.length + 777], at & 255);
  });

  test(`${way}: a reset is told as an error, once`, async () => {
    const { notes, peer, below } = await open();
    peer.write('x');
    await notes.until(() => notes.has('data'));
    below.resetAndDestroy();
    await notes.until(() => notes.has('close'));
    assert.deepEqual(notes.events, ['data', 'close']);
    assert.ok(notes.error);
  });

  for (const reset of [false, true]) {
    test(`${way}: destroy${reset ? ' with a reset' : ''} ends both directions, and nothing is told but the close`, async () => {
      const { socket, notes, peer } = await open();
      peer.resume();
      const over = new Promise(resolve => peer.once('end', resolve).once('close', resolve));
      socket.destroy(reset);
      socket.destroy(reset);
      assert.equal(send(socket, 'never'), false);
      await Promise.all([over, notes.until(() => notes.has('close'))]);
      await sleep(10);
      assert.deepEqual(notes.events, ['close']);
    });
  }

  test(`${way}: a peer that sends no TLS any more ends in one close with the error`, async () => {
    const { notes, below } = await open();
    below.write('GET / ');
    await notes.until(() => notes.has('close'));
    assert.deepEqual(notes.events, ['close']);
    assert.ok(notes.error);
  });
}
