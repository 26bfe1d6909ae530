import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  gateway,
  gatewayClass,
  listenerSet,
  type Manifest,
  route,
  service,
  sluiceProxy,
  to,
  type World,
  world,
  worldOf,
} from '../../test/translation/world.ts';
import { createTranslator } from './translator.ts';

const reference = (name: string, more: object = {}) => ({
  parametersRef: { group: 'sluice.dev', kind: 'SluiceProxy', name, ...more },
});
const tuned = (name: string) => gatewayClass('sluice', reference(name, { namespace: 'infra' }));
const own = (key: string, name: string, spec: object = {}) =>
  gateway(key, [{}], { infrastructure: reference(name), ...spec });

const views = (w: World) =>
  w.translator.gateways().map(({ gateway, accepted, parameters }) => [gateway.metadata.name, accepted, parameters]);
const why = (w: World, kind: string, name: string) =>
  w.translator.problems().find(({ object }) => object?.kind === kind && object.name === name)?.message;

test('a Gateway has the parameters of its class, and its own on top of them', () => {
  const w = world(
    tuned('all'),
    sluiceProxy('infra/all', { replicas: 2, service: { type: 'NodePort' } }),
    gateway('plain', [{}]),
    own('web', 'mine'),
    sluiceProxy('mine', { replicas: 5, service: { labels: { a: 'b' } } }),
  );
  assert.deepEqual(views(w), [
    ['plain', true, { replicas: 2, service: { type: 'NodePort' } }],
    ['web', true, { replicas: 5, service: { type: 'NodePort', labels: { a: 'b' } } }],
  ]);
  assert.deepEqual(w.codes(), []);
  const [{ className, classParameters }] = [w.translator.gateways()[1]!];
  assert.deepEqual([className, classParameters], ['sluice', { replicas: 2, service: { type: 'NodePort' } }]);
});

/** What is wrong with the parameters of the Gateway `gw`, and with which words it is told. */
const REFUSED: readonly (readonly [string, readonly Manifest[], RegExp])[] = [
  ['that are not there', [own('gw', 'none')], /parametersRef names SluiceProxy default\/none, which does not exist$/],
  [
    'of another namespace',
    [own('gw', 'there'), sluiceProxy('infra/there', {})],
    /SluiceProxy default\/there, which does not exist$/,
  ],
  [
    'of a kind that nobody knows',
    [gateway('gw', [{}], { infrastructure: reference('x', { kind: 'Tuning' }) })],
    /names Tuning x, and Sluice knows no parameters of that kind: name a SluiceProxy of group sluice\.dev/,
  ],
  [
    'of the right kind in another group',
    [gateway('gw', [{}], { infrastructure: reference('x', { group: 'example.com' }) }), sluiceProxy('x', {})],
    /knows no parameters of that kind/,
  ],
  [
    'that an API server let through',
    [own('gw', 'odd'), sluiceProxy('odd', { replicas: -1 })],
    /names SluiceProxy default\/odd, where spec\.replicas must be an integer from 0 to 10000, not -1$/,
  ],
  [
    'with a mode, which is the affair of the class',
    [own('gw', 'mine'), sluiceProxy('mine', { mode: 'Merged' })],
    /names a SluiceProxy with spec\.mode, which is for the parameters of a GatewayClass: remove the field$/,
  ],
];

for (const [name, manifests, words] of REFUSED) {
  test(`a Gateway with parameters ${name} is refused, and it alone`, () => {
    const w = world(gatewayClass('sluice'), gateway('other', [{}]), ...manifests);
    assert.deepEqual(w.conditions('Gateway', 'gw'), ['Accepted=False/InvalidParameters', 'Programmed=False/Invalid']);
    assert.deepEqual(w.conditions('Gateway', 'other')[0], 'Accepted=True/Accepted');
    assert.match(why(w, 'Gateway', 'gw') ?? '', words);
    assert.deepEqual(
      w.translator.gateways().map(({ accepted }) => accepted),
      [false, true],
    );
  });
}

test('parameters that stand in the manifests and can not be read are not called missing', () => {
  const w = world(gatewayClass('sluice'), own('gw', 'odd'));
  w.translator.unread([{ kind: 'SluiceProxy', namespace: 'default', name: 'odd' }]);
  w.settle();
  assert.match(why(w, 'Gateway', 'gw') ?? '', /which could not be read: see what is wrong with it$/);
});

test('Gateways that share their proxies have no parameters of their own', () => {
  const w = world(
    tuned('all'),
    sluiceProxy('infra/all', { mode: 'Merged' }),
    own('gw', 'mine'),
    sluiceProxy('mine', {}),
  );
  assert.match(why(w, 'Gateway', 'gw') ?? '', /Gateways of GatewayClass sluice share their proxies \(mode Merged\)/);
  w.apply(sluiceProxy('infra/all', { mode: 'Dedicated' }));
  assert.deepEqual(views(w), [['gw', true, { mode: 'Dedicated' }]]);
});

/** Likewise of the class. */
const CLASS_REFUSED: readonly (readonly [string, Manifest, RegExp])[] = [
  ['that are not there', tuned('none'), /^spec\.parametersRef names SluiceProxy infra\/none, which does not exist$/],
  ['without a namespace', gatewayClass('sluice', reference('all')), /names SluiceProxy all without its namespace/],
  [
    'of a kind that nobody knows',
    gatewayClass('sluice', reference('x', { kind: 'Tuning' })),
    /names Tuning x, and Sluice knows no parameters/,
  ],
];

for (const [name, manifest, words] of CLASS_REFUSED) {
  test(`a class with parameters ${name} is refused with its Gateways`, () => {
    const w = world(manifest, gateway('gw', [{}]));
    assert.deepEqual(w.conditions('GatewayClass', 'sluice'), ['Accepted=False/InvalidParameters']);
    assert.match(why(w, 'GatewayClass', 'sluice') ?? '', words);
    assert.deepEqual(w.conditions('Gateway', 'gw')[0], 'Accepted=False/InvalidParameters');
    assert.deepEqual(views(w), [['gw', false, {}]]);
  });
}

test('parameters that come make good what was refused', () => {
  const w = world(tuned('all'), gateway('gw', [{}]));
  w.apply(sluiceProxy('infra/all', { replicas: 3 }));
  assert.deepEqual(w.conditions('GatewayClass', 'sluice')[0], 'Accepted=True/Accepted');
  assert.deepEqual(views(w), [['gw', true, { replicas: 3 }]]);
  assert.deepEqual(w.names('Listener'), ['default/gw/l0']);
});

test('a step says which Gateways need another data plane, and translates no route for it', () => {
  const w = world(
    tuned('all'),
    sluiceProxy('infra/all', {}),
    gateway('a', [{}]),
    gateway('b', [{}]),
    route('r', { parentRefs: [{ name: 'a' }] }),
  );
  const { attached, translated } = w.translator.counters;
  const changed = (...manifests: readonly Manifest[]) => [...w.apply(...manifests).gateways].sort();
  assert.deepEqual(changed(sluiceProxy('infra/all', { replicas: 2 })), ['default/a', 'default/b']);
  assert.deepEqual(w.translator.counters, { ...w.translator.counters, attached, translated });
  const before = w.translator.gateways();
  assert.deepEqual(changed(sluiceProxy('infra/all', { replicas: 2 })), []);
  assert.equal(w.translator.gateways(), before);
  const spec = { infrastructure: { labels: { team: 'web' } } };
  assert.deepEqual(changed(gateway('b', [{}], spec)), ['default/b']);
  const written = gateway('b', [{}], spec);
  assert.deepEqual(changed({ ...written, metadata: { ...written.metadata, resourceVersion: '7' } }), []);
  assert.deepEqual([...w.remove('Gateway', 'a').gateways], ['default/a']);
  assert.deepEqual(views(w), [['b', true, { replicas: 2 }]]);
});

test('a class without an object has no identity', () => {
  const w = world(gateway('gw', [{}]));
  assert.deepEqual(
    w.translator.gateways().map(({ className, classUid }) => [className, classUid]),
    [['sluice', undefined]],
  );
  const made = gatewayClass('sluice');
  w.apply({ ...made, metadata: { ...made.metadata, uid: 'u1' } });
  assert.deepEqual(
    w.translator.gateways().map(({ classUid }) => classUid),
    ['u1'],
  );
});

test('labels by which objects are found are not to be had', () => {
  const labels = { 'app.kubernetes.io/name': 'shop', 'gateway.networking.k8s.io/gateway-name': 'other', team: 'web' };
  const w = world(gatewayClass('sluice'), gateway('gw', [{}], { infrastructure: { labels } }));
  assert.deepEqual(
    w.translator.problems().map(({ severity, code, path }) => [severity, code, path]),
    [
      ['warning', 'UnsupportedValue', 'spec.infrastructure.labels[app.kubernetes.io/name]'],
      ['warning', 'UnsupportedValue', 'spec.infrastructure.labels[gateway.networking.k8s.io/gateway-name]'],
    ],
  );
  assert.deepEqual(w.conditions('Gateway', 'gw')[0], 'Accepted=True/Accepted');
});

test('where there are proxies, parameters that can not be followed end no traffic', () => {
  const w = worldOf(
    createTranslator({ provisions: true }),
    gatewayClass('sluice'),
    own('gw', 'mine', { allowedListeners: { namespaces: { from: 'Same' } } }),
    sluiceProxy('mine', {}),
    listenerSet('set', [{ port: 81 }]),
    service('api'),
    route('r', { ...to('api'), parentRefs: [{ name: 'gw' }, { kind: 'ListenerSet', name: 'set' }] }),
  );
  const standing = [...w.units.values()];
  assert.deepEqual(w.names('Listener').toSorted(), ['default/gw/default/set/s0', 'default/gw/l0']);
  w.remove('SluiceProxy', 'mine');
  assert.deepEqual(w.conditions('Gateway', 'gw'), ['Accepted=False/InvalidParameters', 'Programmed=False/Invalid']);
  assert.deepEqual(w.conditions('ListenerSet', 'set')[0], 'Accepted=False/ParentNotAccepted');
  assert.deepEqual([...w.units.values()], standing);
  w.apply(gatewayClass('sluice', reference('none', { namespace: 'infra' })));
  assert.deepEqual([...w.units.values()], standing);
  w.apply(
    own('gw', 'mine', { addresses: [{ type: 'example.com/pool', value: 'x' }] }),
    gatewayClass('sluice'),
    sluiceProxy('mine', {}),
  );
  assert.deepEqual(w.conditions('Gateway', 'gw')[0], 'Accepted=False/UnsupportedAddress');
  assert.deepEqual(w.names('Listener'), []);
});
