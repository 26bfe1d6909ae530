import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Script } from './backend.ts';
import { eventually } from './backend.ts';
import { assertSound, get, startRig } from './rig.ts';

const TOTAL = 100 * 1024 * 1024;
/** What the kernel's buffers of two loopback connections may hold, and then some: far less than TOTAL. */
const BOUND = 40 * 1024 * 1024;
const PIECE = Buffer.alloc(64 * 1024, 'x');

/** Sends TOTAL bytes as fast as the other side takes them; `sent` grows only as the kernel does. */
function pour(socket: Socket): { sent: number } {
  const state = { sent: 0 };
  const more = () => {
    while (state.sent < TOTAL && !socket.destroyed) {
      state.sent += PIECE.length;
      if (!socket.write(PIECE)) return;
    }
  };
  socket.on('drain', more);
  more();
  return state;
}

/** A socket that reads nothing until it is told to; `received` counts. */
async function stalled(port: number, request: string): Promise<{ socket: Socket; count(): Promise<number> }> {
  const socket = connect({ port, host: '127.0.0.1' });
  await once(socket, 'connect');
  socket.pause();
  socket.write(request);
  return {
    socket,
    async count() {
      let received = 0;
      socket.on('data', chunk => {
        received += chunk.length;
      });
      socket.resume();
      await eventually(() => received >= TOTAL, `${TOTAL} bytes came`);
      return received;
    },
  };
}

for (const [name, head, tail] of [
  ['of known length', `Content-Length: ${TOTAL}`, ''],
  ['in one chunk', 'Transfer-Encoding: chunked', `${TOTAL.toString(16)}\r\n`],
] as const) {
  test(`100 MB ${name} to a client that does not read: the backend has to wait, nothing is lost`, async () => {
    let poured = { sent: 0 };
    const script: Script = async connection => {
      await connection.request();
      connection.send(`HTTP/1.1 200 OK\r\n${head}\r\n\r\n${tail}`);
      poured = pour(connection.socket);
    };
    const rig = await startRig({ after }, { script });
    const client = await stalled(rig.port, get('/'));
    await eventually(() => poured.sent > 0, 'the backend sends');
    await sleep(300);
    const before = poured.sent;
    await sleep(200);
    assert.equal(poured.sent, before, 'it has come to a stop');
    assert.ok(before < BOUND, `the backend could send ${before} bytes`);
    assert.ok((await client.count()) >= TOTAL);
    client.socket.destroy();
    rig.stop();
  });
}

test('an upload of 100 MB to a backend that does not read: the client has to wait, nothing is lost', async () => {
  let sink: Socket | undefined;
  const rig = await startRig(
    { after },
    {
      async script(connection, index) {
        if (index > 0) {
          await connection.request();
          return connection.send('HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nGET /sound ');
        }
        connection.socket.pause();
        sink = connection.socket;
      },
    },
  );
  const socket = connect({ port: rig.port, host: '127.0.0.1' });
  await once(socket, 'connect');
  socket.write(`POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: ${TOTAL}\r\n\r\n`);
  const poured = pour(socket);
  await eventually(() => sink !== undefined, 'the request is at the backend');
  await sleep(300);
  const before = poured.sent;
  await sleep(200);
  assert.equal(poured.sent, before, 'it has come to a stop');
  assert.ok(before < BOUND, `the client could send ${before} bytes`);
  await assertSound(rig);
  let received = 0;
  sink!.removeAllListeners('data').on('data', (chunk: Buffer) => {
    received += chunk.length;
  });
  sink!.resume();
  await eventually(() => received >= TOTAL, `${TOTAL} bytes came to the backend`);
  socket.destroy();
});

test('a client that stalls does not hold up others', async () => {
  const rig = await startRig(
    { after },
    {
      async script(connection) {
        while (await connection.stream.any()) {
          const { target } = await connection.request();
          if (target !== '/big') {
            connection.send('HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nGET /sound ');
            continue;
          }
          connection.send(`HTTP/1.1 200 OK\r\nContent-Length: ${TOTAL}\r\n\r\n`);
          pour(connection.socket);
        }
      },
    },
  );
  const client = await stalled(rig.port, get('/big'));
  await sleep(100);
  for (let i = 0; i < 20; i++) await assertSound(rig);
  client.socket.destroy();
  await eventually(() => rig.backend.connections[0]!.socket.destroyed, 'the backend learns that the client is gone');
});

test('a client that resets an upload that a backend does not take: both connections go', async () => {
  const rig = await startRig(
    { after },
    {
      script(connection) {
        connection.socket.pause();
      },
    },
  );
  const socket = connect({ port: rig.port, host: '127.0.0.1' });
  await once(socket, 'connect');
  socket.write(`POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: ${TOTAL}\r\n\r\n`);
  pour(socket);
  await eventually(() => rig.backend.connections.length === 1, 'the request is at the backend');
  await sleep(200);
  assert.match(rig.proxy.metrics(), /^sluice_downstream_connections 1$/m);
  socket.resetAndDestroy();
  await eventually(() => /^sluice_downstream_connections 0$/m.test(rig.proxy.metrics()), 'the client is gone');
  assert.match(rig.proxy.metrics(), /^sluice_upstream_connections 0$/m);
});
