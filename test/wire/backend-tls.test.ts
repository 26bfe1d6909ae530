import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { after, test } from 'node:test';
import tls from 'node:tls';
import { type BackendTls, seal, type Unit } from '../../src/ir/index.ts';
import { makeAuthority, makeCertificate, type Pair, type Wanted } from '../tls/certificates.ts';
import { authorities, keyPair, secretName } from '../tls/tls-units.ts';
import { backend, backendName, forward, route } from './config.ts';
import { get, type Rig, startRig } from './rig.ts';

const CA = makeAuthority('an authority');
const CLIENTS = makeAuthority('clients');
const OURS = makeCertificate({ subject: 'gateway', issuer: CLIENTS });
const STRANGER = makeAuthority('a stranger');
const origin = { kind: 'Service', namespace: 'default', name: 'api' } as const;

/** What a server saw of its connections. */
interface Seen {
  readonly port: number;
  readonly serverNames: (string | false)[];
  readonly resumed: boolean[];
  readonly clients: string[];
  /** Bytes of requests. */
  received: number;
}

async function serve(pair: Pair, options: tls.TlsOptions = {}): Promise<Seen> {
  const server = tls.createServer({ cert: pair.certificate, key: pair.key, ALPNProtocols: ['http/1.1'], ...options });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const seen: Seen = { port, serverNames: [], resumed: [], clients: [], received: 0 };
  server.on('secureConnection', (socket: tls.TLSSocket & { servername?: string | false }) => {
    seen.serverNames.push(socket.servername ?? false);
    seen.resumed.push(socket.isSessionReused());
    seen.clients.push(socket.authorized ? (socket.getPeerX509Certificate()?.subject ?? '') : '');
    socket.on('error', () => {});
    socket.on('data', chunk => {
      seen.received += chunk.length;
      if (String(chunk).includes('\r\n\r\n'))
        socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok');
    });
  });
  server.on('tlsClientError', () => {});
  return seen;
}

const DEFAULT: BackendTls = { serverName: 'api.example', names: [], authorities: [secretName('ca')] };

async function start(port: number, more: Partial<BackendTls> = {}, secrets: readonly Unit[] = SECRETS): Promise<Rig> {
  const [, endpoints] = backend('api', port);
  const unit = seal({
    kind: 'Backend',
    name: backendName('api'),
    protocol: 'http1',
    tls: { ...DEFAULT, ...more },
    origin,
  });
  return startRig({ after }, { units: () => [...secrets, unit, endpoints!, route([{ action: forward({ api: 1 }) }])] });
}

const SECRETS = [authorities('ca', CA), keyPair('ours', OURS)];

async function answerOf(rig: Rig): Promise<{ readonly status: number; readonly body: string }> {
  const client = await rig.client();
  client.send(get('/'));
  return client.answer();
}

const server = (wanted: Wanted = {}) => makeCertificate({ names: ['api.example'], issuer: CA, ...wanted });

for (const [what, pair, more, served] of [
  ['for the name', server(), {}, true],
  ['for a wildcard of it', server({ names: ['*.b.example'] }), { serverName: 'api.b.example' }, true],
  ['for another name', server({ names: ['b.example'] }), {}, false],
  ['for the name in its subject alone', server({ subject: 'api.example', names: [] }), {}, false],
  ['of a stranger', server({ issuer: STRANGER }), {}, false],
  ['of its own', makeCertificate({ names: ['api.example'] }), {}, false],
  ['past its time', server({ notAfter: Date.now() - 1_000 }), {}, false],
  ['before its time', server({ notBefore: Date.now() + 3_600_000 }), {}, false],
  ['of an authority that the system does not know', server(), { authorities: 'system' }, false],
  [
    'with a name that is wanted',
    server({ names: ['b.example'] }),
    { names: [{ kind: 'dns', value: 'b.example' }] },
    true,
  ],
  ['without a name that is wanted', server(), { names: [{ kind: 'dns', value: 'b.example' }] }, false],
  [
    'with an identity',
    server({ names: [], uris: ['spiffe://td/api'] }),
    { names: [{ kind: 'uri', value: 'spiffe://td/api' }] },
    true,
  ],
  [
    'with another identity',
    server({ uris: ['spiffe://td/b'] }),
    { names: [{ kind: 'uri', value: 'spiffe://td/api' }] },
    false,
  ],
] as const) {
  test(`a certificate ${what} is ${served ? 'taken' : 'refused, and nothing is sent to it'}`, async () => {
    const seen = await serve(pair);
    const rig = await start(seen.port, more);
    const { status } = await answerOf(rig);
    assert.equal(status, served ? 200 : 503);
    assert.equal(seen.received > 0, served);
    if (served) assert.deepEqual(seen.serverNames, ['serverName' in more ? more.serverName : 'api.example']);
  });
}

test('our certificate is shown to who asks for it', async () => {
  const seen = await serve(server(), { requestCert: true, ca: CLIENTS.certificate });
  const rig = await start(seen.port, { clientCertificate: secretName('ours') });
  assert.equal((await answerOf(rig)).status, 200);
  assert.deepEqual(seen.clients, ['CN=gateway']);
});

test('a backend without TLS gets no request', async () => {
  let received = '';
  const plain = createServer(socket => {
    socket.on('error', () => {});
    socket.on('data', chunk => {
      received += chunk.toString('latin1');
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    });
  }).listen(0, '127.0.0.1');
  after(() => plain.close());
  await once(plain, 'listening');
  const rig = await start((plain.address() as AddressInfo).port);
  assert.equal((await answerOf(rig)).status, 503);
  assert.doesNotMatch(received, /GET/);
});

for (const [what, more] of [
  ['whose authorities are not there', { authorities: [secretName('none')] }],
  ['for which our certificate is not there', { clientCertificate: secretName('none') }],
] as const) {
  test(`a backend ${what} is not asked`, async () => {
    const seen = await serve(server());
    const rig = await start(seen.port, more);
    assert.equal((await answerOf(rig)).status, 503);
    assert.equal(seen.received, 0);
  });
}

test('a session with a backend is resumed, until a Secret changes', async () => {
  const seen = await serve(server());
  const rig = await start(seen.port);
  for (let at = 0; at < 3; at++) assert.equal((await answerOf(rig)).status, 200);
  await rig.apply([authorities('ca', CA, STRANGER)]);
  assert.equal((await answerOf(rig)).status, 200);
  assert.deepEqual(seen.resumed, [false, true, true, false]);
  await rig.apply([authorities('ca', STRANGER)]);
  assert.equal((await answerOf(rig)).status, 503);
});
