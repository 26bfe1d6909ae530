import assert from 'node:assert/strict';
import { createServer as createH2cServer, createSecureServer } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { SecureVersion, TLSSocket } from 'node:tls';
import { createGateway, createMemorySource } from '../src/gateway/index.ts';
import { AUTHORITY, PAIRS } from './translation/authority.ts';
import { CERTIFICATE } from './translation/certificate.ts';

const SERVER = { cert: PAIRS.shop.chain, key: PAIRS.shop.key };

async function listening(t: TestContext, server: Server): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** Says what it was called as, over what, and by whom. */
function tlsBackend(t: TestContext, maxVersion: SecureVersion = 'TLSv1.3'): Promise<number> {
  const server = createHttpsServer(
    { ...SERVER, maxVersion, requestCert: true, rejectUnauthorized: false },
    (request, response) => {
      const socket = request.socket as TLSSocket & { servername?: string };
      const shown = socket.getPeerCertificate()?.subjectaltname ?? 'nobody';
      response.end(`${socket.servername} ${request.httpVersion} ${shown}`);
    },
  );
  return listening(t, server);
}

const indented = (text: string) => text.replaceAll('\n', '\n    ').trimEnd();
const configMap = (name: string, pem: string) =>
  `---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\ndata:\n  ca.crt: |\n    ${indented(pem)}\n`;
const policy = (validation: string) => `---
apiVersion: gateway.networking.k8s.io/v1
kind: BackendTLSPolicy
metadata: { name: api }
spec:
  targetRefs: [{ group: '', kind: Service, name: api }]
  validation: ${validation}
`;
const ref = (name: string) => `caCertificateRefs: [{ group: '', kind: ConfigMap, name: ${name} }]`;
const CLIENT = 'tls: { backend: { clientCertificateRef: { name: me } } }';
const ME = `---
apiVersion: v1
kind: Secret
type: kubernetes.io/tls
metadata: { name: me }
stringData:
  tls.crt: |
    ${indented(PAIRS.client.chain)}
  tls.key: |
    ${indented(PAIRS.client.key)}
`;

/** Of the admin address: all that tell of the configuration. */
const PAGES = ['/config', '/status', '/status?kind=Secret', '/metrics'];

/** The answer through a gateway before a Service `api` that the program at `port` stands for. */
async function through(t: TestContext, port: number, more: string, { gateway = '', service = '' } = {}) {
  const source = createMemorySource();
  source.setText(
    'all.yaml',
    `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: gw }
spec:
  gatewayClassName: sluice
  listeners: [{ name: http, port: 80, protocol: HTTP }]
  ${gateway}
---
apiVersion: v1
kind: Service
metadata: { name: api }
spec: { ports: [{ name: p, port: 443${service} }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: r }
spec: { parentRefs: [{ name: gw }], rules: [{ backendRefs: [{ name: api, port: 443 }] }] }
${configMap('ca', AUTHORITY)}${configMap('other', CERTIFICATE)}${more}`,
  );
  const to = { host: '127.0.0.1', port };
  let admin = '';
  const served = createGateway({
    source,
    map: new Map([[80, 0]]),
    backends: [{ service: 'default/api', port: 443, to }],
    admin: { host: '127.0.0.1', port: 0 },
    onEvent(event) {
      if (event.event === 'ready') admin = event.admin ?? '';
    },
  });
  t.after(() => served.close());
  await served.start();
  const url = served.listeners()[0]!.url!;
  const asked = async () => {
    const response = await fetch(url);
    const body = await response.text();
    return response.ok ? body : `failed ${response.status}`;
  };
  const answer = await asked();
  const pages = await Promise.all(PAGES.map(page => fetch(new URL(page, admin)).then(shown => shown.text())));
  const shown = [JSON.stringify(await served.config()), ...pages, await served.metrics()].join('\n');
  return { answer, shown, asked };
}

const URI = '{ type: URI, uri: spiffe://mesh.example/shop }';

/** What a policy comes to before a backend for shop.example, *.shop.example and spiffe://mesh.example/shop. */
const POLICIES: readonly (readonly [validation: string, answer: RegExp])[] = [
  [`{ hostname: shop.example, ${ref('ca')} }`, /^shop\.example 1\.1 nobody$/],
  [`{ hostname: a.shop.example, ${ref('ca')} }`, /^a\.shop\.example/],
  [`{ hostname: other.example, ${ref('ca')} }`, /^failed 50[23]$/],
  [`{ hostname: shop.example, ${ref('other')} }`, /^failed 50[23]$/],
  [`{ hostname: shop.example, ${ref('nowhere')} }`, /^failed 500$/],
  ['{ hostname: shop.example, wellKnownCACertificates: System }', /^failed 50[23]$/],
  [`{ hostname: sni.example, ${ref('ca')}, subjectAltNames: [${URI}] }`, /^sni\.example/],
  [
    `{ hostname: sni.example, ${ref('ca')}, subjectAltNames: [{ type: Hostname, hostname: shop.example }] }`,
    /^sni\.example/,
  ],
  [
    `{ hostname: shop.example, ${ref('ca')}, subjectAltNames: [{ type: URI, uri: spiffe://mesh.example/pay }] }`,
    /^failed 50[23]$/,
  ],
  [
    `{ hostname: shop.example, ${ref('ca')}, subjectAltNames: [{ type: Hostname, hostname: a.example }, ${URI}] }`,
    /^shop\.example/,
  ],
];

for (const [validation, answer] of POLICIES) {
  test(`a backend is judged by its policy: ${validation}`, async t => {
    assert.match((await through(t, await tlsBackend(t), policy(validation))).answer, answer);
  });
}

test('a session with somebody who was refused is never taken up again', async t => {
  const wrong = policy(`{ hostname: other.example, ${ref('ca')} }`);
  // Before TLS 1.3 a server gives the session away within the handshake, as some do in TLS 1.3 too.
  const { asked } = await through(t, await tlsBackend(t, 'TLSv1.2'), wrong);
  for (let times = 0; times < 5; times++) assert.match(await asked(), /^failed 50[23]$/);
});

test('the certificate of the Gateway is shown, and its key to nobody else', async t => {
  const good = policy(`{ hostname: shop.example, ${ref('ca')} }`);
  const { answer, shown } = await through(t, await tlsBackend(t), good + ME, { gateway: CLIENT });
  assert.equal(answer, 'shop.example 1.1 URI:spiffe://mesh.example/gateway');
  assert.match(shown, /"name":"Secret\/default\/me"/);
  assert.doesNotMatch(shown, /PRIVATE KEY/);
  assert.ok(!shown.includes(PAIRS.client.key.split('\n')[1]!));
});

test('nothing is sent in the clear where TLS is wanted', async t => {
  const seen: Buffer[] = [];
  const server = createTcpServer(socket => {
    socket.on('data', bytes => seen.push(Buffer.from(bytes)));
    socket.on('error', () => {});
    setTimeout(() => socket.destroy(), 50);
  });
  const { answer } = await through(t, await listening(t, server), policy(`{ hostname: shop.example, ${ref('ca')} }`));
  assert.match(answer, /^failed 50[23]$/);
  assert.ok(seen.length > 0 && seen.every(bytes => !bytes.includes('HTTP/1.1') && !bytes.includes('host:')));
  assert.equal(seen[0]?.[0], 22, 'a handshake');
});

test('over TLS a backend that offers HTTP/2 is spoken to in it', async t => {
  const server = createSecureServer({ ...SERVER, allowHTTP1: true }, (request, response) => {
    response.end(`HTTP/${request.httpVersion}`);
  });
  const { answer } = await through(t, await listening(t, server), policy(`{ hostname: shop.example, ${ref('ca')} }`));
  assert.equal(answer, 'HTTP/2.0');
});

test('a port for h2c is spoken to in HTTP/2', async t => {
  const server = createH2cServer((request, response) => response.end(`HTTP/${request.httpVersion}`));
  const { answer } = await through(t, await listening(t, server), '', { service: ', appProtocol: kubernetes.io/h2c' });
  assert.equal(answer, 'HTTP/2.0');
});
