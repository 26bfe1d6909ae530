import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { ROOT, sluice } from './cli-rig.ts';

/** Each example without an error, and one thing to ask of it; --self-signed where it has certificates. */
const EXAMPLES: readonly (readonly [
  name: string,
  asked: readonly string[],
  summary: RegExp,
  flags?: readonly string[],
])[] = [
  [
    'tls',
    ['https://www.shop.example:8443/'],
    /^→ Service default\/web:80 by HTTPRoute default\/shop/,
    ['--self-signed'],
  ],
  [
    'tls',
    ['tls://vault.shop.example:8443'],
    /^→ Service default\/vault:8200 by TLSRoute default\/vault/,
    ['--self-signed'],
  ],
  [
    'tls',
    ['https://www.shop.example:8443/', '--server-name', 'api.shop.example'],
    /^421: the connection was made to listener api, and the host www\.shop\.example is of listener shop/,
    ['--self-signed'],
  ],
  [
    'grpc',
    ['grpc://shop.example:8080/shop.Cart/Add'],
    /^→ Service default\/cart:50051 by GRPCRoute default\/cart rule 0/,
  ],
  ['grpc', ['grpc://shop.example:8080/shop.Cart/Burn'], /^grpc-status 12 \(UNIMPLEMENTED\)/],
  [
    'tcp',
    ['tcp://127.0.0.1:15432'],
    /^→ 90 % Service default\/db:5432, 10 % Service default\/db-next:5432 by TCPRoute/,
  ],
  ['udp', ['udp://127.0.0.1:15353'], /^→ Service default\/resolver:53 by UDPRoute default\/dns/],
  ['sluiceproxy', ['http://shop.example:8080/'], /^→ Service default\/web:80 by HTTPRoute default\/shop/],
  ['listenerset', ['https://shop.example:8443/'], /^→ Service shop\/web:80 by HTTPRoute shop\/web/, ['--self-signed']],
];

for (const [name, asked, summary, flags = []] of EXAMPLES) {
  const folder = path.join(ROOT, 'examples', name);
  test(`examples/${name}: ${asked.join(' ')}`, async () => {
    const checked = await sluice(['check', folder, ...flags]);
    assert.equal(checked.code, 0, checked.stdout + checked.stderr);
    const explained = await sluice(['explain', folder, ...asked, ...flags]);
    assert.deepEqual([explained.code, explained.stderr], [0, '']);
    assert.match(explained.stdout, summary);
    assert.doesNotMatch(explained.stdout, /internal error/);
  });
}
