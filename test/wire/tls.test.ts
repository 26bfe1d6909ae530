import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { after, test } from 'node:test';
import tls from 'node:tls';
import type { Unit } from '../../src/ir/index.ts';
import { makeAuthority, makeCertificate } from '../tls/certificates.ts';
import { helloOf } from '../tls/hello-of.ts';
import { authorities, keyPair, listenerName, routeAt, secretName, terminate, tlsListener } from '../tls/tls-units.ts';
import { backend, bind } from './config.ts';
import { field } from './message.ts';
import { connectTo } from './peer.ts';
import { type Rig, startRig } from './rig.ts';

const CA = makeAuthority('an authority');
const A = makeCertificate({ names: ['a.example'], issuer: CA });
const WILD = makeCertificate({ names: ['*.wild.example'], issuer: CA });
const FIRST = makeCertificate({ names: ['first.example'], issuer: CA });
const RSA = makeCertificate({ names: ['a.example'], issuer: CA, key: 'rsa' });

async function start(listeners: readonly Unit[], secrets: readonly Unit[], options = {}): Promise<Rig> {
  const sections = listeners.flatMap(unit => (unit.kind === 'Listener' ? [unit.section] : []));
  const units = (port: number) => [...backend('api', port), ...secrets, ...listeners, routeAt(...sections)];
  const rig = await startRig({ after }, { units, options });
  await rig.apply([bind(sections.map(listenerName))]);
  return rig;
}

interface Asked extends tls.ConnectionOptions {
  readonly host?: string;
}

/** Shakes hands; rejects if that comes to nothing. */
async function shake(port: number, options: Asked = {}): Promise<tls.TLSSocket> {
  const { host = 'a.example', ...rest } = options;
  const socket = tls.connect({ port, host: '127.0.0.1', ca: CA.certificate, servername: host, ...rest });
  after(() => socket.destroy());
  await once(socket, 'secureConnect');
  return socket;
}

/** One request and the whole answer, on a connection that ends with it. */
async function ask(socket: tls.TLSSocket, host: string, path = '/'): Promise<string> {
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  let text = '';
  for await (const chunk of socket) text += chunk;
  return text;
}

async function statusOf(port: number, serverName: string, host: string): Promise<string> {
  const socket = await shake(port, { host: serverName, rejectUnauthorized: false });
  return (await ask(socket, host)).slice(9, 12);
}

test('a request comes in by TLS and is answered', async () => {
  const rig = await start([tlsListener('a', '*', terminate(['a']))], [keyPair('a', A)]);
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    const socket = await shake(rig.port, { minVersion: version, maxVersion: version, ALPNProtocols: ['http/1.1'] });
    assert.equal(socket.getProtocol(), version);
    assert.equal(socket.alpnProtocol, 'http/1.1');
    assert.match(await ask(socket, 'a.example', '/x'), /^HTTP\/1\.1 200 OK\r\n[\s\S]*GET \/x $/);
    assert.equal(field(rig.backend.requests.at(-1)!, 'x-forwarded-proto'), 'https');
  }
});

test('the certificate is the one for the name: exact, wildcard of one label, else the first; by key where there are two', async () => {
  const secrets = [keyPair('first', FIRST), keyPair('a', A), keyPair('rsa', RSA), keyPair('wild', WILD)];
  const rig = await start([tlsListener('a', '*', terminate(['first', 'a', 'rsa', 'wild']))], secrets);
  const rsa = { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES128-GCM-SHA256' } as const;
  const seen = async (host: string, more: Asked = {}) => {
    const socket = await shake(rig.port, { host, checkServerIdentity: () => undefined, ...more });
    const certificate = socket.getPeerX509Certificate()!;
    return `${certificate.subjectAltName} ${certificate.publicKey.asymmetricKeyType}`;
  };
  assert.equal(await seen('a.example'), 'DNS:a.example ec');
  assert.equal(await seen('A.EXAMPLE'), 'DNS:a.example ec');
  assert.equal(await seen('a.example', rsa), 'DNS:a.example rsa');
  assert.equal(await seen('x.wild.example'), 'DNS:*.wild.example ec');
  assert.equal(await seen('x.y.wild.example'), 'DNS:first.example ec');
  assert.equal(await seen('wild.example'), 'DNS:first.example ec');
  assert.equal(await seen('', { servername: '' }), 'DNS:first.example ec');
});

/** GEP-3567: L has the server name, B the host; the answer is 421 where they differ, and 404 where nobody has the host. */
for (const [serverName, host, status] of [
  ['a.example', 'a.example', '200'],
  ['a.example', 'unknown.example', '421'],
  ['unknown.example', 'unknown.example', '200'],
  ['unknown.example', 'also-unknown.example', '200'],
  ['unknown.example', 'a.example', '421'],
  ['x.wild.example', 'y.wild.example', '200'],
  ['x.wild.example', 'one.wild.example', '421'],
  ['one.wild.example', 'x.wild.example', '421'],
  ['one.wild.example', 'one.wild.example:443', '200'],
] as const) {
  test(`server name ${serverName}, host ${host}: ${status}`, async () => {
    const { port } = await isolated;
    assert.equal(await statusOf(port, serverName, host), status);
  });
}

const isolated = start(
  [
    tlsListener('any', '*', terminate(['a'])),
    tlsListener('a', 'a.example', terminate(['a'])),
    tlsListener('wild', '*.wild.example', terminate(['a'])),
    tlsListener('one', 'one.wild.example', terminate(['a'])),
  ],
  [keyPair('a', A)],
);

test('a host that no listener has is not found, and a server name that none has gets an alert', async () => {
  const { port, core } = await start([tlsListener('a', 'a.example', terminate(['a']))], [keyPair('a', A)]);
  assert.equal(await statusOf(port, 'a.example', 'b.example'), '404');
  await assert.rejects(shake(port, { host: 'b.example' }), { code: 'ERR_SSL_TLSV1_UNRECOGNIZED_NAME' });
  await assert.rejects(shake(port, { servername: '' }), { code: 'ERR_SSL_TLSV1_UNRECOGNIZED_NAME' });
  assert.deepEqual(core.tlsCounts.failures(), [{ labels: { reason: 'no-listener' }, value: 2 }]);
});

test('plaintext on a port with TLS, and the reverse: a clear 400', async () => {
  const rig = await start([tlsListener('a', '*', terminate(['a']))], [keyPair('a', A)]);
  const plain = await connectTo(rig.port);
  plain.send('GET / HTTP/1.1\r\nHost: a.example\r\n\r\n');
  const answer = await plain.answer();
  assert.deepEqual([answer.status, answer.body], [400, '400 this port speaks HTTPS, not HTTP\n']);
  const other = await startRig({ after });
  const client = await connectTo(other.port);
  client.socket.write(Buffer.from('16030100c8010000c40303', 'hex'));
  const refusal = await client.answer();
  assert.deepEqual([refusal.status, refusal.body], [400, '400 this port speaks HTTP, not HTTPS\n']);
  await assert.rejects(shake(other.port));
});

test('a Secret that changes is shown to the next client; who is connected stays', async () => {
  const rig = await start([tlsListener('a', '*', terminate(['a']))], [keyPair('a', A)]);
  const before = await shake(rig.port);
  const serial = before.getPeerX509Certificate()!.serialNumber;
  await rig.apply([keyPair('a', makeCertificate({ names: ['a.example'], issuer: CA }))]);
  const next = await shake(rig.port);
  assert.notEqual(next.getPeerX509Certificate()!.serialNumber, serial);
  assert.match(await ask(before, 'a.example'), / 200 OK/);
  assert.equal(rig.core.tls.contexts.size, 1);
  await rig.apply([], [{ kind: 'Secret', name: secretName('a') }]);
  await assert.rejects(shake(rig.port), { code: 'ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR' });
  assert.match(await ask(next, 'a.example'), / 200 OK/);
});

test('Secrets change under load, and no client is lost', async () => {
  const rig = await start([tlsListener('a', '*', terminate(['a']))], [keyPair('a', A)]);
  const pairs = [A, makeCertificate({ names: ['a.example'], issuer: CA }), RSA].map(pair => keyPair('a', pair));
  let turning = true;
  const serials = new Set<string>();
  const client = async () => {
    while (turning) {
      const socket = await shake(rig.port);
      serials.add(socket.getPeerX509Certificate()!.serialNumber);
      assert.match(await ask(socket, 'a.example'), / 200 OK/);
    }
  };
  const clients = Promise.all([client(), client(), client()]);
  for (let turn = 0; turn < 60 || serials.size < 3; turn++) {
    await rig.apply([pairs[turn % pairs.length]!]);
    await new Promise(resolve => setTimeout(resolve, 5));
  }
  turning = false;
  await clients;
});

test('a certificate that OpenSSL refuses fails its listener alone', async () => {
  const listeners = [tlsListener('a', '*', terminate(['a'])), tlsListener('b', 'b.example', terminate(['b']))];
  const rig = await start(listeners, [keyPair('a', A), keyPair('b', { ...A, key: 'none' })]);
  await assert.rejects(shake(rig.port, { host: 'b.example' }), { code: 'ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR' });
  assert.match(await ask(await shake(rig.port), 'a.example'), / 200 OK/);
});

const CLIENTS = makeAuthority('clients');
const GOOD = makeCertificate({ subject: 'good', issuer: CLIENTS });
const STRANGER = makeCertificate({ subject: 'stranger' });
/** Of an authority that only has the name: its signature is not good. */
const IMPOSTOR = makeCertificate({ subject: 'impostor', issuer: makeAuthority('clients') });
const LATE = makeCertificate({ subject: 'late', issuer: CLIENTS, notAfter: Date.now() - 1_000 });

for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
  for (const [mode, who, pair, served] of [
    ['valid-only', 'good', GOOD, true],
    ['valid-only', 'nobody', undefined, false],
    ['valid-only', 'a stranger', STRANGER, false],
    ['valid-only', 'one whose time is over', LATE, false],
    ['insecure-fallback', 'good', GOOD, true],
    ['insecure-fallback', 'nobody', undefined, true],
    ['insecure-fallback', 'a stranger', STRANGER, true],
    ['valid-only', 'an impostor', IMPOSTOR, false],
    ['insecure-fallback', 'an impostor', IMPOSTOR, true],
    ['insecure-fallback', 'one whose time is over', LATE, true],
  ] as const) {
    test(`${version}, ${mode}: ${who} is ${served ? 'served' : 'refused'}`, async () => {
      const clients = { mode, authorities: [secretName('clients')] };
      const secrets = [keyPair('a', A), authorities('clients', CLIENTS)];
      const rig = await start([tlsListener('a', '*', terminate(['a'], { clients }))], secrets);
      const options = { maxVersion: version, ...(pair && { cert: pair.certificate, key: pair.key }) };
      const answer = shake(rig.port, options).then(socket => ask(socket, 'a.example'));
      if (served) assert.match(await answer, / 200 OK/);
      else assert.doesNotMatch(await answer.catch(() => 'refused'), /HTTP/);
      assert.equal(rig.core.tlsCounts.failures().length, served ? 0 : 1);
    });
  }
}

/** A session that a whole handshake began: of TLS 1.3 it comes behind that. */
async function sessionOf(port: number, version: 'TLSv1.2' | 'TLSv1.3'): Promise<Buffer> {
  const options = { port, host: '127.0.0.1', ca: CA.certificate, servername: 'a.example', maxVersion: version };
  const socket = tls.connect(options);
  after(() => socket.destroy());
  const { promise, resolve } = Promise.withResolvers<Buffer>();
  socket.once('session', resolve);
  return promise;
}

test('a session is resumed, but not where other clients are wanted', async () => {
  const clients = { mode: 'insecure-fallback', authorities: [secretName('clients')] } as const;
  const secrets = [keyPair('a', A), authorities('clients', CLIENTS)];
  const listener = tlsListener('a', '*', terminate(['a']));
  const rig = await start([listener], secrets);
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    const session = await sessionOf(rig.port, version);
    assert.equal((await shake(rig.port, { maxVersion: version, session })).isSessionReused(), true, version);
    await rig.apply([tlsListener('a', '*', terminate(['a'], { clients }))]);
    assert.equal((await shake(rig.port, { maxVersion: version, session })).isSessionReused(), false, version);
    await rig.apply([listener]);
  }
});

test('versions and ciphers are those of the listener', async () => {
  const only13 = tlsListener('a', 'a.example', terminate(['a'], { minVersion: 'TLSv1.3' }));
  const ciphers = tlsListener('b', '*', terminate(['a'], { ciphers: 'ECDHE-ECDSA-AES256-GCM-SHA384' }));
  const rig = await start([only13, ciphers], [keyPair('a', A)]);
  await assert.rejects(shake(rig.port, { maxVersion: 'TLSv1.2' }), { code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' });
  const socket = await shake(rig.port, {
    maxVersion: 'TLSv1.2',
    host: 'b.example',
    checkServerIdentity: () => undefined,
  });
  assert.equal(socket.getCipher().name, 'ECDHE-ECDSA-AES256-GCM-SHA384');
  await assert.rejects(shake(rig.port, { maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' }));
});

for (const [what, leave] of [
  ['ends', (socket: Socket) => socket.end()],
  ['resets', (socket: Socket) => socket.resetAndDestroy()],
] as const) {
  test(`a client that ${what} the connection in the middle of its handshake leaves nothing behind`, async () => {
    const rig = await start([tlsListener('a', '*', terminate(['a']))], [keyPair('a', A)]);
    const client = connect(rig.port, '127.0.0.1').on('error', () => {});
    after(() => client.destroy());
    client.write(await helloOf({ servername: 'a.example' }));
    await once(client, 'data');
    assert.equal(rig.core.handshakes.open, 1);
    leave(client);
    while (rig.core.lane.ownClients > 0) await new Promise(resolve => setTimeout(resolve, 2));
    assert.equal(rig.core.handshakes.open, 0);
    assert.deepEqual(rig.core.tlsCounts.failures(), [{ labels: { reason: 'closed' }, value: 1 }]);
  });
}

test('a handshake waits for its turn, and what is counted goes back to nothing', async () => {
  const rig = await start([tlsListener('a', '*', terminate(['a']))], [keyPair('a', A)], { maxHandshakes: 1 });
  const sockets = await Promise.all(Array.from({ length: 20 }, () => shake(rig.port)));
  const answers = await Promise.all(sockets.map(socket => ask(socket, 'a.example')));
  assert.ok(answers.every(answer => / 200 OK/.test(answer)));
  assert.equal(rig.core.handshakes.open, 0);
  assert.deepEqual(rig.core.tlsCounts.handshakes(), [{ labels: { version: 'TLSv1.3', resumed: 'false' }, value: 20 }]);
});

test('clients that go silent in their handshakes keep nobody out', async () => {
  const listener = tlsListener('a', '*', terminate(['a']));
  const rig = await start([listener], [keyPair('a', A)], { maxHandshakes: 2, headTimeout: 60_000 });
  const hello = await helloOf({ servername: 'a.example' });
  for (let i = 0; i < 2; i++) {
    const silent = connect(rig.port, '127.0.0.1').on('error', () => {});
    after(() => silent.destroy());
    silent.write(hello);
    await once(silent, 'data');
  }
  assert.match(await ask(await shake(rig.port), 'a.example'), / 200 OK/);
  assert.deepEqual(rig.core.tlsCounts.failures(), [{ labels: { reason: 'timeout' }, value: 1 }]);
});
