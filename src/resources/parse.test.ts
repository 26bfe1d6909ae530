import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import type { HTTPRoute } from './any-resource.ts';
import { parseObject } from './parse.ts';
import { isRecord } from './schema/plain-data.ts';

const route = (spec: unknown, metadata: unknown = { name: 'a' }) => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata,
  spec,
});

function parsed(raw: unknown, strict = true): HTTPRoute {
  const result = parseObject(raw, { strict });
  assert.equal(result.kind, 'resource', JSON.stringify(result));
  assert.ok(result.kind === 'resource' && result.resource.kind === 'HTTPRoute');
  return result.resource;
}

test('an object is complete: defaults of the API server, and metadata that were left out', () => {
  assert.deepEqual(parsed(route({ rules: [{ backendRefs: [{ name: 's', port: 80 }] }] })), {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'a', namespace: 'default', generation: 1, labels: {}, annotations: {} },
    spec: {
      rules: [
        {
          matches: [{ path: { type: 'PathPrefix', value: '/' } }],
          backendRefs: [{ group: '', kind: 'Service', name: 's', port: 80, weight: 1 }],
        },
      ],
    },
  });
});

test('a route without rules forwards nothing, as the default of the CRD says', () => {
  assert.deepEqual(parsed(route({})).spec.rules, [{ matches: [{ path: { type: 'PathPrefix', value: '/' } }] }]);
});

test('metadata are kept, also those that only API servers write', () => {
  const metadata = {
    name: 'a',
    namespace: 'b',
    generation: 7,
    creationTimestamp: '2026-01-31T12:00:00Z',
    uid: 'u',
    resourceVersion: '9',
    labels: { l: '1' },
    annotations: { n: 'any' },
  };
  const raw = route({}, { ...metadata, managedFields: [{ manager: 'kubectl' }], ownerReferences: [] });
  assert.deepEqual(parsed(raw).metadata, metadata);
});

test('a cluster-scoped object has no namespace', () => {
  const raw = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a', namespace: 'b' } };
  const result = parseObject(raw);
  assert.equal(result.kind === 'resource' && result.resource.metadata.namespace, '');
});

test('problems name the object, also where its metadata are wrong', () => {
  const object = { kind: 'HTTPRoute', namespace: 'default', name: 'Bad' };
  const result = parseObject(route({}, { name: 'Bad' }));
  assert.deepEqual(result.kind === 'refused' && result.object, object);
  assert.deepEqual(result.problems[0]?.object, object);
});

/** Not strict: what the object still is. */
test('lenient parsing lets through what has the right type', () => {
  const lenient = parsed(route({ hostnames: ['Not Valid'], rules: [{ filters: [{ type: 'New' }] }] }), false);
  assert.deepEqual(lenient.spec.hostnames, ['Not Valid']);
  assert.equal(lenient.spec.rules[0]?.filters?.[0]?.type, 'New');
});

test('lenient parsing refuses what has the wrong type', () => {
  for (const spec of [undefined, [], { hostnames: 'a' }, { rules: [{ backendRefs: [{}] }] }]) {
    assert.equal(parseObject(route(spec), { strict: false }).kind, 'refused');
  }
});

/** A document, what it is, and the code and path of what is said. */
const IDENTITIES: readonly (readonly [unknown, string, ...string[]])[] = [
  [null, 'notAnObject', 'NotAnObject undefined'],
  ['text', 'notAnObject', 'NotAnObject undefined'],
  [[], 'notAnObject', 'NotAnObject undefined'],
  [{}, 'notAnObject', 'NotAnObject apiVersion'],
  [{ apiVersion: 'v1' }, 'notAnObject', 'NotAnObject kind'],
  [{ apiVersion: 1, kind: 'Service' }, 'notAnObject', 'NotAnObject apiVersion'],
  [{ kind: 'Service', metadata: { name: 'a' } }, 'notAnObject', 'NotAnObject apiVersion'],
  [{ apiVersion: 'apps/v1', kind: 'Deployment' }, 'unknown'],
  [{ apiVersion: 'networking.istio.io/v1', kind: 'Gateway' }, 'unknown'],
  [{ apiVersion: 'inference.networking.k8s.io/v1', kind: 'InferencePool' }, 'unknown'],
  [{ apiVersion: 'v1', kind: 'toString' }, 'unknown'],
  [{ apiVersion: 'gateway.networking.k8s.io/v2', kind: 'HTTPRoute' }, 'refused', 'UnknownVersion apiVersion'],
  [{ apiVersion: 'discovery.k8s.io/v7', kind: 'EndpointSlice' }, 'refused', 'UnknownVersion apiVersion'],
  [{ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HttpRoute' }, 'refused', 'NoSuchKind kind'],
  [{ apiVersion: 'gateway.networking.k8s.io/v1', kind: '__proto__' }, 'refused', 'NoSuchKind kind'],
  [{ apiVersion: 'sluice.dev/v1alpha1', kind: 'DirectRespons' }, 'refused', 'NoSuchKind kind'],
  [{ apiVersion: 'sluice.dev/v1', kind: 'DirectResponse' }, 'refused', 'UnknownVersion apiVersion'],
];

for (const [raw, kind, ...problems] of IDENTITIES) {
  test(`${JSON.stringify(raw)} is ${kind}`, () => {
    const result = parseObject(raw);
    assert.equal(result.kind, kind);
    assert.deepEqual(
      result.problems.map(({ code, path }) => `${code} ${path}`),
      problems,
    );
  });
}

/** Old apiVersion and kind, the new ones, and how loudly it is said. */
const OLD: readonly (readonly [string, string, string, 'info' | 'warning'])[] = [
  ['gateway.networking.k8s.io/v1beta1 GatewayClass', 'gateway.networking.k8s.io/v1', 'GatewayClass', 'info'],
  ['gateway.networking.k8s.io/v1beta1 Gateway', 'gateway.networking.k8s.io/v1', 'Gateway', 'info'],
  ['gateway.networking.k8s.io/v1beta1 HTTPRoute', 'gateway.networking.k8s.io/v1', 'HTTPRoute', 'info'],
  ['gateway.networking.k8s.io/v1beta1 ReferenceGrant', 'gateway.networking.k8s.io/v1', 'ReferenceGrant', 'info'],
  ['gateway.networking.k8s.io/v1alpha2 GatewayClass', 'gateway.networking.k8s.io/v1', 'GatewayClass', 'warning'],
  ['gateway.networking.k8s.io/v1alpha2 Gateway', 'gateway.networking.k8s.io/v1', 'Gateway', 'warning'],
  ['gateway.networking.k8s.io/v1alpha2 HTTPRoute', 'gateway.networking.k8s.io/v1', 'HTTPRoute', 'warning'],
  ['gateway.networking.k8s.io/v1alpha2 GRPCRoute', 'gateway.networking.k8s.io/v1', 'GRPCRoute', 'warning'],
  ['gateway.networking.k8s.io/v1alpha2 TLSRoute', 'gateway.networking.k8s.io/v1', 'TLSRoute', 'warning'],
  ['gateway.networking.k8s.io/v1alpha3 TLSRoute', 'gateway.networking.k8s.io/v1', 'TLSRoute', 'warning'],
  ['gateway.networking.k8s.io/v1alpha2 TCPRoute', 'gateway.networking.k8s.io/v1', 'TCPRoute', 'warning'],
  ['gateway.networking.k8s.io/v1alpha2 UDPRoute', 'gateway.networking.k8s.io/v1', 'UDPRoute', 'warning'],
  ['gateway.networking.k8s.io/v1alpha2 ReferenceGrant', 'gateway.networking.k8s.io/v1', 'ReferenceGrant', 'warning'],
  ['gateway.networking.k8s.io/v1alpha2 ReferencePolicy', 'gateway.networking.k8s.io/v1', 'ReferenceGrant', 'warning'],
  [
    'gateway.networking.k8s.io/v1alpha3 BackendTLSPolicy',
    'gateway.networking.k8s.io/v1',
    'BackendTLSPolicy',
    'warning',
  ],
  ['gateway.networking.x-k8s.io/v1alpha1 XListenerSet', 'gateway.networking.k8s.io/v1', 'ListenerSet', 'warning'],
];

const samples = parseAllDocuments(readFileSync(path.join(import.meta.dirname, 'kinds/samples.yaml'), 'utf8'));
const SAMPLES: readonly Record<string, unknown>[] = samples.map(document => document.toJS());

for (const [written, apiVersion, kind, severity] of OLD) {
  test(`${written} is read as ${kind} of ${apiVersion}`, () => {
    const [oldApiVersion, oldKind] = written.split(' ');
    const sample = SAMPLES.find(one => one.kind === kind);
    const result = parseObject({ ...sample, apiVersion: oldApiVersion, kind: oldKind });
    assert.ok(result.kind === 'resource');
    assert.deepEqual([result.resource.apiVersion, result.resource.kind], [apiVersion, kind]);
    assert.deepEqual(
      result.problems.map(problem => [problem.severity, problem.code, problem.path]),
      [[severity, 'DeprecatedVersion', 'apiVersion']],
    );
    assert.match(result.problems[0]!.fix!, new RegExp(`^apiVersion: ${apiVersion}`));
  });
}

/** Any value there is, in place of one field in forty. */
const junk = fc.anything({
  withBigInt: true,
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withObjectString: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
});

function spoil(value: unknown, draw: () => number, other: () => unknown): unknown {
  if (draw() === 7) return other();
  if (Array.isArray(value)) return value.map(item => spoil(item, draw, other));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, spoil(item, draw, other)]));
}

test('parsing never throws, whatever stands in a field; lenient gives all that strict gives without mending', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...SAMPLES),
      fc.infiniteStream(fc.nat(39)),
      fc.infiniteStream(junk),
      (sample, draws, values) => {
        const raw = spoil(
          sample,
          () => draws.next().value ?? 0,
          () => values.next().value,
        );
        const strict = parseObject(raw);
        const lenient = parseObject(raw, { strict: false });
        const mended = strict.problems.some(problem => problem.code.startsWith('Mended'));
        if (strict.kind === 'resource' && !mended) assert.deepEqual(lenient, strict);
        if (strict.kind === 'refused') assert.ok(strict.problems.some(problem => problem.severity === 'error'));
      },
    ),
    { numRuns: 1500 },
  );
});

test('parsing never throws, whatever the document is', () => {
  fc.assert(
    fc.property(junk, raw => void parseObject(raw)),
    { numRuns: 500 },
  );
});

test('an object that holds itself is refused', () => {
  const raw: Record<string, unknown> = route({ rules: [{ forwardTo: [] }] });
  raw.metadata = { name: 'a', ownerReferences: [raw] };
  assert.equal(parseObject(raw).kind, 'refused');
});
