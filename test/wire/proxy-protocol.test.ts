import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type Bind, seal, type Unit } from '../../src/ir/index.ts';
import { proxyHeader } from '../../src/proxy/proxy-protocol/index.ts';
import { eventually, startBackend } from './backend.ts';
import { BIND, backend, LISTENER } from './config.ts';
import { field } from './message.ts';
import { connectTo } from './peer.ts';
import { get, type Rig, startRig } from './rig.ts';
import { TCP, tcpUnits, transportRoute } from './transport-config.ts';
import { createWire } from './transport-rig.ts';

const CLIENT = { address: '192.0.2.7', port: 4711 };
const DESTINATION = { address: '203.0.113.1', port: 443 };
const V1 = proxyHeader('v1', { client: CLIENT, destination: DESTINATION });
const V2 = proxyHeader('v2', { client: CLIENT, destination: DESTINATION });

function introduced(cidrs: readonly string[], listeners: readonly string[] = [LISTENER]): Bind {
  return seal({ kind: 'Bind', name: BIND, host: '127.0.0.1', port: 0, listeners, proxyProtocol: cidrs });
}

async function start(cidrs: readonly string[], options = {}): Promise<Rig> {
  const rig = await startRig({ after }, { options });
  await rig.apply([introduced(cidrs)]);
  return rig;
}

/** The client as the backend is told. */
async function told(rig: Rig, header: Uint8Array, pieces = 1): Promise<string | undefined> {
  const client = await rig.client();
  const bytes = Buffer.concat([header, Buffer.from(get('/x', 'Connection: close\r\n'))]).toString('latin1');
  const size = Math.ceil(bytes.length / pieces);
  await client.sendPieces(Array.from({ length: pieces }, (_, at) => bytes.slice(at * size, (at + 1) * size)));
  assert.equal((await client.answer()).status, 200);
  return field(rig.backend.requests.at(-1)!, 'x-forwarded-for');
}

test('the client is the one that a header names, in one piece or many', async () => {
  const rig = await start(['127.0.0.0/8']);
  for (const header of [V1, V2]) {
    for (const pieces of [1, 2, header.length + 60]) assert.equal(await told(rig, header, pieces), CLIENT.address);
  }
});

test('a header that names nobody leaves the peer', async () => {
  const rig = await start(['127.0.0.1']);
  const local = Buffer.from('0d0a0d0a000d0a515549540a20000000', 'hex');
  for (const header of [local, Buffer.from('PROXY UNKNOWN\r\n')]) assert.equal(await told(rig, header), '127.0.0.1');
});

test('a peer that should send a header and does not is cut off', async () => {
  const rig = await start(['127.0.0.1']);
  for (const bytes of [get('/x'), 'PROXY TCP4 1.2.3.4\r\n', `PROXY ${'x'.repeat(200)}`]) {
    const client = await rig.client();
    client.send(bytes);
    assert.deepEqual((await client.stream.rest()).bytes.length, 0);
  }
  assert.equal(rig.backend.requests.length, 0);
  await eventually(() => rig.core.lane.ownClients === 0, 'they are gone');
});

test('a header does not come for ever', async () => {
  const rig = await start(['127.0.0.1'], { headTimeout: 50 });
  const client = await rig.client();
  client.send('PROXY ');
  assert.equal((await client.stream.rest()).bytes.length, 0);
});

test('others are taken as they are: a header of theirs is no request', async () => {
  const rig = await start(['10.0.0.0/8']);
  assert.equal(await told(rig, Buffer.alloc(0)), '127.0.0.1');
  const client = await rig.client();
  client.send(Buffer.concat([V1, Buffer.from(get('/x'))]));
  assert.equal((await client.answer()).status, 400);
});

test('a Bind may say so later, and no longer', async () => {
  const rig = await start([]);
  assert.equal(await told(rig, Buffer.alloc(0)), '127.0.0.1');
  await rig.apply([introduced(['127.0.0.1'])]);
  assert.equal(await told(rig, V2), CLIENT.address);
  await rig.apply([introduced(['10.0.0.1'])]);
  assert.equal(await told(rig, Buffer.alloc(0)), '127.0.0.1');
});

test('bytes behind a header go to the backend of a TCP listener, from the first on', async () => {
  const echo = await startBackend(({ socket }) => void socket.pipe(socket));
  after(echo.stop);
  const wire = createWire({ after });
  const units: readonly Unit[] = tcpUnits(transportRoute({ a: 1 }), ...backend('a', echo.port));
  const [port] = await wire.apply([...units.filter(({ kind }) => kind !== 'Bind'), introduced(['127.0.0.1'], [TCP])]);
  const client = await connectTo(port!);
  after(() => client.socket.destroy());
  client.send(Buffer.concat([V2, Buffer.from('first')]));
  assert.equal((await client.stream.take(5)).toString(), 'first');
});
