import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { parse } from 'yaml';
import { createFolderSource, readModel } from '../src/gateway/index.ts';
import type { Problem } from '../src/resources/index.ts';
import { documents, gateway, gatewayClass, manifests, route, service } from './cli-rig.ts';

/** The problem of the route `web`. */
async function problemOf(t: TestContext, ...texts: readonly string[]): Promise<Problem> {
  const folder = manifests(t, { 'all.yaml': documents(gatewayClass, ...texts) });
  const model = await readModel(createFolderSource({ paths: [folder], watch: false }));
  assert.ok('problems' in model);
  const problems = model.problems().filter(({ object }) => object?.kind === 'HTTPRoute');
  assert.equal(problems.length, 1, JSON.stringify(problems));
  return problems[0]!;
}

const inNamespace = (text: string, namespace: string) =>
  text.replace('metadata: { ', `metadata: { namespace: ${namespace}, `);

test('a Service whose name is nearly that', async t => {
  const { message, fix } = await problemOf(t, gateway(), service('carts'), service('stock'), route('cartt'));
  assert.equal(message, 'Service default/cartt does not exist; did you mean carts?');
  assert.equal(fix, 'name: carts\n');
});

test('no guess from another namespace, nor from a name that is far away', async t => {
  const { message } = await problemOf(
    t,
    gateway(),
    inNamespace(service('carts'), 'shop'),
    service('stock'),
    route('cartt'),
  );
  assert.equal(message, 'Service default/cartt does not exist');
});

test('the only port that there is', async t => {
  const { message, fix } = await problemOf(t, gateway(), service('cart', 8080), route('cart'));
  assert.equal(message, 'Service default/cart has no TCP port 80: it has 8080');
  assert.equal(fix, 'port: 8080\n');
});

test('a Service that is there and could not be read', async t => {
  const broken = service('cart').replace('port: 80', 'port: eighty');
  const { code, message } = await problemOf(t, gateway(), broken, route('cart'));
  assert.equal(code, 'BackendNotFound');
  assert.equal(message, 'Service default/cart could not be read: see what is wrong with it');
});

test('an extension that is there and could not be read', async t => {
  const broken =
    'apiVersion: sluice.dev/v1alpha1\nkind: DirectResponse\nmetadata: { name: busy }\nspec: { statusCode: many }\n';
  const filter = '{ type: ExtensionRef, extensionRef: { group: sluice.dev, kind: DirectResponse, name: busy } }';
  const refers = route('cart').replace(/backendRefs: .*/, `filters: [${filter}]`);
  const { message } = await problemOf(t, gateway(), broken, refers);
  assert.equal(message, 'DirectResponse default/busy could not be read: see what is wrong with it');
});

test('a Gateway of another namespace', async t => {
  const { message, fix } = await problemOf(t, inNamespace(gateway(), 'infra'), service('cart'), route('cart'));
  assert.match(message, /^Gateway default\/gw does not exist.*; did you mean Gateway infra\/gw\?$/);
  assert.deepEqual(parse(fix ?? ''), { parentRefs: [{ name: 'gw', namespace: 'infra' }] });
});

test('a Gateway whose name is nearly that', async t => {
  const { message } = await problemOf(
    t,
    gateway(80, 'public'),
    service('cart'),
    route('cart').replace('name: gw', 'name: pubilc'),
  );
  assert.match(message, /did you mean Gateway default\/public\?$/);
});

test('a name is written into a grant as the text that it is', async t => {
  const refers = route('cart').replace('{ name: cart,', '{ name: "x\\nkind: ClusterRole", namespace: shop,');
  const { code, fix } = await problemOf(t, gateway(), refers);
  assert.equal(code, 'RefNotPermitted');
  const grant = parse(fix ?? '');
  assert.equal(grant.kind, 'ReferenceGrant');
  assert.deepEqual(grant.spec.to, [{ group: '', kind: 'Service', name: 'x\nkind: ClusterRole' }]);
});

test('a Gateway that is there and could not be read', async t => {
  const broken = gateway().replace('port: 80', 'port: eighty');
  const { code, message } = await problemOf(t, broken, service('cart'), route('cart'));
  assert.equal(code, 'ParentNotFound');
  assert.match(message, /^Gateway default\/gw could not be read/);
});

test('a listener whose name is nearly that', async t => {
  const refers = route('cart').replace('{ name: gw }', '{ name: gw, sectionName: htpp }');
  const { code, message, fix } = await problemOf(t, gateway(), service('cart'), refers);
  assert.equal(code, 'NoMatchingParent');
  assert.match(message, /; did you mean http\?$/);
  assert.equal(fix, 'sectionName: http\n');
});
