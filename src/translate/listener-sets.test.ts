import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CERTIFICATE, KEY } from '../../test/translation/certificate.ts';
import {
  gateway,
  gatewayClass,
  listenerSet,
  type Manifest,
  namespace,
  route,
  secret,
  service,
  to,
  world,
} from '../../test/translation/world.ts';

const CLASS = gatewayClass('sluice');
const PAIR = { 'tls.crt': CERTIFICATE, 'tls.key': KEY };
const TAKES = (from: string, selector?: object) => ({ allowedListeners: { namespaces: { from, selector } } });
const OPEN = gateway('gw', [{ hostname: 'gw.example' }], TAKES('All'));
const ACCEPTED = ['Accepted=True/Accepted', 'Programmed=True/Programmed'];
const GOOD = ['Accepted=True/Accepted', 'ResolvedRefs=True/ResolvedRefs', 'Programmed=True/Programmed'];
const refused = (reason: string) => [
  `Accepted=False/${reason}`,
  `Conflicted=True/${reason}`,
  'ResolvedRefs=True/ResolvedRefs',
  `Programmed=False/${reason}`,
];
const aged = (set: Manifest, day: number): Manifest => ({
  ...set,
  metadata: { ...set.metadata, creationTimestamp: `2026-01-0${day}T00:00:00Z` },
});

function attachedSets({ translator }: ReturnType<typeof world>): number | undefined {
  const status = translator.statusOf({ kind: 'Gateway', namespace: 'default', name: 'gw' });
  assert.ok(status && 'addresses' in status);
  return status.attachedListenerSets;
}

test('a set adds its listeners to the Gateway, under its own name', () => {
  const w = world(CLASS, OPEN, listenerSet('shop/more', [{ hostname: 'A.example' }]));
  const { hash: _, ...unit } = w.unit('Listener', 'default/gw/shop/more/s0');
  assert.deepEqual(unit, {
    kind: 'Listener',
    name: 'default/gw/shop/more/s0',
    gateway: 'default/gw',
    section: 's0',
    port: 80,
    protocol: 'HTTP',
    hostname: 'a.example',
    origin: { kind: 'ListenerSet', namespace: 'shop', name: 'more', field: 'spec.listeners[0]' },
  });
  assert.deepEqual(w.conditions('ListenerSet', 'shop/more'), ACCEPTED);
  assert.deepEqual(w.conditions('ListenerSet', 'shop/more', 's0'), GOOD);
  assert.equal(attachedSets(w), 1);
  w.remove('ListenerSet', 'shop/more');
  assert.deepEqual(w.names('Listener'), ['default/gw/l0']);
  assert.deepEqual([w.conditions('ListenerSet', 'shop/more'), attachedSets(w)], [[], 0]);
});

/** Whether the Gateway in `default` takes a set of `default`, of `shop`. */
const ALLOWED: readonly (readonly [spec: object, own: boolean, other: boolean])[] = [
  [{}, false, false],
  [TAKES('None'), false, false],
  [TAKES('Same'), true, false],
  [TAKES('All'), true, true],
  [TAKES('Selector', { matchLabels: { team: 'shop' } }), false, true],
  [TAKES('Selector', { matchLabels: { 'kubernetes.io/metadata.name': 'default' } }), true, false],
  [TAKES('Selector'), false, false],
];

for (const [spec, own, other] of ALLOWED) {
  test(`a Gateway takes the sets that it allows: ${JSON.stringify(spec)}`, () => {
    const w = world(
      CLASS,
      namespace('shop', { team: 'shop' }),
      gateway('gw', [{ hostname: 'gw.example' }], spec),
      listenerSet('own', [{ hostname: 'own.example' }]),
      listenerSet('shop/other', [{ hostname: 'other.example' }]),
    );
    const not = ['Accepted=False/NotAllowed', 'Programmed=False/NotAllowed'];
    assert.deepEqual(w.conditions('ListenerSet', 'own'), own ? ACCEPTED : not);
    assert.deepEqual(w.conditions('ListenerSet', 'shop/other'), other ? ACCEPTED : not);
    assert.equal(w.names('Listener').length, 1 + Number(own) + Number(other));
    assert.equal(attachedSets(w) ?? 0, Number(own) + Number(other));
  });
}

/** Listeners of the Gateway, then of sets from the oldest; conflicts of the listeners of the sets (`H`, `P` or `-`). */
const CONFLICTS: readonly (readonly [gateway: string, sets: readonly string[], found: string])[] = [
  ['HTTP:80 gw', ['HTTP:80 a', 'HTTP:80 b'], '- -'],
  ['HTTP:80 gw', ['HTTP:80 gw', 'HTTP:80 b'], 'H -'],
  ['HTTP:80 gw', ['HTTP:80 a', 'HTTP:80 a HTTP:80 b'], '- H-'],
  ['HTTP:80 gw', ['HTTPS:80 a', 'TCP:80', 'UDP:80'], 'P P -'],
  ['HTTP:81 gw', ['TCP:80', 'HTTP:80 a', 'TCP:80'], '- P P'],
  ['HTTP:81 gw', ['HTTP:80 a', 'TCP:80', 'HTTP:80 b'], '- P -'],
  ['HTTP:81 gw', ['HTTPS:80 a HTTP:80 b', 'HTTP:80 c', 'TLS:80 d'], '-P P -'],
  ['HTTP:81 gw', ['HTTPS:80 a TLS:80 a'], '-H'],
  ['TCP:80', ['HTTP:80 a', 'TCP:80', 'TCP:81'], 'P P -'],
  ['UDP:80', ['HTTP:80 a', 'UDP:80', 'UDP:81', 'UDP:81'], '- P - P'],
  ['HTTP:80 gw HTTPS:80 gw2', ['HTTP:80 a', 'HTTPS:80 b'], 'P P'],
];

function listenersOf(text: string): readonly object[] {
  return [...text.matchAll(/(\w+):(\d+)(?: ([a-z]\w*))?/g)].map(([, protocol, port, hostname]) => ({
    protocol,
    port: Number(port),
    ...(hostname !== undefined && { hostname: `${hostname}.example` }),
    ...(protocol === 'HTTPS' && { tls: { certificateRefs: [{ name: 'cert' }] } }),
    ...(protocol === 'TLS' && { tls: { mode: 'Passthrough' } }),
  }));
}

for (const [own, sets, found] of CONFLICTS) {
  test(`of listeners that can't be told apart the first wins: ${own} | ${sets.join(' | ')}`, () => {
    const manifests = sets.map((text, i) => aged(listenerSet(`set-${9 - i}`, listenersOf(text)), i + 1));
    const w = world(CLASS, secret('cert', PAIR), gateway('gw', listenersOf(own), TAKES('All')), ...manifests.reverse());
    const seen = sets.map((text, i) => {
      const of = listenersOf(text).map((_, s) => w.conditions('ListenerSet', `set-${9 - i}`, `s${s}`));
      return of.map(each => (each[1]?.startsWith('Conflicted') ? each[1].split('/')[1]![0] : '-')).join('');
    });
    assert.equal(seen.join(' '), found);
    const good = found.replaceAll(/[HP ]/g, '').length;
    assert.equal(w.names('Listener').filter(name => name.includes('/set-')).length, good);
  });
}

test('who waits for a name takes over when it is free, and the verdicts name nobody else', () => {
  const first = aged(listenerSet('shop/first', [{ hostname: 'a.example' }]), 1);
  const second = aged(listenerSet('blog/second', [{ hostname: 'a.example' }, { hostname: 'b.example' }]), 2);
  const w = world(CLASS, OPEN, second, first);
  assert.deepEqual(w.conditions('ListenerSet', 'blog/second'), [
    'Accepted=True/ListenersNotValid',
    'Programmed=True/Programmed',
  ]);
  assert.deepEqual(w.conditions('ListenerSet', 'blog/second', 's0'), refused('HostnameConflict'));
  assert.deepEqual(w.conditions('ListenerSet', 'shop/first', 's0'), GOOD);
  const told = JSON.stringify(w.translator.statusOf({ kind: 'ListenerSet', namespace: 'blog', name: 'second' }));
  assert.doesNotMatch(told, /shop/);
  const { delta } = w.remove('ListenerSet', 'shop/first');
  assert.deepEqual(
    [delta.upserts.map(({ name }) => name), delta.removals.map(({ name }) => name)],
    [['default/gw/blog/second/s0'], ['default/gw/shop/first/s0']],
  );
  assert.deepEqual(w.conditions('ListenerSet', 'blog/second', 's0'), GOOD);
});

test('a set without a good listener is not accepted, and not counted', () => {
  const w = world(CLASS, OPEN, listenerSet('more', [{ hostname: 'gw.example' }]));
  assert.deepEqual(w.conditions('ListenerSet', 'more'), [
    'Accepted=False/ListenersNotValid',
    'Programmed=False/ListenersNotValid',
  ]);
  assert.equal(attachedSets(w), 0);
  assert.deepEqual(w.conditions('Gateway', 'gw'), ACCEPTED);
});

const grantTo = (kind: string, from: string): Manifest => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'ReferenceGrant',
  metadata: { name: `${kind.toLowerCase()}s`, namespace: 'vault' },
  spec: {
    from: [{ group: 'gateway.networking.k8s.io', kind, namespace: from }],
    to: [{ group: '', kind: 'Secret' }],
  },
});

test('a set has its own namespace and its own grants', () => {
  const ref = (at: string) => ({ tls: { certificateRefs: [{ name: 'cert', namespace: at }] } });
  const https = { port: 443, protocol: 'HTTPS' };
  const w = world(
    CLASS,
    secret('vault/cert', PAIR),
    secret('shop/cert', PAIR),
    grantTo('Gateway', 'default'),
    gateway('gw', [{ ...https, hostname: 'gw.example', ...ref('vault') }], TAKES('All')),
    listenerSet('shop/own', [{ ...https, hostname: 'own.example', tls: { certificateRefs: [{ name: 'cert' }] } }]),
    listenerSet('denied', [{ ...https, hostname: 'denied.example', ...ref('vault') }]),
  );
  assert.deepEqual(w.names('Listener').toSorted(), ['default/gw/l0', 'default/gw/shop/own/s0']);
  assert.deepEqual(w.names('Secret').toSorted(), ['Secret/shop/cert', 'Secret/vault/cert']);
  assert.deepEqual(w.conditions('ListenerSet', 'denied'), [
    'Accepted=False/ListenersNotValid',
    'Programmed=False/ListenersNotValid',
  ]);
  assert.ok(w.conditions('ListenerSet', 'denied', 's0').includes('ResolvedRefs=False/RefNotPermitted'));
  w.apply(grantTo('ListenerSet', 'default'));
  assert.deepEqual(w.conditions('ListenerSet', 'denied'), ACCEPTED);
});

test('routes attach to the set or to the Gateway, and count where they attach', () => {
  const set = (name: string) => ({ kind: 'ListenerSet', name });
  const w = world(
    CLASS,
    OPEN,
    service('api'),
    listenerSet('more', [{ hostname: 'a.example' }]),
    route('of-set', { parentRefs: [set('more')], ...to('api') }),
    route('of-gateway', { parentRefs: [{ name: 'gw' }], ...to('api') }),
    route('of-both', { parentRefs: [{ name: 'gw', sectionName: 's0' }, set('more')], ...to('api') }),
  );
  const listenersOf = (name: string) =>
    w.unit('Route', `HTTPRoute/default/${name}@default/gw`).attachments.map(({ listener }) => listener);
  assert.deepEqual(listenersOf('of-set'), ['default/gw/default/more/s0']);
  assert.deepEqual(listenersOf('of-gateway'), ['default/gw/l0']);
  assert.deepEqual(listenersOf('of-both'), ['default/gw/default/more/s0']);
  assert.equal(w.conditions('HTTPRoute', 'of-both', 0)[0], 'Accepted=False/NoMatchingParent');
  assert.equal(w.conditions('HTTPRoute', 'of-both', 1)[0], 'Accepted=True/Accepted');
  const status = w.translator.statusOf({ kind: 'ListenerSet', namespace: 'default', name: 'more' });
  assert.ok(status && 'listeners' in status);
  assert.deepEqual(
    status.listeners.map(each => each.attachedRoutes),
    [2],
  );
});

test('a set of no Gateway of ours has no status, and the user hears why', () => {
  const foreign = { parentRef: { kind: 'Gateway', name: 'none' } };
  const strange = { parentRef: { group: 'x.io', kind: 'Door', name: 'gw' } };
  const w = world(CLASS, OPEN, listenerSet('a', [{}], foreign), listenerSet('b', [{}], strange));
  assert.deepEqual([w.conditions('ListenerSet', 'a'), w.conditions('ListenerSet', 'b')], [[], []]);
  assert.deepEqual(w.codes(), ['ParentNotFound', 'ParentKindNotServed']);
});

test('what befalls the Gateway befalls its sets', () => {
  const parametersRef = { group: 'x.io', kind: 'X', name: 'x' };
  const refusing = gateway('gw', [{}], { ...TAKES('All'), infrastructure: { parametersRef } });
  const w = world(CLASS, refusing, listenerSet('more', [{ hostname: 'a.example' }]));
  assert.deepEqual(w.conditions('ListenerSet', 'more'), [
    'Accepted=False/ParentNotAccepted',
    'Programmed=False/ParentNotProgrammed',
  ]);
  assert.deepEqual(w.names('Listener'), []);
  w.apply(OPEN);
  assert.deepEqual(w.conditions('ListenerSet', 'more'), ACCEPTED);
  w.translator.place('default/gw', undefined);
  w.settle();
  assert.deepEqual(w.conditions('ListenerSet', 'more')[1], 'Programmed=False/ParentNotProgrammed');
  const addresses = [{ type: 'IPAddress', value: '10.0.0.1' } as const];
  const placed = { addresses, failures: {}, acknowledged: true };
  w.translator.place('default/gw', placed);
  w.settle();
  assert.deepEqual(w.conditions('ListenerSet', 'more'), ACCEPTED);
  w.translator.place('default/gw', { ...placed, unusableAddress: 'one of them is not ours' });
  w.settle();
  assert.deepEqual(w.conditions('ListenerSet', 'more')[1], 'Programmed=False/ParentNotProgrammed');
});
