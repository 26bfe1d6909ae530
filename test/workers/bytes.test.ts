import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { type TestContext, test } from 'node:test';
import { until } from '../until.ts';
import { backend, bind, endpoints } from '../wire/config.ts';
import { TCP, transportListener, transportRoute, UDP, udpBind } from '../wire/transport-config.ts';
import { answering, asked, datagramSocket } from './datagrams.ts';
import { deploy } from './deployment.ts';

const CLIENTS = 24;

/** Both sides stay open until one of them ends. */
async function talk(t: TestContext, port: number): Promise<net.Socket> {
  const socket = net.connect(port, '127.0.0.1');
  t.after(() => socket.destroy());
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** What it hears when it says something; undefined: the connection is over. */
async function said(socket: net.Socket): Promise<string | undefined> {
  const answer = Promise.race([once(socket, 'data'), once(socket, 'close').then(() => undefined)]);
  socket.write('hello');
  const heard = socket.destroyed ? undefined : await answer;
  return heard && String(heard[0]);
}

test('a worker that dies takes its own connections of bytes with it, and flows go on where they went', {
  timeout: 30_000,
}, async t => {
  const deployment = await deploy(t, { workers: 2 });
  const echo = net.createServer(socket => {
    socket.on('error', () => {});
    socket.pipe(socket);
  });
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
  t.after(() => echo.close());
  const { port: echoPort } = echo.address() as net.AddressInfo;
  const servers = await Promise.all(['a', 'b', 'c'].map(name => answering(t, name)));
  const units = [
    ...backend('echo', echoPort),
    ...backend('names', 1),
    endpoints('names', ...servers.map(server => server.address().port)),
    transportListener('TCP'),
    transportListener('UDP'),
    transportRoute({ echo: 1 }),
    transportRoute({ names: 1 }, UDP),
    { ...bind([TCP]), name: 'tcp:wire' },
    udpBind(),
  ];
  const { bound, failures } = await deployment.publisher.apply({ upserts: units, removals: [] });
  assert.deepEqual(failures, []);
  const [tcp, udp] = [bound['tcp:wire']!.port, bound[udpBind().name]!.port];

  const connections = await Promise.all(Array.from({ length: CLIENTS }, () => talk(t, tcp)));
  assert.deepEqual(await Promise.all(connections.map(said)), Array(CLIENTS).fill('hello'));
  const clients = await Promise.all(Array.from({ length: CLIENTS }, () => datagramSocket(t)));
  const before = await Promise.all(clients.map(client => asked(client, udp)));
  assert.equal(await deployment.metric('sluice_transport_connections'), 2 * CLIENTS);

  const replaced = deployment.replaced();
  deployment.strike({ lane: 1, end: 'throw' });
  await replaced;
  const left = (await Promise.all(connections.map(said))).filter(heard => heard === 'hello').length;
  assert.ok(left > 0 && left < CLIENTS, `some of both: ${left} are left`);
  assert.deepEqual(await Promise.all(clients.map(client => asked(client, udp))), before, 'the endpoints that they had');
  await until('new connections are served', async () => (await said(await talk(t, tcp))) === 'hello');

  for (const connection of connections) connection.destroy();
  const { memory } = deployment.workers[0]!;
  const underWay = () => new Int32Array(memory.flights).reduce((sum, count) => sum + count, 0);
  await until('only flows, and connections just made, are under way', () => underWay() <= CLIENTS + 1);
});
