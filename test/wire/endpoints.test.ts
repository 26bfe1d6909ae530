import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, test } from 'node:test';
import { seal, type Unit } from '../../src/ir/index.ts';
import { nodeRuntime } from '../../src/proxy/node-socket.ts';
import { Lane } from '../../src/proxy/shared/lane.ts';
import { createSharedMemory } from '../../src/proxy/shared/shared-memory.ts';
import type { SocketRuntime } from '../../src/proxy/socket.ts';
import { answering, eventually, ok, type Script, startBackend } from './backend.ts';
import { backend, endpoints, forward, route } from './config.ts';
import { get, post, type Rig, startRig } from './rig.ts';

/** Sockets of this machine, and the ports that connections were asked for. */
function watched(): SocketRuntime & { readonly asked: number[] } {
  const asked: number[] = [];
  return {
    ...nodeRuntime,
    asked,
    connect(address, port, handler) {
      asked.push(port);
      return nodeRuntime.connect(address, port, handler);
    },
  };
}

/** A port that refuses connections. */
async function unusedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise(resolve => server.once('listening', resolve));
  const address = server.address();
  await new Promise(resolve => server.close(resolve));
  assert.ok(address !== null && typeof address === 'object');
  return address.port;
}

/** A rig whose backend has an endpoint that refuses connections beside the one that answers. */
async function withDead(ejectTime: number, dead: number, options = {}) {
  const runtime = watched();
  const rig = await startRig(
    { after },
    {
      runtime,
      options: { ejectTime, balancing: 'round-robin', ...options },
      units: port => [...backend('api', dead, port), route([{ action: forward({ api: 1 }) }])],
    },
  );
  return { rig, asked: () => runtime.asked.filter(port => port === dead).length };
}

async function statuses(rig: Rig, requests: readonly string[]): Promise<number[]> {
  const client = await rig.client();
  const seen: number[] = [];
  for (const request of requests) {
    client.send(request);
    seen.push((await client.answer()).status);
  }
  return seen;
}

const TEN = Array.from({ length: 10 }, (_, nth) => post(`/${nth}`, 'hello'));
const allOf = (status: number) => TEN.map(() => status);

test('an endpoint that refuses a connection is left out: no other request asks it for one', async () => {
  const { rig, asked } = await withDead(60_000, await unusedPort());
  assert.deepEqual(await statuses(rig, TEN), allOf(200));
  assert.equal(asked(), 1);
  assert.match(rig.proxy.metrics(), /^sluice_endpoint_ejections_total 1$/m);
  assert.match(rig.proxy.metrics(), /^sluice_endpoints_ejected 1$/m);
});

test('with a time of 0 nothing is left out', async () => {
  const { rig, asked } = await withDead(0, await unusedPort());
  assert.deepEqual(await statuses(rig, TEN), allOf(200));
  assert.ok(asked() > 1);
  assert.match(rig.proxy.metrics(), /^sluice_endpoint_ejections_total 0$/m);
});

test('one that accepts again is back in its turn, for good', async () => {
  const dead = await unusedPort();
  const { rig, asked } = await withDead(20, dead);
  await statuses(rig, TEN);
  const server = createServer(socket => {
    socket.on('data', () => socket.write(ok('back')));
    socket.on('error', () => {});
  }).listen(dead, '127.0.0.1');
  after(() => server.close());
  const client = await rig.client();
  const seen = async () => {
    client.send(get('/'));
    return (await client.answer()).body;
  };
  while ((await seen()) !== 'back');
  assert.match(rig.proxy.metrics(), /^sluice_endpoints_ejected 0$/m);
  const before = asked();
  assert.ok([await seen(), await seen()].includes('back'));
  assert.equal(asked(), before);
});

test('when all refuse, all are asked', async () => {
  const dead = await unusedPort();
  const runtime = watched();
  const rig = await startRig(
    { after },
    {
      runtime,
      options: { ejectTime: 60_000 },
      units: () => [...backend('api', dead), route([{ action: forward({ api: 1 }) }])],
    },
  );
  assert.deepEqual(await statuses(rig, TEN), allOf(503));
  assert.equal(runtime.asked.length, TEN.length);
});

test('where the ready one refuses, those that drain serve from the first request on', async () => {
  const dead = await unusedPort();
  for (const ejectTime of [0, 60_000]) {
    const rig = await startRig(
      { after },
      {
        options: { ejectTime },
        script: answering(),
        units: port => [...backend('api', dead), draining(dead, port), route([{ action: forward({ api: 1 }) }])],
      },
    );
    assert.deepEqual(await statuses(rig, TEN), allOf(200), `${ejectTime}`);
  }
});

/** The backend of {@link backend} with one that is ready, and one that is about to go. */
function draining(ready: number, leaving: number): Unit {
  const { hash: _, ...unit } = endpoints('api', ready, leaving);
  const [first, second] = unit.endpoints;
  return seal({ ...unit, endpoints: [first!, { ...second!, state: 'draining' }] });
}

/** Reads a request and goes without a word. */
const mute: Script = async connection => {
  await connection.request();
  connection.reset();
};

for (const [request, expected] of [
  [get('/'), 200],
  [post('/', 'hello'), 502],
] as const) {
  const [method] = request.split(' ');
  test(`${method} whose new connection is lost without a word: ${expected}, by another endpoint if at all`, async () => {
    const broken = await startBackend(mute);
    after(() => broken.stop());
    const rig = await startRig(
      { after },
      {
        options: { balancing: 'round-robin' },
        script: answering(),
        units: port => [...backend('api', broken.port, port), route([{ action: forward({ api: 1 }) }])],
      },
    );
    const seen = await statuses(rig, [request, request]);
    assert.deepEqual(seen.toSorted(), [200, expected]);
    assert.ok(broken.requests.length > 0);
    if (method === 'POST') assert.equal(broken.requests.length + rig.backend.requests.length, 2, 'each was sent once');
  });
}

/** Two data planes that share what is known of `ports`; both are told the same, so that they give them the same cells. */
async function pair(ports: readonly number[]) {
  const memory = createSharedMemory(2);
  const runtimes = [watched(), watched()] as const;
  const start = (runtime: SocketRuntime, lane: Lane) =>
    startRig(
      { after },
      {
        runtime,
        lane,
        options: { ejectTime: 60_000 },
        units: () => [...backend('api', ...ports), route([{ action: forward({ api: 1 }) }])],
      },
    );
  const rigs = await Promise.all(runtimes.map((runtime, nth) => start(runtime, new Lane(memory, nth))));
  return { rigs, asked: (nth: 0 | 1) => runtimes[nth].asked };
}

test('what refuses a connection to one worker is left out by all', async () => {
  const [dead, live] = [await unusedPort(), await startBackend(answering())];
  after(() => live.stop());
  const { rigs, asked } = await pair([dead, live.port]);
  assert.deepEqual(await statuses(rigs[0]!, TEN), allOf(200));
  assert.deepEqual(await statuses(rigs[1]!, TEN), allOf(200));
  assert.deepEqual([asked(0).includes(dead), asked(1).includes(dead)], [true, false]);
  assert.match(rigs[1]!.proxy.metrics(), /^sluice_endpoints_ejected 1$/m);
});

test('requests under way at one worker count for all', async () => {
  const held: Script = async connection => {
    await connection.request();
    await connection.stream.rest();
  };
  const [busy, free] = [await startBackend(held), await startBackend(answering())];
  after(() => [busy, free].map(each => each.stop()));
  const { rigs } = await pair([busy.port, free.port]);
  const waiting = await rigs[0]!.client();
  while (busy.requests.length === 0) {
    waiting.send(get('/'));
    await Promise.race([waiting.answer(), eventually(() => busy.requests.length > 0, 'one is held')]);
  }
  assert.deepEqual(await statuses(rigs[1]!, TEN), allOf(200));
  assert.equal(busy.requests.length, 1);
});
