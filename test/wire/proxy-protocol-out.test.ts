import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { TLSSocket } from 'node:tls';
import { type Backend, seal, type Unit } from '../../src/ir/index.ts';
import { proxyHeader, readProxyHeader } from '../../src/proxy/proxy-protocol/index.ts';
import { makeAuthority, makeCertificate } from '../tls/certificates.ts';
import { authorities, secretName } from '../tls/tls-units.ts';
import { eventually, ok } from './backend.ts';
import { BIND, backendName, endpoints, forward, LISTENER, route } from './config.ts';
import { connectTo } from './peer.ts';
import { get, type Rig, startRig } from './rig.ts';
import { tcpUnits, transportRoute } from './transport-config.ts';
import { createWire } from './transport-rig.ts';

type Version = 'v1' | 'v2';

/** A server that reads a header, then hands the connection over; `said`: what each header named. */
async function introducedServer(serve: (socket: Socket) => void) {
  const said: string[] = [];
  const sockets: Socket[] = [];
  const server = createServer(socket => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.once('data', bytes => {
      const buffer = Buffer.from(bytes);
      const found = readProxyHeader(buffer, 0, buffer.length);
      assert.ok(found.kind === 'header', `no header: ${buffer.toString('latin1')}`);
      const { client, destination } = found;
      said.push(
        client && destination ? `${client.address}:${client.port} ${destination.address}:${destination.port}` : '',
      );
      socket.pause();
      if (found.end < buffer.length) socket.unshift(buffer.subarray(found.end));
      serve(socket);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { port: (server.address() as AddressInfo).port, said, sockets };
}

function answering(socket: Socket): void {
  socket.on('data', () => socket.write(ok(''))).resume();
}

function backendOf(port: number, more: Partial<Backend>): readonly Unit[] {
  const origin = { kind: 'Service', namespace: 'default', name: 'api' };
  const unit = { kind: 'Backend', name: backendName('api'), protocol: 'http1', origin, ...more } as const;
  return [seal(unit), endpoints('api', port)];
}

async function start(port: number, more: Partial<Backend>, options = {}): Promise<Rig> {
  const units = () => [...backendOf(port, more), route([{ action: forward({ api: 1 }) }])];
  return startRig({ after }, { units, options });
}

for (const version of ['v1', 'v2'] as const satisfies readonly Version[]) {
  test(`${version}: each connection to a backend says whose it is, and carries requests of that client alone`, async () => {
    const server = await introducedServer(answering);
    const rig = await start(server.port, { proxyProtocol: version });
    const [a, b] = [await rig.client(), await rig.client()];
    for (const client of [a, b, a, b, a]) {
      client.send(get('/x'));
      assert.equal((await client.answer()).status, 200);
    }
    const name = (client: typeof a) => `127.0.0.1:${client.socket.localPort} 127.0.0.1:${rig.port}`;
    assert.deepEqual(server.said, [name(a), name(b)]);
  });
}

test('who waits for a connection gets none of another client', async () => {
  const waiting: Socket[] = [];
  const server = await introducedServer(socket => {
    socket.on('data', () => waiting.push(socket)).resume();
  });
  const rig = await start(server.port, {}, { backendProxyProtocol: 'v2', maxUpstreamConnections: 1 });
  const [a, b] = [await rig.client(), await rig.client()];
  a.send(get('/a'));
  await eventually(() => waiting.length === 1, 'the first is there');
  b.send(get('/b'));
  waiting[0]!.write(ok(''));
  assert.equal((await a.answer()).status, 200);
  await eventually(() => waiting.length === 2, 'the second is there');
  waiting[1]!.write(ok(''));
  assert.equal((await b.answer()).status, 200);
  assert.equal(server.said.length, 2);
});

test('a client that was introduced to us is introduced on', async () => {
  const server = await introducedServer(answering);
  const rig = await start(server.port, { proxyProtocol: 'v2' });
  const rest = { host: '127.0.0.1', port: 0, listeners: [LISTENER], proxyProtocol: ['127.0.0.1'] };
  await rig.apply([seal({ kind: 'Bind', name: BIND, ...rest })]);
  const client = await rig.client();
  const ends = { client: { address: '2001:db8::7', port: 7 }, destination: { address: '2001:db8::1', port: 443 } };
  client.send(Buffer.concat([proxyHeader('v1', ends), Buffer.from(get('/x'))]));
  assert.equal((await client.answer()).status, 200);
  assert.deepEqual(server.said, ['2001:db8::7:7 2001:db8::1:443']);
});

const CA = makeAuthority('an authority');
const SERVER = makeCertificate({ names: ['a.example'], issuer: CA });

test('the header goes before TLS', async () => {
  const server = await introducedServer(socket => {
    const inside = new TLSSocket(socket, { isServer: true, cert: SERVER.certificate, key: SERVER.key });
    inside.on('error', () => {});
    inside.on('data', () => inside.write(ok('')));
  });
  const tls = { serverName: 'a.example', names: [], authorities: [secretName('ca')] };
  const rig = await start(server.port, { proxyProtocol: 'v2', tls });
  await rig.apply([authorities('ca', CA)]);
  const client = await rig.client();
  for (let i = 0; i < 2; i++) {
    client.send(get('/x'));
    assert.equal((await client.answer()).status, 200);
  }
  assert.equal(server.said.length, 1);
});

test('bytes of a TCP listener follow the header', async () => {
  const server = await introducedServer(socket => socket.pipe(socket));
  const wire = createWire({ after });
  const [port] = await wire.apply(
    tcpUnits(transportRoute({ api: 1 }), ...backendOf(server.port, { proxyProtocol: 'v1' })),
  );
  const client = await connectTo(port!);
  after(() => client.socket.destroy());
  client.send('hello');
  assert.equal((await client.stream.take(5)).toString(), 'hello');
  assert.deepEqual(server.said, [`127.0.0.1:${client.socket.localPort} 127.0.0.1:${port}`]);
});
