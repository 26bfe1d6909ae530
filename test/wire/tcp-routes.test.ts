import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Unit } from '../../src/ir/index.ts';
import type { ProxyOptions } from '../../src/proxy/index.ts';
import { eventually, type Script, startBackend } from './backend.ts';
import { backend, bind, endpoints } from './config.ts';
import { connectTo, type Peer } from './peer.ts';
import { TCP, tcpUnits, transportListener, transportRoute } from './transport-config.ts';
import { createWire, type Wire } from './transport-rig.ts';

/** Says its name first, as many protocols do, then everything that it hears. */
function echoing(name: string): Script {
  return ({ socket }) => {
    socket.write(`${name}\n`);
    socket.pipe(socket);
  };
}

interface Started extends Wire {
  readonly port: number;
  open(): Promise<Peer>;
  /** What answers a new connection: its name, or 'reset'. */
  answers(): Promise<string>;
}

async function start(units: readonly Unit[], options: Partial<ProxyOptions> = {}): Promise<Started> {
  const wire = createWire({ after }, options);
  const [port] = await wire.apply(units);
  const peers: Peer[] = [];
  after(() => peers.forEach(({ socket }) => void socket.destroy()));
  const open = async () => {
    const peer = await connectTo(port!);
    peers.push(peer);
    return peer;
  };
  /** The reset may come before the client knows that it is connected. */
  const answers = async () => {
    const client = await open().catch(() => undefined);
    if (client === undefined) return 'reset';
    return (await client.stream.any()) ? nameBehind(client) : (await client.stream.rest()).ending;
  };
  return { ...wire, port: port!, open, answers };
}

async function server(name: string, script = echoing(name)) {
  const started = await startBackend(script);
  after(started.stop);
  return started;
}

/** A port that nobody listens at. */
async function deadPort(): Promise<number> {
  const { port, stop } = await startBackend(() => {});
  stop();
  return port;
}

async function nameBehind({ stream }: Peer): Promise<string> {
  return (await stream.through('\n')).trim();
}

test('bytes go both ways, and each direction ends by itself', async () => {
  const a = await server('a');
  const { open, core } = await start(tcpUnits(transportRoute({ a: 1 }), ...backend('a', a.port)));
  const client = await open();
  assert.equal(await nameBehind(client), 'a');
  client.send('to and fro');
  assert.equal((await client.stream.take(10)).toString(), 'to and fro');
  client.send('last words');
  client.end();
  const { bytes, ending } = await client.stream.rest();
  assert.deepEqual([bytes.toString(), ending], ['last words', 'end']);
  await eventually(() => core.lane.ownClients === 0 && core.upstreamConnections === 0, 'both connections are gone');
});

test('a client that says all at once and nothing more gets its answer', async () => {
  const late = await server('late', async ({ socket, stream }) => {
    const { bytes } = await stream.rest();
    socket.end(`heard ${bytes.length}`);
  });
  const { open } = await start(tcpUnits(transportRoute({ a: 1 }), ...backend('a', late.port)));
  const client = await open();
  client.send(Buffer.alloc(300_000, 7));
  client.end();
  const { bytes, ending } = await client.stream.rest();
  assert.deepEqual([bytes.toString(), ending], ['heard 300000', 'end']);
});

test('weights are kept over any run of connections; a refused share is refused at once', async () => {
  const [a, b] = [await server('a'), await server('b')];
  const units = [...backend('a', a.port), ...backend('b', b.port)];
  const { answers, proxy } = await start(tcpUnits(transportRoute({ a: 2, b: 1, '-': 1 }), ...units));
  const names: string[] = [];
  for (let i = 0; i < 12; i++) names.push(await answers());
  assert.equal(names.toSorted().join(' '), `${'a '.repeat(6)}${'b '.repeat(3)}reset reset reset`);
  assert.match(proxy.metrics(), /sluice_transport_connections_total\{.*backend="",result="rule_failed"\} 3/);
});

const REFUSED: readonly (readonly [string, readonly Unit[], string])[] = [
  ['no route', [transportListener('TCP'), bind([TCP])], 'no_route'],
  ['a route without backends', tcpUnits(transportRoute({})), 'no_backend'],
  ['no weight', tcpUnits(transportRoute({ a: 0 }), ...backend('a', 1)), 'no_backend'],
  ['a backend that nobody knows', tcpUnits(transportRoute({ a: 1 })), 'no_backend'],
  ['no endpoints', tcpUnits(transportRoute({ a: 1 }), ...backend('a')), 'no_endpoints'],
];

for (const [name, units, reason] of REFUSED) {
  test(`${name}: the connection is reset at once`, async () => {
    const { answers, proxy, core } = await start(units);
    assert.equal(await answers(), 'reset');
    await eventually(() => core.lane.ownClients === 0, 'it is gone');
    assert.match(proxy.metrics(), new RegExp(`sluice_transport_connections_total\\{.*result="${reason}"\\} 1`));
  });
}

test('another endpoint is asked where one refuses, which is left out', async () => {
  const a = await server('a');
  const dead = await deadPort();
  const units = tcpUnits(transportRoute({ a: 1 }), ...backend('a', dead, a.port));
  const { open, core } = await start(units, { balancing: 'round-robin' });
  for (let i = 0; i < 4; i++) assert.equal(await nameBehind(await open()), 'a');
  assert.equal(core.ejections, 1);
});

test('nobody takes the connection', async () => {
  const units = tcpUnits(transportRoute({ a: 1 }), ...backend('a', await deadPort()));
  const { answers, proxy } = await start(units);
  assert.equal(await answers(), 'reset');
  assert.match(proxy.metrics(), /result="connect_failed"\} 1/);
});

test('connections are held while other endpoints are listed, and new ones follow the list', async () => {
  const [a, b] = [await server('a'), await server('b')];
  const { open, answers, apply } = await start(tcpUnits(transportRoute({ a: 1 }), ...backend('a', a.port)));
  const first = await open();
  assert.equal(await nameBehind(first), 'a');
  await apply([endpoints('a', b.port)]);
  assert.equal(await nameBehind(await open()), 'b');
  await apply([], [{ kind: 'TransportRoute', name: transportRoute({}).name }]);
  assert.equal(await answers(), 'reset');
  first.send('still here');
  assert.equal((await first.stream.take(10)).toString(), 'still here');
});

test('the oldest route of a listener has its connections', async () => {
  const [a, b] = [await server('a'), await server('b')];
  const units = [...backend('a', a.port), ...backend('b', b.port)];
  const younger = transportRoute({ b: 1 }, TCP, { name: 'aaa', created: 2 });
  const { open } = await start([younger, ...tcpUnits(transportRoute({ a: 1 }, TCP, { created: 1 }), ...units)]);
  for (let i = 0; i < 3; i++) assert.equal(await nameBehind(await open()), 'a');
});

test('a reset goes through, either way', async () => {
  const a = await server('a');
  const { open, core } = await start(tcpUnits(transportRoute({ a: 1 }), ...backend('a', a.port)));
  const client = await open();
  await nameBehind(client);
  client.reset();
  await eventually(() => a.connections[0]!.socket.closed, 'the backend hears of it');
  const other = await open();
  await nameBehind(other);
  a.connections[1]!.reset();
  assert.equal((await other.stream.rest()).ending, 'reset');
  await eventually(() => core.lane.ownClients === 0 && core.upstreamConnections === 0, 'nothing is left');
});

test('a connection in which nothing moves ends', async () => {
  const a = await server('a');
  const units = tcpUnits(transportRoute({ a: 1 }), ...backend('a', a.port));
  const { open, proxy, core } = await start(units, { tunnelIdleTimeout: 50 });
  const client = await open();
  await nameBehind(client);
  await client.stream.rest();
  await eventually(() => core.upstreamConnections === 0, 'the backend is left');
  assert.match(proxy.metrics(), /result="timeout"\} 1/);
});

test('who does not read holds the other up, and nobody else', async () => {
  const flood = await server('flood', ({ socket }) => {
    const more = () => {
      while (socket.write(Buffer.alloc(65_536))) {
        // Until the system takes no more.
      }
    };
    socket.on('drain', more);
    more();
  });
  const { open, core } = await start(tcpUnits(transportRoute({ a: 1 }), ...backend('a', flood.port)));
  const client = await open();
  client.socket.pause();
  const [entry] = [...core.transport.readings()];
  assert.ok(entry);
  let before = -1;
  await eventually(() => {
    const now = flood.connections[0]?.socket.bytesWritten ?? 0;
    const still = now === before && now > 0;
    before = now;
    return still;
  }, 'the backend is held up');
  client.socket.resume();
  await eventually(() => flood.connections[0]!.socket.bytesWritten > before, 'it goes on');
});

test('connections beyond the limit of an endpoint go elsewhere or nowhere', async () => {
  const a = await server('a');
  const units = tcpUnits(transportRoute({ a: 1 }), ...backend('a', a.port));
  const { open, answers, proxy } = await start(units, { maxUpstreamConnections: 1 });
  const first = await open();
  await nameBehind(first);
  assert.equal(await answers(), 'reset');
  assert.match(proxy.metrics(), /result="overflow"\} 1/);
  first.socket.destroy();
  await eventually(() => a.connections[0]!.socket.closed, 'the first is over');
  assert.equal(await nameBehind(await open()), 'a');
});

function tryOpen(open: () => Promise<Peer>): Promise<Peer | undefined> {
  return open().catch(() => undefined);
}

test('a drain waits for connections, until its time is over', async () => {
  const a = await server('a');
  const { open, proxy } = await start(tcpUnits(transportRoute({ a: 1 }), ...backend('a', a.port)));
  const client = await open();
  await nameBehind(client);
  let drained = false;
  const draining = proxy.drain(60_000).then(() => {
    drained = true;
  });
  // Until then the system may still take connections for the proxy.
  for (let late = await tryOpen(open); late !== undefined; late = await tryOpen(open)) {
    late.socket.destroy();
    await sleep(20);
  }
  client.send('still');
  await client.stream.take(5);
  assert.equal(drained, false);
  client.end();
  await draining;
});

test('bytes are counted by the route and its backend', async () => {
  const a = await server('a');
  const { open, proxy } = await start(tcpUnits(transportRoute({ a: 1 }), ...backend('a', a.port)));
  const client = await open();
  await nameBehind(client);
  const labels = 'gateway="default/wire",listener="tcp",route="default/wire",rule="0",backend="Service/default/a/80"';
  const shown = () => proxy.metrics().split('\n');
  assert.ok(shown().includes(`sluice_transport_connections{${labels}} 1`));
  client.send('12345');
  await client.stream.take(5);
  assert.ok(shown().includes(`sluice_transport_bytes_total{${labels},to="backend"} 5`));
  assert.ok(shown().includes(`sluice_transport_bytes_total{${labels},to="client"} 7`));
  client.end();
  await client.stream.rest();
  const ended = `sluice_transport_connections_total{${labels},result="ok"} 1`;
  await eventually(() => shown().includes(ended), 'it is counted');
});

test('many connections of all fates leave nothing behind', async () => {
  const a = await server('a', ({ socket }, index) => {
    if (index % 4 === 0) socket.resetAndDestroy();
    else if (index % 4 === 1) socket.end('bye');
    else socket.pipe(socket);
  });
  const units = tcpUnits(transportRoute({ a: 3, '-': 1 }), ...backend('a', a.port, await deadPort()));
  const { open, core, proxy } = await start(units);
  const one = async (index: number) => {
    const client = await tryOpen(open);
    if (client === undefined) return;
    client.send(Buffer.alloc(index * 100, 1));
    if (index % 3 === 0) client.reset();
    else if (index % 3 === 1) client.end();
    else client.socket.destroy();
    await client.stream.rest();
  };
  await Promise.all(Array.from({ length: 200 }, (_, index) => one(index)));
  await eventually(() => core.lane.ownClients === 0 && core.upstreamConnections === 0, 'all are gone');
  await eventually(() => core.timers.armed === 0, 'no timer is armed');
  const text = proxy.metrics();
  assert.doesNotMatch(text, /^sluice_transport_connections\{/m);
  const ended = [...text.matchAll(/^sluice_transport_connections_total\{.*\} (\d+)$/gm)];
  const count = ended.reduce((sum, [, value]) => sum + Number(value), 0);
  // The system may keep from us who was gone before we took him in.
  assert.ok(count > 100 && count <= 200, `${count} were counted`);
});
