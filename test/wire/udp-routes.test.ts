import assert from 'node:assert/strict';
import dgram from 'node:dgram';
import { once } from 'node:events';
import { after, test } from 'node:test';
import type { Unit } from '../../src/ir/index.ts';
import type { ProxyOptions } from '../../src/proxy/index.ts';
import { eventually } from './backend.ts';
import { backend, bind, endpoints } from './config.ts';
import { transportListener, transportRoute, UDP, udpBind } from './transport-config.ts';
import { createWire, type Wire } from './transport-rig.ts';

interface Speaker {
  readonly port: number;
  readonly heard: string[];
  readonly peers: Set<number>;
  say(text: string | Uint8Array, port: number): void;
  /** The next that comes. */
  next(): Promise<Buffer>;
  close(): void;
}

/** One that sends and hears datagrams; `answer` says what it answers to each. */
async function speaker(answer: (text: string) => string | undefined = () => undefined): Promise<Speaker> {
  const socket = dgram.createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const heard: string[] = [];
  const waiting: Buffer[] = [];
  const peers = new Set<number>();
  const wake = () => {};
  let closed = false;
  socket.on('message', (bytes, { port }) => {
    heard.push(bytes.toString('latin1'));
    waiting.push(bytes);
    peers.add(port);
    wake();
    const reply = answer(bytes.toString('latin1'));
    if (reply !== undefined) socket.send(reply, port, '127.0.0.1');
  });
  const close = () => {
    if (!closed) socket.close();
    closed = true;
  };
  after(close);
  return {
    port: socket.address().port,
    heard,
    peers,
    say: (text, port) => socket.send(text, port, '127.0.0.1'),
    async next() {
      await eventually(() => waiting.length > 0, 'a datagram comes');
      return waiting.shift()!;
    },
    close,
  };
}

/** Answers `NAME: TEXT`. */
function server(name: string): Promise<Speaker> {
  return speaker(text => `${name}: ${text}`);
}

interface Started extends Wire {
  readonly port: number;
}

async function start(units: readonly Unit[], options: Partial<ProxyOptions> = {}): Promise<Started> {
  const wire = createWire({ after }, options);
  const [port] = await wire.apply([...units, transportListener('UDP'), udpBind()]);
  return { ...wire, port: port! };
}

function routed(shares: Readonly<Record<string, number>>): Unit {
  return transportRoute(shares, UDP);
}

async function asked(client: Speaker, port: number, text = 'hello'): Promise<string> {
  client.say(text, port);
  return (await client.next()).toString('latin1');
}

function metric({ proxy }: Wire, pattern: RegExp): number {
  const line = proxy
    .metrics()
    .split('\n')
    .find(text => pattern.test(text));
  return Number(line?.split(' ').at(-1) ?? 0);
}

test('a datagram goes to the backend and its answer comes from where it was sent', async () => {
  const a = await server('a');
  const wire = await start([routed({ a: 1 }), ...backend('a', a.port)]);
  const client = await speaker();
  assert.equal(await asked(client, wire.port), 'a: hello');
  assert.equal(await asked(client, wire.port, 'again'), 'a: again');
  assert.deepEqual([[...client.peers], a.peers.size], [[wire.port], 1]);
  assert.equal(metric(wire, /^sluice_transport_connections\{/), 1);
  assert.equal(metric(wire, /^sluice_udp_datagrams_total\{.*to="backend"/), 2);
  assert.equal(metric(wire, /^sluice_transport_bytes_total\{.*to="client"/), 16);
});

test('datagrams of all lengths, and a backend that answers more than once or unasked', async () => {
  const a = await speaker();
  const wire = await start([routed({ a: 1 }), ...backend('a', a.port)]);
  const client = await speaker();
  for (const length of [0, 1, 1_472, 9_000, 65_507]) {
    client.say(Buffer.alloc(length, 1), wire.port);
    assert.equal((await a.next()).length, length);
    const [flow] = [...a.peers];
    for (let i = 0; i < 2; i++) a.say(Buffer.alloc(length, 2), flow!);
    assert.deepEqual(await client.next(), Buffer.alloc(length, 2));
    assert.equal((await client.next()).length, length);
  }
});

test('each client has a flow of its own, which stays where it is', async () => {
  const [a, b] = [await server('a'), await server('b')];
  const wire = await start([routed({ a: 1 }), ...backend('a', a.port, b.port)]);
  const clients = await Promise.all(Array.from({ length: 24 }, () => speaker()));
  const first: string[] = [];
  for (const client of clients) first.push(await asked(client, wire.port, 'x'));
  for (const [at, client] of clients.entries()) assert.equal(await asked(client, wire.port, 'x'), first[at]);
  assert.deepEqual([...new Set(first)].sort(), ['a: x', 'b: x']);
  assert.equal(a.peers.size + b.peers.size, 24);
});

test('weights are those of flows; one of 0 gets none; a refused share loses its datagrams', async () => {
  const [a, b] = [await server('a'), await server('b')];
  const units = [...backend('a', a.port), ...backend('b', b.port)];
  const wire = await start([routed({ a: 1, b: 0, '-': 1 }), ...units]);
  const clients = await Promise.all(Array.from({ length: 40 }, () => speaker()));
  for (const client of clients) client.say('x', wire.port);
  const dropped = () => metric(wire, /^sluice_udp_dropped_total\{.*reason="rule_failed"/);
  await eventually(() => dropped() + a.heard.length === 40, 'all are counted');
  assert.ok(a.heard.length > 5 && dropped() > 5, `${a.heard.length} and ${dropped()}`);
  assert.equal(b.heard.length, 0);
});

test('what goes nowhere is dropped and counted', async () => {
  const table: readonly (readonly [readonly Unit[], string])[] = [
    [[], 'no_route'],
    [[routed({})], 'no_backend'],
    [[routed({ a: 1 })], 'no_backend'],
    [[routed({ a: 1 }), ...backend('a')], 'no_endpoints'],
  ];
  for (const [units, reason] of table) {
    const wire = await start(units);
    const client = await speaker();
    client.say('x', wire.port);
    await eventually(() => metric(wire, new RegExp(`^sluice_udp_dropped_total\\{.*reason="${reason}"`)) === 1, reason);
    assert.equal(metric(wire, /^sluice_transport_connections\{/), 0);
  }
});

test('a flow goes on with another endpoint when its own is gone, and keeps it through changes of its route', async () => {
  const [a, b] = [await server('a'), await server('b')];
  const wire = await start([routed({ a: 1 }), ...backend('a', a.port)]);
  const client = await speaker();
  assert.equal(await asked(client, wire.port), 'a: hello');
  await wire.apply([routed({ a: 3, '-': 0 }), ...backend('a', a.port, b.port)]);
  assert.equal(await asked(client, wire.port), 'a: hello');
  assert.equal(a.peers.size, 1);
  await wire.apply([endpoints('a', b.port)]);
  assert.equal(await asked(client, wire.port), 'b: hello');
  assert.equal(metric(wire, /^sluice_transport_connections_total\{.*result="ok"/), 1);
  await wire.apply([], [{ kind: 'TransportRoute', name: routed({}).name }]);
  client.say('x', wire.port);
  await eventually(() => metric(wire, /^sluice_udp_dropped_total\{.*no_route/) === 1, 'it is dropped');
  assert.equal(wire.core.upstreamConnections, 0);
});

test('an endpoint that refuses datagrams is left out, and taken again when it answers', async () => {
  const [a, gone] = [await server('a'), await server('b')];
  gone.close();
  const wire = await start([routed({ a: 1 }), ...backend('a', a.port, gone.port)], { ejectTime: 60_000 });
  const clients = await Promise.all(Array.from({ length: 12 }, () => speaker()));
  for (const client of clients) client.say('x', wire.port);
  await eventually(() => wire.core.ejections === 1, 'it is left out');
  for (const client of clients) {
    client.say('y', wire.port);
    while ((await client.next()).toString() !== 'a: y');
  }
});

test('a flow in which nothing moves ends, and so do flows beyond the limit', async () => {
  const a = await server('a');
  const wire = await start([routed({ a: 1 }), ...backend('a', a.port)], { udpIdleTimeout: 50, maxUdpFlows: 1 });
  const [client, other] = [await speaker(), await speaker()];
  assert.equal(await asked(client, wire.port), 'a: hello');
  other.say('x', wire.port);
  await eventually(() => metric(wire, /^sluice_udp_dropped_total\{.*overflow/) === 1, 'there is no room');
  await eventually(() => wire.core.upstreamConnections === 0, 'the flow ends');
  assert.equal(await asked(other, wire.port), 'a: hello');
});

test('TCP and UDP on one port are two sockets', async () => {
  const a = await server('a');
  const wire = await start([routed({ a: 1 }), ...backend('a', a.port)]);
  await wire.apply([bind()]);
  assert.equal(await asked(await speaker(), wire.port), 'a: hello');
  await wire.apply([], [{ kind: 'Bind', name: bind().name }]);
  assert.equal(await asked(await speaker(), wire.port), 'a: hello');
});

test('a bind that goes closes its socket', async () => {
  const a = await server('a');
  const wire = await start([routed({ a: 1 }), ...backend('a', a.port)]);
  const client = await speaker();
  assert.equal(await asked(client, wire.port), 'a: hello');
  await wire.apply([], [{ kind: 'Bind', name: udpBind().name }]);
  assert.equal(wire.core.upstreamConnections, 0);
  await assert.doesNotReject(takePort(wire.port));
});

function takePort(port: number): Promise<void> {
  const socket = dgram.createSocket('udp4');
  return new Promise((resolve, reject) => {
    socket.once('error', reject).bind({ port, address: '127.0.0.1', exclusive: true }, () => socket.close(resolve));
  });
}

test('a port that is taken fails with the word of the system', async () => {
  const other = await speaker();
  const { proxy } = createWire({ after });
  const { failures } = await proxy.apply({ upserts: [udpBind(other.port)], removals: [] });
  assert.deepEqual(
    failures.map(({ bind, code }) => [bind, code]),
    [[udpBind().name, 'EADDRINUSE']],
  );
});

test('a drain waits for the answer to what was asked', async () => {
  const slow = await speaker();
  const wire = await start([routed({ a: 1 }), ...backend('a', slow.port)]);
  const client = await speaker();
  client.say('question', wire.port);
  await slow.next();
  const draining = wire.proxy.drain(5_000);
  await new Promise(setImmediate);
  slow.say('answer', [...slow.peers][0]!);
  assert.equal((await client.next()).toString(), 'answer');
  await draining;
});
