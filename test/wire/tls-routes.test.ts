import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, test } from 'node:test';
import tls from 'node:tls';
import {
  type Backend,
  type Listener,
  type ListenerTls,
  seal,
  type TransportRoute,
  type Unit,
} from '../../src/ir/index.ts';
import { makeAuthority, makeCertificate } from '../tls/certificates.ts';
import { authorities, keyPair, listenerName, secretName, terminate, tlsListener } from '../tls/tls-units.ts';
import { eventually, startBackend } from './backend.ts';
import { backend, backendName, bind, endpoints } from './config.ts';
import { connectTo } from './peer.ts';
import { transportRoute } from './transport-config.ts';
import { createWire } from './transport-rig.ts';

const CA = makeAuthority('an authority');
const A = makeCertificate({ names: ['a.example', 'b.example'], issuer: CA });
const PASS: ListenerTls = { mode: 'passthrough' };
const SECRETS = [keyPair('a', A), authorities('ca', CA)];

function listenerOf(section: string, hostname: string, mode: ListenerTls): Listener {
  return tlsListener(section, hostname, mode, 'TLS');
}

/** To the backend `name`, for these server names of a listener. */
function routeTo(name: string, section: string, hostnames: readonly string[]): TransportRoute {
  const { hash: _hash, ...unit } = transportRoute({ [name]: 1 }, listenerName(section), { name: `${section}-${name}` });
  return seal({ ...unit, attachments: [{ listener: listenerName(section), hostnames }] });
}

async function start(units: readonly Unit[], options = {}) {
  const sections = units.flatMap(unit => (unit.kind === 'Listener' ? [unit.section] : []));
  const wire = createWire({ after }, options);
  const [port] = await wire.apply([...SECRETS, ...units, bind(sections.map(listenerName))]);
  return { ...wire, port: port! };
}

/** Talks TLS to whoever ends it; what comes back to `hello`, or the word of the error. */
async function talk(port: number, servername: string, text = 'hello'): Promise<string> {
  const socket = tls.connect({ port, host: '127.0.0.1', ca: CA.certificate, servername });
  after(() => socket.destroy());
  try {
    await once(socket, 'secureConnect');
    socket.end(text);
    let answer = '';
    for await (const chunk of socket) answer += chunk;
    return answer;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'closed';
  }
}

/** Ends TLS itself and says its name before what it heard. */
async function secureServer(name: string): Promise<number> {
  const server = tls.createServer({ cert: A.certificate, key: A.key, allowHalfOpen: true }, socket => {
    socket.on('error', () => {});
    socket.once('data', chunk => socket.end(`${name}: ${chunk}`));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  after(() => void server.close());
  const address = server.address();
  return typeof address === 'object' ? address!.port : 0;
}

async function plainServer(name: string): Promise<number> {
  const { port, stop } = await startBackend(({ socket }) => {
    socket.once('data', chunk => socket.end(`${name}: ${chunk}`));
  });
  after(stop);
  return port;
}

test('passed through: by server name, and the handshake is with the backend', async () => {
  const units = [
    listenerOf('any', '*', PASS),
    listenerOf('wild', '*.wild.example', PASS),
    ...backend('a', await secureServer('a')),
    ...backend('b', await secureServer('b')),
    routeTo('a', 'any', ['a.example']),
    routeTo('b', 'any', ['*.example']),
  ];
  const { port, proxy } = await start(units);
  assert.equal(await talk(port, 'a.example'), 'a: hello');
  assert.equal(await talk(port, 'b.example'), 'b: hello');
  // Another listener owns the name, and has no route.
  assert.notEqual(await talk(port, 'x.wild.example'), 'b: hello');
  assert.notEqual(await talk(port, 'other.test'), 'b: hello');
  assert.match(proxy.metrics(), /sluice_transport_connections_total\{.*route="default\/any-a".*result="ok"\} 1/);
  assert.match(proxy.metrics(), /result="no_route"\} 2/);
});

test('a name of no listener is no name of ours to know: the connection ends without an alert', async () => {
  const { port } = await start([listenerOf('a', 'a.example', PASS)]);
  assert.equal(await talk(port, 'nobody.test'), 'ECONNRESET', 'what node:tls calls an end before the handshake');
});

test('passed through: what a policy says of the backend is the affair of the client (GEP-1897)', async () => {
  const unit: Backend = seal({
    kind: 'Backend',
    name: backendName('a'),
    protocol: 'negotiated',
    tls: { serverName: 'a.example', names: [], authorities: [secretName('ca')] },
    origin: { kind: 'Service', namespace: 'default', name: 'a' },
  });
  const units = [
    listenerOf('any', '*', PASS),
    unit,
    endpoints('a', await secureServer('a')),
    routeTo('a', 'any', ['a.example']),
  ];
  assert.equal(await talk((await start(units)).port, 'a.example'), 'a: hello');
});

test('passed through: a ClientHello in many pieces goes on untouched', async () => {
  const heard: Buffer[] = [];
  const { port: apiPort, stop } = await startBackend(
    ({ socket }) => void socket.on('data', (chunk: Buffer) => heard.push(chunk)),
  );
  after(stop);
  const { port } = await start([listenerOf('any', '*', PASS), ...backend('a', apiPort), routeTo('a', 'any', ['*'])]);
  const said: Buffer[] = [];
  const carrier = await startBackend(({ socket }) => void socket.on('data', (chunk: Buffer) => said.push(chunk)));
  after(carrier.stop);
  const maker = tls.connect({ port: carrier.port, host: '127.0.0.1', servername: 'a.example' });
  maker.on('error', () => {});
  await eventually(() => said.length > 0, 'there is a ClientHello');
  maker.destroy();
  const hello = Buffer.concat(said);
  const client = await connectTo(port);
  after(() => client.socket.destroy());
  for (let at = 0; at < hello.length; at += 40) await client.sendPieces([hello.toString('latin1', at, at + 40)]);
  await eventually(() => Buffer.concat(heard).length === hello.length, 'all of it is there');
  assert.deepEqual(Buffer.concat(heard), hello);
});

test('terminated: mere bytes go to the backend; both modes on one port', async () => {
  const units = [
    listenerOf('end', 'a.example', terminate(['a'])),
    listenerOf('pass', 'b.example', PASS),
    ...backend('a', await plainServer('plain')),
    ...backend('b', await secureServer('secure')),
    routeTo('a', 'end', ['a.example']),
    routeTo('b', 'pass', ['b.example']),
  ];
  const { port } = await start(units);
  assert.equal(await talk(port, 'a.example'), 'plain: hello');
  assert.equal(await talk(port, 'b.example'), 'secure: hello');
});

function securedBackend(port: number, serverName: string): readonly Unit[] {
  const origin = { kind: 'Service', namespace: 'default', name: 'a' };
  const own: Backend['tls'] = { serverName, names: [], authorities: [secretName('ca')] };
  const unit = { kind: 'Backend', name: backendName('a'), protocol: 'http1', tls: own, origin } as const;
  return [seal(unit), endpoints('a', port)];
}

test('terminated, and encrypted again for a backend that must be who it is', async () => {
  const port = await secureServer('again');
  const route = [listenerOf('end', '*', terminate(['a'])), routeTo('a', 'end', ['*'])];
  const right = await start([...route, ...securedBackend(port, 'a.example')]);
  assert.equal(await talk(right.port, 'a.example'), 'again: hello');
  const wrong = await start([...route, ...securedBackend(port, 'other.example')]);
  assert.notEqual(await talk(wrong.port, 'a.example'), 'again: hello');
  assert.match(wrong.proxy.metrics(), /result="backend_tls"\} 1/);
  const plain = await start([...route, ...securedBackend(await plainServer('plain'), 'a.example')]);
  assert.doesNotMatch(await talk(plain.port, 'a.example'), /plain/);
});

test('terminated: large answers to who reads slowly come whole', async () => {
  const size = 3_000_000;
  const { port: apiPort, stop } = await startBackend(({ socket }) => {
    socket.once('data', () => socket.end(Buffer.alloc(size, 7)));
  });
  after(stop);
  const { port } = await start([
    listenerOf('end', '*', terminate(['a'])),
    ...backend('a', apiPort),
    routeTo('a', 'end', ['*']),
  ]);
  const socket = tls.connect({ port, host: '127.0.0.1', ca: CA.certificate, servername: 'a.example' });
  after(() => socket.destroy());
  await once(socket, 'secureConnect');
  socket.write('x');
  let length = 0;
  for await (const chunk of socket) {
    length += chunk.length;
    if (length < 500_000) await new Promise(resolve => setTimeout(resolve, 1));
  }
  assert.equal(length, size);
});
