import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, startBackend } from './backend.ts';
import type { Memory } from './measured-proxy.ts';
import { get } from './rig.ts';

const TOTAL = 100 * 1024 * 1024;
const PIECE = Buffer.alloc(64 * 1024, 'x');
const EACH_WAY = 4;
const MB = 1024 * 1024;

interface Pour {
  sent: number;
}

/** Sends up to `total` bytes, as fast as they are taken. */
function pour(socket: Socket, total: number): Pour {
  const state = { sent: 0 };
  const more = () => {
    while (state.sent < total && !socket.destroyed) {
      state.sent += PIECE.length;
      if (!socket.write(PIECE)) return;
    }
  };
  socket.on('drain', more);
  more();
  return state;
}

/** A proxy in a process of its own, and what it holds. */
async function measured(t: TestContext, backendPort: number) {
  const program = path.join(import.meta.dirname, 'measured-proxy.ts');
  const child: ChildProcess = fork(program, [String(backendPort)], { execArgv: ['--expose-gc'] });
  t.after(() => child.kill('SIGKILL'));
  const [port] = (await once(child, 'message')) as [number];
  const measure = async (): Promise<Memory> => {
    child.send('measure');
    const [memory] = (await once(child, 'message')) as [Memory];
    return memory;
  };
  return { port, measure };
}

async function comeToRest(pours: readonly Pour[]): Promise<void> {
  const sum = () => pours.reduce((total, { sent }) => total + sent, 0);
  for (let before = -1; before !== sum(); await sleep(200)) before = sum();
}

test(`${2 * EACH_WAY} bodies of 100 MB that nobody takes: the proxy does not grow with them`, {
  timeout: 30_000,
}, async t => {
  const pours: Pour[] = [];
  const api = await startBackend(async connection => {
    const head = await connection.stream.through('\r\n\r\n');
    const total = head.includes('/warm') ? 4 * MB : TOTAL;
    if (head.startsWith('POST')) {
      connection.socket.pause();
      return;
    }
    connection.send(`HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: ${total}\r\n\r\n`);
    pours.push(pour(connection.socket, total));
  });
  t.after(api.stop);
  const { port, measure } = await measured(t, api.port);
  const say = async (request: string): Promise<Socket> => {
    const socket = connect({ port, host: '127.0.0.1' });
    t.after(() => socket.destroy());
    await once(socket, 'connect');
    socket.write(request);
    return socket;
  };
  for (let i = 0; i < 3; i++) {
    const socket = await say(get('/warm'));
    let received = 0;
    socket.on('data', chunk => {
      received += chunk.length;
    });
    await eventually(() => received > 4 * MB, 'a body came');
    socket.destroy();
  }
  const before = await measure();
  for (let i = 0; i < EACH_WAY; i++) {
    (await say(get('/'))).pause();
    const uploading = await say(`POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: ${TOTAL}\r\n\r\n`);
    pours.push(pour(uploading, TOTAL));
  }
  await comeToRest(pours);
  const { resident, buffers } = await measure();
  assert.equal(pours.length, 3 + 2 * EACH_WAY);
  assert.ok(
    pours.slice(3).every(({ sent }) => sent > MB && sent < TOTAL),
    'all are under way',
  );
  const growth = `resident ${(resident - before.resident) / MB} MB, buffers ${(buffers - before.buffers) / MB} MB`;
  assert.ok(buffers - before.buffers < 4 * MB, growth);
  assert.ok(resident - before.resident < 40 * MB, growth);
});
