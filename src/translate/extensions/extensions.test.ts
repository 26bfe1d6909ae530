import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  directResponse,
  gateway,
  gatewayClass,
  type Manifest,
  route,
  service,
  to,
  type World,
  world,
} from '../../../test/translation/world.ts';
import type { HTTPRoute } from '../../resources/index.ts';
import type { FilterContext } from '../routes/filter-context.ts';
import type { Fault } from '../status/rule-faults.ts';
import { directResponseExtension } from './direct-response.ts';
import { resolveExtension } from './resolve-extension.ts';

const refersTo = (name: string, kind = 'DirectResponse', group = 'sluice.dev') => ({
  type: 'ExtensionRef',
  extensionRef: { group, kind, name },
});
const answeredBy = (name: string) => ({ rules: [{ filters: [refersTo(name)] }] });

function given(...manifests: readonly Manifest[]): World {
  return world(gatewayClass('sluice'), gateway('gw', [{}]), service('api'), ...manifests);
}

function actionOf(w: World, name = 'r') {
  return w.unit('Route', `HTTPRoute/default/${name}@default/gw`).rules[0]?.action;
}

const ACCEPTED = 'Accepted=True/Accepted';

test('a rule does what the object says that its filter refers to, from when it comes until it goes', () => {
  const w = given(route('r', answeredBy('busy')));
  assert.deepEqual(w.conditions('HTTPRoute', 'r'), [ACCEPTED, 'ResolvedRefs=False/BackendNotFound']);
  assert.deepEqual(actionOf(w), { kind: 'failure', status: 500, reason: 'BackendNotFound' });
  w.apply(directResponse('busy', { statusCode: 503 }));
  assert.deepEqual(w.conditions('HTTPRoute', 'r'), [ACCEPTED, 'ResolvedRefs=True/ResolvedRefs']);
  assert.deepEqual(actionOf(w), { kind: 'direct', direct: { kind: 'direct', status: 503, headers: [], body: '' } });
  w.remove('DirectResponse', 'busy');
  assert.deepEqual(w.conditions('HTTPRoute', 'r'), [ACCEPTED, 'ResolvedRefs=False/BackendNotFound']);
});

test('headers are in lower case and a body has a type', () => {
  const headers = [{ name: 'X-A', value: '1' }];
  const w = given(route('r', answeredBy('text')), directResponse('text', { headers, body: { text: 'hé' } }));
  const typed = [
    ['content-type', 'text/plain; charset=utf-8'],
    ['x-a', '1'],
  ];
  assert.deepEqual(actionOf(w), {
    kind: 'direct',
    direct: { kind: 'direct', status: 200, headers: typed, body: 'hé' },
  });
  const twice = ['Date', 'content-type'].map(name => ({ name, value: 'x' }));
  w.apply(directResponse('text', { contentType: 'text/css', headers: twice, body: { text: '' } }));
  assert.deepEqual(actionOf(w), {
    kind: 'direct',
    direct: { kind: 'direct', status: 200, headers: [['content-type', 'text/css']], body: '' },
  });
});

test('an object that changes has only the routes resolved anew that refer to it', () => {
  const others = Array.from({ length: 20 }, (_, i) => route(`other${i}`, to('api')));
  const w = given(
    directResponse('busy', {}),
    route('r', answeredBy('busy')),
    route('s', answeredBy('idle')),
    ...others,
  );
  const before = w.translator.counters.resolved;
  const { delta } = w.apply(directResponse('busy', { statusCode: 503 }));
  assert.equal(w.translator.counters.resolved - before, 1);
  assert.deepEqual(
    delta.upserts.map(({ name }) => name),
    ['HTTPRoute/default/r@default/gw'],
  );
  w.apply(directResponse('busy', { statusCode: 503 }), directResponse('nobody', {}));
  assert.equal(w.translator.counters.resolved - before, 1, 'what says the same is no change');
});

test('a reference stays within the namespace of its route', () => {
  const w = given(route('r', answeredBy('busy')), directResponse('other/busy', {}));
  assert.equal(actionOf(w)?.kind, 'failure');
});

const REFUSED: readonly [spec: object, path: string][] = [
  [{ statusCode: 199 }, 'spec.statusCode'],
  [{ statusCode: 101 }, 'spec.statusCode'],
  [{ headers: [{ name: 'a b', value: 'c' }] }, 'spec.headers[0].name'],
  [{ headers: [{ name: 'a', value: 'b\r\nc: d' }] }, 'spec.headers[0].value'],
  [{ headers: [{ name: 'Transfer-Encoding', value: 'chunked' }] }, 'spec.headers[0].name'],
  [{ contentType: 'a\r\nb: c', body: { text: '' } }, 'spec.contentType'],
];

for (const [spec, path] of REFUSED) {
  test(`an object that an API server let through and that can't be followed fails its rules: ${JSON.stringify(spec)}`, () => {
    const w = given(route('r', answeredBy('odd')), directResponse('odd', spec));
    assert.deepEqual(actionOf(w), { kind: 'failure', status: 500, reason: 'UnsupportedValue' });
    assert.deepEqual(w.conditions('HTTPRoute', 'r')[0], 'Accepted=False/UnsupportedValue');
    assert.deepEqual(
      w.translator.problems().map(({ object, path: at }) => [object?.kind, at]),
      [
        ['DirectResponse', path],
        ['HTTPRoute', 'spec.rules[0].filters[0].extensionRef'],
      ],
    );
  });
}

test('kinds of other implementations are told what there is instead', () => {
  for (const [group, kind, hasFix, name = 'x'] of [
    ['gateway.kgateway.dev', 'DirectResponse', true],
    ['gateway.envoyproxy.io', 'HTTPRouteFilter', true],
    ['example.com', 'Magic', false],
    ['', 'ConfigMap', false],
    ['gateway.kgateway.dev', 'DirectResponse', false, 'x\nkind: ClusterRole'],
  ] as const) {
    const w = given(route('r', { rules: [{ filters: [refersTo(name, kind, group)] }] }));
    const [problem] = w.translator.problems();
    assert.equal(problem?.code, 'InvalidKind');
    assert.match(problem.message, new RegExp(`no filters of kind ${kind} .*DirectResponse of group sluice.dev`));
    assert.equal(problem.fix?.includes('apiVersion: sluice.dev/v1alpha1') ?? false, hasFix, kind);
  }
});

test('a kind stands only where its table says', () => {
  const faults: Fault[] = [];
  const context: FilterContext = {
    route: { kind: 'HTTPRoute', metadata: { namespace: 'default', name: 'r' } } as HTTPRoute,
    references: {
      service: () => undefined,
      xBackend: () => undefined,
      policies: () => [],
      permitted: () => false,
      absence: () => ({ unread: false, others: [] }),
      extension: () => ({ kind: 'direct', status: 200, headers: [], body: '' }),
    },
    place: 'backendRef',
    prefix: undefined,
    report: fault => void faults.push(fault),
    unresolved: () => assert.fail('it is there'),
  };
  const { extensionRef } = refersTo('x');
  const resolve = (...places: readonly FilterContext['place'][]) =>
    resolveExtension(extensionRef, 'f', context, [{ ...directResponseExtension, places }]);
  assert.equal(resolve('rule', 'backendRef')?.kind, 'direct');
  assert.deepEqual(faults, []);
  assert.equal(resolve('rule'), undefined);
  assert.deepEqual(
    faults.map(({ reason, path }) => [reason, path]),
    [['UnsupportedValue', 'f']],
  );
});
