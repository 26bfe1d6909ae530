import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  gateway,
  gatewayClass,
  listenerSet,
  route,
  routeOf,
  service,
  to,
  type World,
  world,
} from '../../test/translation/world.ts';
import type { UnitKind } from '../ir/index.ts';
import type { Placement } from './index.ts';

const placed: Placement = {
  addresses: [{ type: 'IPAddress', value: '10.0.0.1' }],
  failures: {},
  acknowledged: true,
};
const rejected = (kind: UnitKind, name: string, message = 'it is too new', proxy = 'default/p1') => ({
  unit: { kind, name },
  proxy,
  message,
});

function messageOf(w: World, kind: string, name: string, type: string, at: string | number = ''): string | undefined {
  const status = w.translator.statusOf({ kind, namespace: 'default', name });
  assert.ok(status);
  if ('parents' in status) return messageIn(status.parents[Number(at)]?.conditions ?? [], type);
  if (at !== '' && 'listeners' in status)
    return messageIn(status.listeners.find(listener => listener.name === at)?.conditions ?? [], type);
  return 'conditions' in status ? messageIn(status.conditions, type) : undefined;
}

function messageIn(conditions: readonly { readonly type: string; readonly message: string }[], type: string) {
  return conditions.find(condition => condition.type === type)?.message;
}

const ATTACHED = ['Accepted=True/Accepted', 'ResolvedRefs=True/ResolvedRefs'];
const REJECTED = [...ATTACHED, 'sluice.dev/Rejected=True/RejectedByProxy'];

function shop(): World {
  const parentRefs = [{ name: 'gw' }, { name: 'other' }];
  return world(
    gatewayClass('sluice'),
    gateway('gw', [{}, { port: 81 }]),
    gateway('other', [{ port: 82 }]),
    service('api'),
    route('r', { ...to('api'), parentRefs }),
    route('s'),
  );
}

test('why nothing is acknowledged yet is what Programmed says', () => {
  const w = shop();
  w.translator.place('default/gw', { ...placed, acknowledged: false, pending: 'no proxy is connected yet' });
  w.settle();
  assert.deepEqual(w.conditions('Gateway', 'gw')[1], 'Programmed=False/Pending');
  assert.equal(
    messageOf(w, 'Gateway', 'gw', 'Programmed'),
    'The data plane has not taken this Gateway yet: no proxy is connected yet',
  );
  assert.deepEqual(w.codes(), []);
});

test('proxies that do not answer are named, and the Gateway is programmed without them', () => {
  const w = shop();
  w.translator.place('default/gw', { ...placed, silent: ['default/p1', 'default/p2'] });
  w.settle();
  assert.deepEqual(w.conditions('Gateway', 'gw'), ['Accepted=True/Accepted', 'Programmed=True/Programmed']);
  assert.equal(
    messageOf(w, 'Gateway', 'gw', 'Programmed'),
    'The data plane serves this Gateway; proxies that do not answer are left out: default/p1, default/p2',
  );
  assert.deepEqual(w.codes(), ['ProxySilent']);
  w.translator.place('default/gw', placed);
  w.settle();
  assert.deepEqual(w.codes(), []);
});

test('a route that a proxy can not follow says so at the parent whose proxy it is, until it is followed', () => {
  const w = shop();
  const rejections = [rejected('Route', 'HTTPRoute/default/r@default/gw', 'action.kind "teleport" is not known')];
  w.translator.place('default/gw', { ...placed, rejections });
  const { statuses } = w.settle();
  assert.deepEqual(statuses.map(({ object }) => `${object.kind} ${object.name}`).sort(), ['Gateway gw', 'HTTPRoute r']);
  assert.deepEqual(w.conditions('HTTPRoute', 'r', 0), REJECTED);
  assert.deepEqual(w.conditions('HTTPRoute', 'r', 1), ATTACHED);
  assert.equal(
    messageOf(w, 'HTTPRoute', 'r', 'sluice.dev/Rejected', 0),
    'The route is not followed as it stands by proxy default/p1: action.kind "teleport" is not known',
  );
  assert.equal(
    messageOf(w, 'Gateway', 'gw', 'Programmed'),
    'The data plane serves this Gateway; not all of it is followed: HTTPRoute/default/r by proxy default/p1: action.kind "teleport" is not known',
  );
  assert.deepEqual(w.codes(), ['RejectedByProxy']);
  w.translator.place('default/gw', placed);
  assert.equal(w.settle().statuses.length, 2);
  assert.deepEqual(w.conditions('HTTPRoute', 'r', 0), ATTACHED);
  assert.deepEqual(w.codes(), []);
});

test('what is said of a route stands when the route changes, with the generation that it has then', () => {
  const w = shop();
  w.translator.place('default/gw', { ...placed, rejections: [rejected('Route', 'HTTPRoute/default/s@default/gw')] });
  w.settle();
  const changed = route('s', { hostnames: ['a.example'] });
  w.apply({ ...changed, metadata: { ...changed.metadata, generation: 7 } });
  const status = w.translator.statusOf({ kind: 'HTTPRoute', namespace: 'default', name: 's' });
  assert.ok(status && 'parents' in status);
  assert.deepEqual(
    status.parents[0]?.conditions.map(({ type, observedGeneration }) => [type, observedGeneration]),
    [
      ['Accepted', 7],
      ['ResolvedRefs', 7],
      ['sluice.dev/Rejected', 7],
    ],
  );
});

test('a backend that a proxy leaves out is told at each route that needs it', () => {
  const w = shop();
  w.translator.place('default/other', { ...placed, rejections: [rejected('Backend', 'Service/default/api/80')] });
  w.settle();
  assert.deepEqual(w.conditions('HTTPRoute', 'r', 0), ATTACHED);
  assert.deepEqual(w.conditions('HTTPRoute', 'r', 1), REJECTED);
  assert.deepEqual(w.conditions('HTTPRoute', 's'), ATTACHED);
  assert.equal(
    messageOf(w, 'HTTPRoute', 'r', 'sluice.dev/Rejected', 1),
    'Backend Service/default/api/80 is not followed as it stands by proxy default/p1: it is too new',
  );
});

test('routes of bytes are told as well', () => {
  const tcp = { rules: [{ backendRefs: [{ name: 'api', port: 80 }] }] };
  const w = world(
    gatewayClass('sluice'),
    gateway('gw', [{ protocol: 'TCP' }]),
    service('api'),
    routeOf('TCPRoute', 't', tcp),
  );
  const rejections = [rejected('TransportRoute', 'TCPRoute/default/t@default/gw')];
  w.translator.place('default/gw', { ...placed, rejections });
  w.settle();
  assert.deepEqual(w.conditions('TCPRoute', 't'), REJECTED);
});

test('a listener that a proxy can not serve is not programmed, and the others are', () => {
  const w = shop();
  w.apply(
    listenerSet('set', [{ port: 83 }]),
    gateway(
      'gw',
      [{}, {}].map((_, i) => ({ port: 80 + i })),
      { allowedListeners: { namespaces: { from: 'Same' } } },
    ),
  );
  const rejections = [rejected('Listener', 'default/gw/l1'), rejected('Listener', 'default/gw/default/set/s0')];
  w.translator.place('default/gw', { ...placed, rejections });
  w.settle();
  assert.deepEqual(w.conditions('Gateway', 'gw', 'l0').at(-1), 'Programmed=True/Programmed');
  assert.deepEqual(w.conditions('Gateway', 'gw', 'l1').at(-1), 'Programmed=False/Invalid');
  assert.deepEqual(w.conditions('ListenerSet', 'set', 's0').at(-1), 'Programmed=False/Invalid');
  assert.deepEqual(w.conditions('Gateway', 'gw')[1], 'Programmed=True/Programmed');
  assert.equal(
    messageOf(w, 'Gateway', 'gw', 'Programmed', 'l1'),
    'The listener is not served as it stands by proxy default/p1: it is too new',
  );
  assert.deepEqual(
    w.translator.problems().map(({ code, object, path }) => [code, object?.kind, path]),
    [
      ['RejectedByProxy', 'Gateway', 'spec.listeners[1]'],
      ['RejectedByProxy', 'ListenerSet', 'spec.listeners[0]'],
    ],
  );
});

test('several proxies that say the same are one thing, and of several things the first is told', () => {
  const w = shop();
  const unit = 'HTTPRoute/default/s@default/gw';
  const rejections = [
    rejected('Route', unit, 'no'),
    rejected('Route', unit, 'no', 'default/p2'),
    rejected('Route', unit, 'never', 'default/p3'),
  ];
  w.translator.place('default/gw', { ...placed, rejections });
  w.settle();
  assert.equal(
    messageOf(w, 'HTTPRoute', 's', 'sluice.dev/Rejected', 0),
    'The route is not followed as it stands by proxies default/p1, default/p2: no (and 1 more)',
  );
});

test('what a proxy says is one printable line of bounded length', () => {
  const w = shop();
  const message = `a\r\nb\u001b[31m\u202ec${'x'.repeat(5000)}`;
  w.translator.place('default/gw', {
    ...placed,
    rejections: [rejected('Route', 'HTTPRoute/default/s@default/gw', message)],
  });
  w.settle();
  const said = messageOf(w, 'HTTPRoute', 's', 'sluice.dev/Rejected', 0) ?? '';
  assert.match(said, /default\/p1: a b \[31m cx{900,}…$/);
  assert.ok(said.length < 1200);
});

test('of Gateways that share proxies each hears of its own', () => {
  const w = shop();
  const rejections = [rejected('Route', 'HTTPRoute/default/s@default/gw'), rejected('Listener', 'default/gw/l0')];
  for (const name of ['default/gw', 'default/other']) w.translator.place(name, { ...placed, rejections });
  w.settle();
  assert.equal(messageOf(w, 'Gateway', 'other', 'Programmed'), 'The data plane serves this Gateway');
  assert.deepEqual(w.conditions('HTTPRoute', 'r', 1), ATTACHED);
  assert.deepEqual(w.conditions('HTTPRoute', 's', 0), REJECTED);
});

test('rejections of what is not there are nobody’s', () => {
  const w = shop();
  const rejections = [
    rejected('Route', 'HTTPRoute/default/gone@default/gw'),
    rejected('Backend', 'Service/default/gone/80'),
    rejected('Route', 'nonsense'),
  ];
  w.translator.place('default/gw', { ...placed, rejections });
  assert.deepEqual(
    w.settle().statuses.map(({ object }) => object.kind),
    ['Gateway'],
  );
  w.remove('HTTPRoute', 'r');
  w.translator.place('default/gw', undefined);
  w.settle();
  assert.deepEqual(w.codes(), []);
});
