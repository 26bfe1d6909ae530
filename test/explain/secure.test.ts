import assert from 'node:assert/strict';
import { test } from 'node:test';
import { questionOfParameters } from '../../src/explain/index.ts';
import { createGateway } from '../../src/gateway/index.ts';
import { makeCertificate } from '../tls/certificates.ts';
import { configMap, gateway as gatewayOf, policy, route, secret, service, to } from '../translation/world.ts';

const DAY = 86_400_000;
const KEY = /PRIVATE KEY/;

function pair(name: string, names: readonly string[], notAfter = Date.now() + DAY) {
  const { certificate, key } = makeCertificate({ names, notBefore: Date.now() - 2 * DAY, notAfter });
  return secret(name, { 'tls.crt': certificate, 'tls.key': key });
}

const STAFF = { caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: 'staff' }] };

function made(t: { after(work: () => unknown): void }) {
  const https = (name: string, hostname: string, certificates: readonly string[]) => {
    const certificateRefs = certificates.map(each => ({ name: each }));
    return { name, port: 443, protocol: 'HTTPS', hostname, tls: { certificateRefs } };
  };
  const listeners = [
    { name: 'http' },
    https('shop', '*.shop.example', ['wild', 'api']),
    https('old', 'old.example', ['old']),
    { name: 'db', port: 443, protocol: 'TLS', hostname: 'db.example', tls: { mode: 'Passthrough' } },
    { name: 'tcp', port: 9000, protocol: 'TCP' },
  ];
  const objects = [
    gatewayOf('gw', listeners, { tls: { frontend: { default: { validation: STAFF } } } }),
    service('a'),
    route('web', to('a')),
    policy('a', 'a', { hostname: 'a.internal', ...STAFF }),
    configMap('staff', { 'ca.crt': makeCertificate({ subject: 'staff', authority: true }).certificate }),
    pair('wild', ['*.shop.example']),
    pair('api', ['api.shop.example']),
    pair('old', ['old.example'], Date.now() - DAY),
  ];
  const gateway = createGateway({ objects });
  t.after(gateway.close);
  return gateway;
}

test('the certificate is that of the server name, with its names, its time, and those that it was not', async t => {
  const gateway = made(t);
  const found = await gateway.explain('https://api.shop.example/');
  assert.deepEqual(
    [found.certificate?.secret, found.certificate?.validity, found.certificate?.covers, found.certificate?.others],
    ['default/api', 'valid', true, [{ secret: 'default/wild', names: ['*.shop.example'] }]],
  );
  assert.deepEqual(found.tls?.clients, { mode: 'valid-only', authorities: ['ConfigMap default/staff'] });
  assert.equal(found.tls?.protocol, 'h2');
  assert.deepEqual(found.backends[0]?.tls, {
    serverName: 'a.internal',
    names: ['a.internal'],
    authorities: ['ConfigMap default/staff'],
  });
  assert.doesNotMatch(JSON.stringify(found), KEY);
  const www = await gateway.explain('https://www.shop.example/');
  assert.deepEqual([www.certificate?.secret, www.certificate?.covers], ['default/wild', true]);
});

test('one that has expired is told, and so is one for another name', async t => {
  const gateway = made(t);
  const old = await gateway.explain('https://old.example/');
  assert.equal(old.certificate?.validity, 'expired');
  assert.match(old.notes.join('\n'), /the certificate of Secret default\/old expired on .*: clients refuse it/);
  const deep = await gateway.explain('https://a.b.shop.example/');
  assert.match(deep.notes.join('\n'), /is for \*\.shop\.example, not for a\.b\.shop\.example/);
});

for (const [what, url, serverName, summary, cause] of [
  [
    'a name that no listener has',
    'https://nobody.example/',
    undefined,
    /handshake for the server name nobody\.example is refused/,
    /^listener default\/gw\/\w+ has the hostname/,
  ],
  ['no name', 'https://db.example/', '', /handshake without a server name is refused/, /^listener default/],
  [
    'another name than the host',
    'https://old.example/',
    'www.shop.example',
    /^421: .* listener shop, and the host old\.example is of listener old/,
    /the server name www\.shop\.example chose listener shop/,
  ],
  [
    'plaintext for a port of HTTPS',
    'http://www.shop.example:443/',
    undefined,
    /^400: this port speaks HTTPS, not HTTP/,
    undefined,
  ],
  [
    'TLS for a port of HTTP',
    'https://www.shop.example:80/',
    undefined,
    /port 80 speaks HTTP, not HTTPS/,
    /ask with http:/,
  ],
  [
    'TLS that is passed through to nobody',
    'tls://db.example',
    undefined,
    /^the connection is refused for db\.example: no route of listener db/,
    /there is no TLSRoute or TCPRoute/,
  ],
  [
    'bytes without a route',
    'tcp://db.example:9000',
    undefined,
    /^the connection is refused: no route of listener tcp/,
    /there is no TCPRoute/,
  ],
  ['bytes for a port of HTTP', 'tcp://db.example:80', undefined, /port 80 speaks HTTP/, /ask with http:/],
  [
    'datagrams for no port',
    'udp://db.example:9000',
    undefined,
    /nothing listens on UDP port 9000/,
    /no port is served for datagrams/,
  ],
] as const) {
  test(`why not: ${what}`, async t => {
    const options = serverName === undefined ? {} : { serverName };
    const { outcome, summary: said, causes } = await made(t).explain(url, options);
    assert.equal(outcome, 'error');
    assert.match(said, summary);
    if (cause) assert.match(causes[0]?.message ?? '', cause);
  });
}

test('parameters have the server name and the version of HTTP, and say what is wrong with them', () => {
  const read = (query: string) => questionOfParameters(new URLSearchParams(query));
  const question = read('url=https://a.example/&server-name=B.example&http=1.1');
  assert.ok(!('refused' in question));
  assert.deepEqual([question.serverName, question.version], ['b.example', 1]);
  for (const [query, why] of [
    ['url=https://a.example/&http=3', /must be 1\.1 or 2/],
    ['url=http://a.example/&server-name=b', /is sent with TLS alone/],
    ['url=https://a.example/&server-name=a..b', /must be a name/],
    ['url=tcp://a.example', /must name a port/],
    ['url=tls://a.example/x', /without a path/],
    ['url=grpc://a.example/', /package\.Service\/Method/],
    ['url=udp://a:53&method=GET', /neither method nor headers/],
  ] as const) {
    const refused = read(query);
    assert.match('refused' in refused ? refused.refused : '', why);
  }
});
