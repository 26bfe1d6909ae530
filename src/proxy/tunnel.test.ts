import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeldSockets } from './held-sockets.ts';
import { DEFAULT_PROXY_OPTIONS } from './options.ts';
import { ReadingGate } from './reading-gate.ts';
import type { Socket, SocketHandler } from './socket.ts';
import { Timers } from './timers.ts';
import { Tunnel } from './tunnel.ts';

const IDLE = 1_000;
const BYTES = Buffer.from('hello');
const NOBODY: SocketHandler = { onData() {}, onDrain() {}, onEnd() {}, onClose() {} };

interface FakeSocket extends Socket {
  pending: number;
  taking: boolean;
}

/** A socket that tells `log` what is done to it. */
function fakeSocket(name: string, log: string[]): FakeSocket {
  return {
    remoteAddress: '127.0.0.1',
    protocol: '',
    remotePort: 1,
    handler: NOBODY,
    lost: false,
    pending: 0,
    taking: true,
    write(bytes, start, end) {
      log.push(`${name} < ${Buffer.from(bytes.subarray(start, end)).toString()}`);
      return this.taking;
    },
    pause: () => void log.push(`${name} paused`),
    resume: () => void log.push(`${name} resumed`),
    end: () => void log.push(`${name} ended`),
    destroy: (reset = false) => void log.push(`${name} ${reset ? 'reset' : 'destroyed'}`),
  };
}

/** A tunnel without sockets, and what happened to its two ends since it was opened. */
function openTunnel() {
  const log: string[] = [];
  let now = 0;
  const timers = new Timers(() => now);
  const held = new HeldSockets(timers);
  const tunnels = { open: 0, toBackends: 0, toClients: 0 };
  const core = { timers, held, tunnels, options: { ...DEFAULT_PROXY_OPTIONS, tunnelIdleTimeout: IDLE } };
  const client = fakeSocket('client', log);
  const backend = fakeSocket('backend', log);
  new Tunnel(
    {
      core,
      gate: new ReadingGate(client, held),
      onClose: error => void log.push(`client gone${error ? ' by error' : ''}`),
      abort: reset => client.destroy(reset),
      takeBack: ended => void log.push(`client taken back${ended ? ', ended' : ''}`),
    },
    client,
    {
      handOver(handler) {
        backend.handler = handler;
        return { socket: backend, close: reset => backend.destroy(reset) };
      },
      abandon: () => void log.push('errand over'),
    },
  );
  log.length = 0;
  const pass = (ms: number) => {
    now += ms;
    timers.run();
  };
  return { client, backend, log, tunnels, pass };
}

type Opened = ReturnType<typeof openTunnel>;
const LOST = new Error('reset');
const BACKEND_OVER = ['backend destroyed', 'errand over'];

const ENDINGS: Readonly<Record<string, readonly [events: (tunnel: Opened) => void, log: readonly string[]]>> = {
  'the client, then the backend, both in order: what is left is left to them': [
    ({ client, backend }) => {
      client.handler.onEnd();
      backend.handler.onEnd();
      client.handler.onClose(undefined);
      backend.handler.onClose(undefined);
    },
    ['backend ended', 'client ended', 'client gone', ...BACKEND_OVER],
  ],
  'the backend, having said all, before the client has': [
    ({ backend }) => {
      backend.handler.onEnd();
      backend.handler.onClose(LOST);
    },
    ['client ended', ...BACKEND_OVER, 'client taken back'],
  ],
  'the backend, when both have said all': [
    ({ client, backend }) => {
      backend.handler.onEnd();
      client.handler.onEnd();
      backend.handler.onClose(undefined);
    },
    ['client ended', 'backend ended', ...BACKEND_OVER, 'client taken back, ended'],
  ],
  'the backend in the middle': [({ backend }) => backend.handler.onClose(undefined), [...BACKEND_OVER, 'client reset']],
  'the client by a reset': [
    ({ client, backend }) => {
      client.handler.onClose(LOST);
      backend.handler.onClose(undefined);
    },
    ['client gone by error', 'backend reset', ...BACKEND_OVER],
  ],
  'the client, closed by us': [
    ({ client, backend }) => {
      client.handler.onClose(undefined);
      backend.handler.onClose(undefined);
    },
    ['client gone', 'backend destroyed', ...BACKEND_OVER],
  ],
  'by a reset of the client after both had ended': [
    ({ client, backend }) => {
      client.handler.onEnd();
      backend.handler.onEnd();
      client.handler.onClose(LOST);
    },
    ['backend ended', 'client ended', 'client gone by error', 'backend reset'],
  ],
};

for (const [name, [events, log]] of Object.entries(ENDINGS)) {
  test(`a tunnel ends: ${name}`, () => {
    const tunnel = openTunnel();
    assert.equal(tunnel.tunnels.open, 1);
    events(tunnel);
    assert.deepEqual(tunnel.log, log);
    assert.equal(tunnel.tunnels.open, log.includes('errand over') ? 0 : 1);
  });
}

test('who sends faster than the other takes has to wait, and only in that direction', () => {
  const { client, backend, log, tunnels } = openTunnel();
  backend.taking = false;
  client.handler.onData(BYTES, 0, 5);
  backend.handler.onData(BYTES, 1, 5);
  backend.handler.onDrain();
  client.taking = false;
  backend.handler.onData(BYTES, 0, 1);
  client.handler.onDrain();
  assert.deepEqual(log, [
    'backend < hello',
    'client paused',
    'client < ello',
    'client resumed',
    'client < h',
    'backend paused',
    'backend resumed',
  ]);
  assert.deepEqual(tunnels, { open: 1, toBackends: 5, toClients: 5 });
});

for (const [name, act] of Object.entries<(tunnel: Opened) => void>({
  'the client': ({ client }) => client.handler.onData(BYTES, 0, 5),
  'the backend': ({ backend }) => backend.handler.onData(BYTES, 0, 5),
  'what the client takes': ({ client }) => client.handler.onDrain(),
})) {
  test(`a tunnel is idle a while after ${name} has moved last`, () => {
    const tunnel = openTunnel();
    tunnel.pass(IDLE - 100);
    act(tunnel);
    tunnel.log.length = 0;
    tunnel.pass(IDLE - 100);
    assert.deepEqual(tunnel.log, []);
    tunnel.pass(200);
    assert.deepEqual(tunnel.log, ['backend destroyed', 'client destroyed']);
  });
}

test('a side that does not take what is there is reset: it must not take what came for all', () => {
  const { client, log, pass } = openTunnel();
  client.pending = 1;
  pass(IDLE + 100);
  assert.deepEqual(log, ['backend destroyed', 'client reset']);
});
