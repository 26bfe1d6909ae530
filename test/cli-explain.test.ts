import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { explainOperands } from '../src/cli/explain-operands.ts';
import type { Explanation } from '../src/explain/index.ts';
import { documents, gateway, gatewayClass, manifests, ROOT, route, running, service, sluice } from './cli-rig.ts';

const BROKEN = path.join(ROOT, 'examples', 'mistakes', 'broken');
const ALL = documents(gatewayClass, gateway(8080), service('web'), route('web', '/shop'));

async function json(args: readonly string[], input?: string): Promise<Explanation> {
  const options = input === undefined ? {} : { input };
  const { code, stdout, stderr } = await sluice(['explain', ...args, '--output', 'json'], options);
  assert.deepEqual([code, stderr], [0, '']);
  return JSON.parse(stdout);
}

/** What somebody sees first who looks for each of the planted mistakes. */
for (const [args, first] of [
  [['http://www.shop.example:8080/catalogue'], /500.*BackendNotFound[\s\S]*Service shop\/catalog does not exist/],
  [
    ['POST', 'http://www.shop.example:8080/cart/pay'],
    /500.*RefNotPermitted[\s\S]*no ReferenceGrant in payments permits/,
  ],
  [['http://admin.shop.example:8080/'], /404[\s\S]*admin\.shop\.exmaple[\s\S]*admin\.shop\.example/],
  [['http://shop.example:8080/cart'], /404.*no listener[\s\S]*\*\.shop\.example[\s\S]*names below/],
  [['http://www.shop.example/cart'], /nothing listens on port 80[\s\S]*8080/],
] as const) {
  test(`the first three lines name the cause: ${args.join(' ')}`, async () => {
    const { code, stdout } = await sluice(['explain', BROKEN, ...args]);
    assert.equal(code, 0);
    assert.match(stdout.split('\n').slice(0, 3).join('\n'), first);
  });
}

test('the JSON has every member, and text the same facts', async t => {
  const folder = manifests(t, { 'all.yaml': ALL });
  const found = await json([
    folder,
    'POST',
    'http://a.example:8080/shop/1?x=y',
    '-H',
    'x-a: 1',
    '--client',
    '10.0.0.1',
  ]);
  assert.equal(found.outcome, 'route');
  assert.deepEqual([found.match?.route, found.match?.rule, found.match?.match], ['default/web', 0, 0]);
  assert.equal(found.backends[0]?.picked, true);
  const headers = found.request?.headers.map(({ name, value }) => `${name}: ${value}`) ?? [];
  assert.ok(headers.includes('x-a: 1') && headers.includes('x-forwarded-for: 10.0.0.1'), headers.join());
  for (const list of ['causes', 'losers', 'filters', 'backends', 'policies', 'notes', 'problems'] as const) {
    assert.ok(Array.isArray(found[list]), list);
  }
  const { stdout } = await sluice(['explain', folder, 'POST', 'http://a.example:8080/shop/1?x=y']);
  assert.match(stdout, /^→ Service default\/web:80 by HTTPRoute default\/web rule 0 \(.*all\.yaml:\d+\)\n/);
  assert.match(stdout, /\n {2}\+ x-forwarded-for: 127\.0\.0\.1\n/);
});

test('manifests may come on standard input', async () => {
  const found = await json(['-', 'http://a.example:8080/shop'], ALL);
  assert.match(found.match?.source ?? '', /stdin.*:\d+$/);
});

test('nothing in a manifest or a URL can move the cursor', async t => {
  const text = ALL.replace('value: /shop', 'value: "/shop\\e[2J"');
  const { stdout } = await sluice(['explain', manifests(t, { 'all.yaml': text }), 'http://a.example:8080/other']);
  assert.doesNotMatch(stdout, /[\x00-\x09\x0b-\x1f\x7f]/);
});

test('a gateway that runs explains what it serves, with the endpoints that it has', async t => {
  const idle = route('idle', '/idle').replace('name: web', 'name: idle');
  const folder = manifests(t, { 'all.yaml': documents(ALL, service('idle'), idle) });
  const flags = ['--backend', 'default/web:80=127.0.0.1:9', '--map', '8080=0', '--admin', '127.0.0.1:0'];
  const run = await running(t, [folder, ...flags]);
  const { admin } = await run.event(({ event }) => event === 'ready');
  const ask = (url: string) => json(['--admin', String(admin), url, '-H', 'x-a: 1']);
  const found = await ask('http://a.example:8080/shop');
  assert.equal(found.outcome, 'route');
  const [endpoint] = found.backends[0]?.endpoints ?? [];
  assert.deepEqual([endpoint?.address, endpoint?.state], ['127.0.0.1:9', 'ready']);
  assert.match((await ask('http://a.example:8080/idle')).summary, /^503: no endpoints for Service default\/idle:80/);
  assert.match((await ask('http://a.example:8080/nowhere')).summary, /^404: no rule/);
});

for (const [args, message] of [
  [[], /needs a URL behind the paths/],
  [['examples'], /needs a URL behind the paths/],
  [['examples', 'GET'], /needs a URL behind the paths.*; GET is a method/],
  [['http://a.example/'], /needs at least one PATH/],
  [['nowhere.yaml', 'http://a.example/'], /nowhere\.yaml/],
  [['examples/quickstart', 'ftp://a.example/'], /has scheme ftp, must be http, https, grpc, grpcs, tls, tcp or udp/],
  [['examples/quickstart', 'http://a.example/', '-H', 'nocolon'], /must be 'name: value'/],
  [['examples/quickstart', 'http://a.example/', '--client', 'me'], /must be an IP address/],
  [['--admin', '127.0.0.1:1', 'http://a.example/'], /nothing listens at http:\/\/127\.0\.0\.1:1/],
] as const) {
  test(`what is asked wrongly says what would be right: ${args.join(' ')}`, async () => {
    const { code, stdout, stderr } = await sluice(['explain', ...args], { cwd: ROOT, env: { SLUICE_ADMIN: '' } });
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, message);
    assert.match(stderr, /Try: sluice help explain\n$/);
    assert.doesNotMatch(stderr, /\n\s+at /);
  });
}

for (const [operands, expected] of [
  [['a', 'b', 'http://x/'], { paths: ['a', 'b'], url: 'http://x/' }],
  [['a', 'POST', 'http://x/'], { paths: ['a'], method: 'POST', url: 'http://x/' }],
  [['POST', 'http://x/'], { paths: [], method: 'POST', url: 'http://x/' }],
  [['a', 'get', '/x'], { paths: ['a'], method: 'get', url: '/x' }],
  [['a', 'post', '/x'], { paths: ['a', 'post'], url: '/x' }],
  [['a', 'M-SEARCH', '/x'], { paths: ['a'], method: 'M-SEARCH', url: '/x' }],
  [['PROD', '/x'], { paths: ['PROD'], url: '/x' }],
  [['a', 'x.example/cart'], { paths: ['a'], url: 'x.example/cart' }],
] as const) {
  test(`a method is told from a path: ${operands.join(' ')}`, () => {
    assert.deepEqual(
      explainOperands(operands, name => name === 'post' || name === 'PROD'),
      expected,
    );
  });
}
