import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { KINDS } from '../any-resource.ts';
import { parseObject } from '../parse.ts';
import { changeAt } from '../repairs/repair.ts';
import { parsePath } from '../schema/field-path.ts';

const text = readFileSync(path.join(import.meta.dirname, 'samples.yaml'), 'utf8');
const SAMPLES = new Map(parseAllDocuments(text).map(document => [document.toJS().kind, document.toJS()]));

/** The sample of a kind with one field set; undefined takes it away. */
function sampleWith(kind: string, field: string, value: unknown): unknown {
  const segments = parsePath(field);
  const last = segments.pop()!;
  return changeAt(SAMPLES.get(kind), segments, parent => {
    if (Array.isArray(parent)) return parent.with(Number(last), value);
    const entries = Object.entries(parent as object).filter(([name]) => name !== last);
    return Object.fromEntries(value === undefined ? entries : [...entries, [last, value]]);
  });
}

function verdict(raw: unknown): string[] {
  return parseObject(raw).problems.map(({ code, path }) => `${code} ${path}`);
}

function isDeepFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(isDeepFrozen);
}

for (const { kind } of KINDS) {
  test(`the sample of ${kind} is valid, whether parsing is strict or not, and is frozen`, () => {
    const raw = SAMPLES.get(kind);
    const parsed = parseObject(raw);
    assert.deepEqual(parsed.problems, []);
    assert.ok(parsed.kind === 'resource' && isDeepFrozen(parsed.resource));
    assert.deepEqual(parseObject(raw, { strict: false }), parsed);
  });
}

const long = (length: number) => 'a'.repeat(length);
const many = (length: number, item: (i: number) => unknown) => Array.from({ length }, (_, i) => item(i));
const RULE = 'spec.rules[0]';
const FILTER = `${RULE}.filters`;
const header = (name: string) => ({ name, value: 'x' });
const prefix = { type: 'ReplacePrefixMatch', replacePrefixMatch: '/' };

/** Kind, field, its new value, and every problem that follows (field path after the code). */
const INVALID: readonly (readonly [kind: string, field: string, value: unknown, ...problems: string[]])[] = [
  ['GatewayClass', 'spec', undefined, 'Required spec'],
  ['GatewayClass', 'spec.controllerName', 'nopath', 'InvalidValue spec.controllerName'],
  ['GatewayClass', 'spec.description', long(65), 'TooLong spec.description'],
  ['GatewayClass', 'spec.parametersRef.kind', undefined, 'Required spec.parametersRef.kind'],
  ['Gateway', 'spec.gatewayClassName', '', 'TooShort spec.gatewayClassName'],
  ['Gateway', 'spec.listeners', [], 'TooFew spec.listeners'],
  ['Gateway', 'spec.listeners', { name: 'a' }, 'WrongType spec.listeners'],
  ['Gateway', 'spec.listeners[0].port', 0, 'OutOfRange spec.listeners[0].port'],
  ['Gateway', 'spec.listeners[0].port', 65536, 'OutOfRange spec.listeners[0].port'],
  ['Gateway', 'spec.listeners[0].port', 80.5, 'WrongType spec.listeners[0].port'],
  ['Gateway', 'spec.listeners[0].port', '80', 'WrongType spec.listeners[0].port'],
  ['Gateway', 'spec.listeners[0].name', 'Http', 'InvalidValue spec.listeners[0].name'],
  ['Gateway', 'spec.listeners[0].name', 'https', 'Duplicate spec.listeners[1]'],
  ['Gateway', 'spec.listeners[0].protocol', 'HTTP/', 'InvalidValue spec.listeners[0].protocol'],
  ['Gateway', 'spec.listeners[0].tls', { options: { a: 'b' } }, 'InvalidCombination spec.listeners'],
  ['Gateway', 'spec.listeners[1].tls.mode', 'Passthrough', 'InvalidCombination spec.listeners'],
  ['Gateway', 'spec.listeners[1].tls', {}, 'InvalidCombination spec.listeners[1].tls'],
  ['Gateway', 'spec.listeners[1].tls.mode', 'None', 'UnsupportedValue spec.listeners[1].tls.mode'],
  ['Gateway', 'spec.listeners[2].tls', undefined, 'InvalidCombination spec.listeners'],
  ['Gateway', 'spec.listeners[3].hostname', 'a.b', 'InvalidCombination spec.listeners'],
  ['Gateway', 'spec.listeners[0].hostname', 'a.b:80', 'InvalidValue spec.listeners[0].hostname'],
  ['Gateway', 'spec.listeners[3]', { name: 'again', port: 80, protocol: 'HTTP' }, 'InvalidCombination spec.listeners'],
  [
    'Gateway',
    'spec.listeners[1].allowedRoutes.namespaces.from',
    'Any',
    'UnsupportedValue spec.listeners[1].allowedRoutes.namespaces.from',
  ],
  ['Gateway', 'spec.addresses[0].value', '10.0.0', 'InvalidCombination spec.addresses[0]'],
  ['Gateway', 'spec.addresses[1].value', 'a b', 'InvalidCombination spec.addresses[1]'],
  ['Gateway', 'spec.addresses[2].value', '10.0.0.1', 'InvalidCombination spec.addresses'],
  ['Gateway', 'spec.infrastructure.labels', { '-a': 'b' }, 'InvalidCombination spec.infrastructure.labels'],
  [
    'Gateway',
    'spec.infrastructure.labels',
    { 'example.com/a': 'b c' },
    'InvalidValue spec.infrastructure.labels[example.com/a]',
  ],
  [
    'Gateway',
    'spec.infrastructure.labels',
    Object.fromEntries(many(9, i => [`a${i}`, '']) as [string, string][]),
    'TooMany spec.infrastructure.labels',
  ],
  [
    'Gateway',
    'spec.tls.frontend.perPort',
    [
      { port: 1, tls: {} },
      { port: 1, tls: {} },
    ],
    'Duplicate spec.tls.frontend.perPort[1]',
  ],
  ['ListenerSet', 'spec.parentRef', undefined, 'Required spec.parentRef'],
  ['ListenerSet', 'spec.listeners[0].protocol', 'UDP', 'InvalidCombination spec.listeners'],
  ['HTTPRoute', 'metadata.name', 'Shop', 'InvalidValue metadata.name'],
  ['HTTPRoute', 'metadata.name', undefined, 'Required metadata.name'],
  ['HTTPRoute', 'metadata.labels', { a: true }, 'WrongType metadata.labels.a'],
  ['HTTPRoute', 'metadata.creationTimestamp', 'yesterday', 'InvalidValue metadata.creationTimestamp'],
  ['HTTPRoute', 'metadata.creationTimestamp', '2026-13-31T12:00:00Z', 'InvalidCombination metadata.creationTimestamp'],
  ['HTTPRoute', 'spec.parentRefs[1].sectionName', undefined, 'InvalidCombination spec.parentRefs'],
  ['HTTPRoute', 'spec.parentRefs[1].port', undefined, 'InvalidCombination spec.parentRefs'],
  ['HTTPRoute', 'spec.parentRefs', [{ name: 'a' }, { name: 'a' }], 'InvalidCombination spec.parentRefs'],
  ['HTTPRoute', 'spec.parentRefs[0].port', 0, 'OutOfRange spec.parentRefs[0].port'],
  ['HTTPRoute', 'spec.hostnames[0]', '10.0.0.1:80', 'InvalidValue spec.hostnames[0]'],
  ['HTTPRoute', 'spec.hostnames[1]', '*', 'InvalidValue spec.hostnames[1]'],
  ['HTTPRoute', 'spec.hostnames', many(17, i => `h${i}`), 'TooMany spec.hostnames'],
  ['HTTPRoute', 'spec.rules', [], 'TooFew spec.rules'],
  ['HTTPRoute', 'spec.rules[1].name', 'api', 'InvalidCombination spec.rules'],
  ['HTTPRoute', 'spec.rules', many(3, () => ({ matches: many(43, () => ({})) })), 'InvalidCombination spec.rules'],
  ['HTTPRoute', `${RULE}.matches[0].path.type`, 'Prefixed', `UnsupportedValue ${RULE}.matches[0].path.type`],
  ['HTTPRoute', `${RULE}.matches[0].path.value`, 'api', `InvalidCombination ${RULE}.matches[0].path`],
  ['HTTPRoute', `${RULE}.matches[0].path.value`, '/a//b', `InvalidCombination ${RULE}.matches[0].path`],
  ['HTTPRoute', `${RULE}.matches[0].path.value`, '/a/..', `InvalidCombination ${RULE}.matches[0].path`],
  ['HTTPRoute', `${RULE}.matches[0].path.value`, '/a/./b', `InvalidCombination ${RULE}.matches[0].path`],
  ['HTTPRoute', `${RULE}.matches[0].path.value`, '/a%2fb', `InvalidCombination ${RULE}.matches[0].path`],
  ['HTTPRoute', `${RULE}.matches[0].path.value`, '/a#b', `InvalidCombination ${RULE}.matches[0].path`],
  ['HTTPRoute', `${RULE}.matches[0].path.value`, '/a b', `InvalidCombination ${RULE}.matches[0].path`],
  ['HTTPRoute', `${RULE}.matches[0].path.value`, '/%zz', `InvalidCombination ${RULE}.matches[0].path`],
  ['HTTPRoute', `${RULE}.matches[0].path.value`, `/${long(1024)}`, `TooLong ${RULE}.matches[0].path.value`],
  ['HTTPRoute', `${RULE}.matches[0].method`, 'get', `UnsupportedValue ${RULE}.matches[0].method`],
  ['HTTPRoute', `${RULE}.matches[0].headers[0].name`, 'x canary', `InvalidValue ${RULE}.matches[0].headers[0].name`],
  ['HTTPRoute', `${RULE}.matches[0].headers[0].value`, '', `TooShort ${RULE}.matches[0].headers[0].value`],
  ['HTTPRoute', `${RULE}.matches[0].headers[0].value`, 1, `WrongType ${RULE}.matches[0].headers[0].value`],
  ['HTTPRoute', `${RULE}.matches[0].headers[1].name`, 'x-canary', `Duplicate ${RULE}.matches[0].headers[1]`],
  [
    'HTTPRoute',
    `${RULE}.matches[0].queryParams[0].value`,
    long(1025),
    `TooLong ${RULE}.matches[0].queryParams[0].value`,
  ],
  ['HTTPRoute', `${FILTER}[0].type`, 'HeaderModifier', `UnsupportedValue ${FILTER}[0].type`],
  ['HTTPRoute', `${FILTER}[0].requestHeaderModifier`, undefined, `InvalidCombination ${FILTER}[0]`],
  ['HTTPRoute', `${FILTER}[0].cors`, {}, `InvalidCombination ${FILTER}[0]`],
  [
    'HTTPRoute',
    `${FILTER}[1]`,
    { type: 'RequestHeaderModifier', requestHeaderModifier: {} },
    `InvalidCombination ${FILTER}`,
  ],
  [
    'HTTPRoute',
    `${FILTER}[0].requestHeaderModifier.set`,
    many(17, i => header(`h${i}`)),
    `TooMany ${FILTER}[0].requestHeaderModifier.set`,
  ],
  [
    'HTTPRoute',
    `${FILTER}[0].requestHeaderModifier.set`,
    [header('a'), header('a')],
    `Duplicate ${FILTER}[0].requestHeaderModifier.set[1]`,
  ],
  [
    'HTTPRoute',
    `${FILTER}[0].requestHeaderModifier.remove`,
    ['a', 'a'],
    `Duplicate ${FILTER}[0].requestHeaderModifier.remove[1]`,
  ],
  [
    'HTTPRoute',
    `${FILTER}[0].requestHeaderModifier.set[0].value`,
    'a\r\nb',
    `InvalidValue ${FILTER}[0].requestHeaderModifier.set[0].value`,
  ],
  ['HTTPRoute', `${FILTER}[2].requestMirror.percent`, 5, `InvalidCombination ${FILTER}[2].requestMirror`],
  [
    'HTTPRoute',
    `${FILTER}[2].requestMirror.fraction.numerator`,
    4,
    `InvalidCombination ${FILTER}[2].requestMirror.fraction`,
  ],
  [
    'HTTPRoute',
    `${FILTER}[2].requestMirror.backendRef.port`,
    undefined,
    `InvalidCombination ${FILTER}[2].requestMirror.backendRef`,
  ],
  ['HTTPRoute', `${FILTER}[3].requestMirror.percent`, 101, `OutOfRange ${FILTER}[3].requestMirror.percent`],
  [
    'HTTPRoute',
    `${FILTER}[4].cors.allowOrigins`,
    ['*', 'https://a.b'],
    `InvalidCombination ${FILTER}[4].cors.allowOrigins`,
  ],
  ['HTTPRoute', `${FILTER}[4].cors.allowOrigins[0]`, 'example.com', `InvalidValue ${FILTER}[4].cors.allowOrigins[0]`],
  ['HTTPRoute', `${FILTER}[4].cors.maxAge`, 0, `OutOfRange ${FILTER}[4].cors.maxAge`],
  ['HTTPRoute', `${FILTER}[4].cors.allowCredentials`, 'true', `WrongType ${FILTER}[4].cors.allowCredentials`],
  ['HTTPRoute', `${FILTER}[5].externalAuth.protocol`, 'GRPC', `InvalidCombination ${FILTER}[5].externalAuth`],
  [
    'HTTPRoute',
    `${FILTER}[7].urlRewrite.path.replaceFullPath`,
    undefined,
    `InvalidCombination ${FILTER}[7].urlRewrite.path`,
  ],
  ['HTTPRoute', `${FILTER}[7].urlRewrite.hostname`, '*.a', `InvalidValue ${FILTER}[7].urlRewrite.hostname`],
  ['HTTPRoute', `${FILTER}[7].urlRewrite.path`, prefix, `InvalidCombination ${RULE}`],
  ['HTTPRoute', `${FILTER}[6]`, { type: 'RequestRedirect', requestRedirect: {} }, `InvalidCombination ${FILTER}`],
  ['HTTPRoute', 'spec.rules[1].backendRefs', [{ name: 'a', port: 1 }], 'InvalidCombination spec.rules[1]'],
  ['HTTPRoute', 'spec.rules[1].matches', [{}, {}], 'InvalidCombination spec.rules[1]'],
  ['HTTPRoute', 'spec.rules[1].matches[0].path.type', 'Exact', 'InvalidCombination spec.rules[1]'],
  [
    'HTTPRoute',
    'spec.rules[1].filters[0].requestRedirect.statusCode',
    300,
    'UnsupportedValue spec.rules[1].filters[0].requestRedirect.statusCode',
  ],
  [
    'HTTPRoute',
    'spec.rules[1].filters[0].requestRedirect.scheme',
    'HTTPS',
    'UnsupportedValue spec.rules[1].filters[0].requestRedirect.scheme',
  ],
  ['HTTPRoute', `${RULE}.backendRefs[0].port`, undefined, `InvalidCombination ${RULE}.backendRefs[0]`],
  ['HTTPRoute', `${RULE}.backendRefs[0].weight`, -1, `OutOfRange ${RULE}.backendRefs[0].weight`],
  ['HTTPRoute', `${RULE}.backendRefs[0].weight`, 1_000_001, `OutOfRange ${RULE}.backendRefs[0].weight`],
  ['HTTPRoute', `${RULE}.backendRefs[1].namespace`, 'Other', `InvalidValue ${RULE}.backendRefs[1].namespace`],
  [
    'HTTPRoute',
    `${RULE}.backendRefs[0].filters[0].requestHeaderModifier`,
    undefined,
    `InvalidCombination ${RULE}.backendRefs[0].filters[0]`,
  ],
  [
    'HTTPRoute',
    `${RULE}.backendRefs[0].filters`,
    [{ type: 'URLRewrite', urlRewrite: { path: prefix } }],
    `InvalidCombination ${RULE}`,
  ],
  ['HTTPRoute', `${RULE}.timeouts.request`, '1s', `InvalidCombination ${RULE}.timeouts`],
  ['HTTPRoute', `${RULE}.timeouts.request`, '1.5s', `InvalidValue ${RULE}.timeouts.request`],
  ['HTTPRoute', `${RULE}.timeouts.request`, 10, `WrongType ${RULE}.timeouts.request`],
  [
    'HTTPRoute',
    `${RULE}.retry.codes`,
    [399, 500, 500],
    `OutOfRange ${RULE}.retry.codes[0]`,
    `Duplicate ${RULE}.retry.codes[2]`,
  ],
  [
    'HTTPRoute',
    `${RULE}.sessionPersistence.absoluteTimeout`,
    undefined,
    `InvalidCombination ${RULE}.sessionPersistence`,
  ],
  ['HTTPRoute', `${RULE}.sessionPersistence.type`, 'Header', `InvalidCombination ${RULE}.sessionPersistence`],
  ['GRPCRoute', `${RULE}.matches[0].method`, {}, `InvalidCombination ${RULE}.matches[0].method`],
  ['GRPCRoute', `${RULE}.matches[0].method.service`, 'a/b', `InvalidCombination ${RULE}.matches[0].method`],
  ['GRPCRoute', `${RULE}.matches[0].method.method`, '1', `InvalidCombination ${RULE}.matches[0].method`],
  ['GRPCRoute', `${RULE}.filters[0].type`, 'CORS', `UnsupportedValue ${RULE}.filters[0].type`],
  ['TLSRoute', 'spec.hostnames', undefined, 'Required spec.hostnames'],
  ['TLSRoute', 'spec.hostnames[0]', '10.0.0.1', 'InvalidCombination spec.hostnames'],
  ['TLSRoute', 'spec.rules', [{ backendRefs: [] }], 'TooFew spec.rules[0].backendRefs'],
  ['TCPRoute', 'spec.rules', undefined, 'Required spec.rules'],
  ['TCPRoute', 'spec.rules', many(2, () => ({ backendRefs: [{ name: 'a', port: 1 }] })), 'TooMany spec.rules'],
  ['UDPRoute', `${RULE}.backendRefs[0].port`, undefined, `InvalidCombination ${RULE}.backendRefs[0]`],
  ['ReferenceGrant', 'spec.from', [], 'TooFew spec.from'],
  ['ReferenceGrant', 'spec.from[0].namespace', undefined, 'Required spec.from[0].namespace'],
  ['ReferenceGrant', 'spec.to[0].kind', '', 'TooShort spec.to[0].kind'],
  ['BackendTLSPolicy', 'spec.targetRefs[1].sectionName', undefined, 'InvalidCombination spec.targetRefs'],
  ['BackendTLSPolicy', 'spec.targetRefs[1].sectionName', 'https', 'InvalidCombination spec.targetRefs'],
  ['BackendTLSPolicy', 'spec.validation.wellKnownCACertificates', undefined, 'InvalidCombination spec.validation'],
  [
    'BackendTLSPolicy',
    'spec.validation.subjectAltNames[0].type',
    'URI',
    'InvalidCombination spec.validation.subjectAltNames[0]',
  ],
  [
    'BackendTLSPolicy',
    'spec.validation.subjectAltNames[0].uri',
    'spiffe://a/b',
    'InvalidCombination spec.validation.subjectAltNames[0]',
  ],
  ['BackendTLSPolicy', 'spec.validation.hostname', '*.a', 'InvalidValue spec.validation.hostname'],
  [
    'XBackendTrafficPolicy',
    'spec.targetRefs',
    many(2, () => ({ group: '', kind: 'Service', name: 'a' })),
    'Duplicate spec.targetRefs[1]',
  ],
  [
    'XBackendTrafficPolicy',
    'spec.retryConstraint.budget.interval',
    '500ms',
    'InvalidCombination spec.retryConstraint.budget.interval',
  ],
  [
    'XBackendTrafficPolicy',
    'spec.retryConstraint.minRetryRate.interval',
    '0s',
    'InvalidCombination spec.retryConstraint.minRetryRate.interval',
  ],
  ['XBackend', 'spec.externalHostname', undefined, 'InvalidCombination spec'],
  [
    'XBackend',
    'spec.externalHostname.hostname',
    'a.cluster.local',
    'InvalidCombination spec.externalHostname.hostname',
  ],
  ['XBackend', 'spec.tls.clientCertificateRef', undefined, 'InvalidCombination spec.tls'],
  ['XBackend', 'spec.port.name', 'A', 'InvalidCombination spec.port.name'],
  ['XMesh', 'spec.controllerName', undefined, 'Required spec.controllerName'],
  ['Namespace', 'metadata.name', 'a.b', 'InvalidValue metadata.name'],
  ['Service', 'metadata.name', '1a', 'InvalidValue metadata.name'],
  ['Service', 'spec.ports[0].name', undefined, 'InvalidCombination spec.ports'],
  ['Service', 'spec.ports[0].targetPort', true, 'WrongType spec.ports[0].targetPort'],
  ['Service', 'spec.ports[1]', { name: 'b', port: 80 }, 'Duplicate spec.ports[1]'],
  ['Service', 'spec.type', 'External', 'UnsupportedValue spec.type'],
  ['ServiceImport', 'spec.ports[0].port', undefined, 'Required spec.ports[0].port'],
  ['EndpointSlice', 'addressType', 'ipv4', 'UnsupportedValue addressType'],
  ['EndpointSlice', 'endpoints[0].addresses', [], 'TooFew endpoints[0].addresses'],
  ['EndpointSlice', 'endpoints[0].addresses', ['localhost'], 'InvalidCombination '],
  ['EndpointSlice', 'endpoints[0].addresses', ['::1'], 'InvalidCombination '],
  ['EndpointSlice', 'addressType', 'IPv6', 'InvalidCombination '],
  ['Endpoints', 'subsets[0].addresses[0].ip', 'metadata.internal', 'InvalidCombination subsets[0].addresses[0].ip'],
  ['Endpoints', 'subsets[0].addresses[0].ip', undefined, 'Required subsets[0].addresses[0].ip'],
  ['ConfigMap', 'data', { a: 1 }, 'WrongType data.a'],
  ['Secret', 'data', { 'tls.key': 'not base64!' }, 'InvalidCombination data[tls.key]'],
];

for (const [kind, field, value, ...problems] of INVALID) {
  test(`${kind} with ${field} ${JSON.stringify(value)?.slice(0, 40)} is refused`, () => {
    const raw = sampleWith(kind, field, value);
    assert.deepEqual(verdict(raw), problems);
    assert.equal(parseObject(raw).kind, 'refused');
  });
}

/** Kind, field, its new value: still valid. */
const VALID: readonly (readonly [kind: string, field: string, value: unknown])[] = [
  ['GatewayClass', 'spec.description', '😀'.repeat(64)],
  ['Gateway', 'spec.listeners[0].name', long(253)],
  ['Gateway', 'spec.listeners[1].tls.certificateRefs', undefined],
  ['Gateway', 'spec.listeners[3]', { name: 'other', port: 80, protocol: 'HTTP', hostname: 'other.example.com' }],
  ['HTTPRoute', 'spec.parentRefs', [{ name: 'a' }, { name: 'a', namespace: 'b' }]],
  ['HTTPRoute', `${FILTER}[2].requestMirror.fraction`, { numerator: 3, denominator: 3 }],
  ['HTTPRoute', `${FILTER}[4].cors.allowOrigins`, ['*']],
  ['HTTPRoute', 'spec.parentRefs', undefined],
  ['HTTPRoute', 'spec.hostnames', null],
  ['HTTPRoute', 'metadata.creationTimestamp', null],
  ['HTTPRoute', 'metadata.creationTimestamp', new Date(0)],
  ['HTTPRoute', 'metadata.namespace', ''],
  ['HTTPRoute', 'status', { parents: 'anything' }],
  ['HTTPRoute', `${RULE}.backendRefs`, []],
  ['HTTPRoute', `${RULE}.timeouts.request`, '0s'],
  ['HTTPRoute', `${FILTER}[0].requestHeaderModifier.set`, [header('a'), header('A')]],
  ['HTTPRoute', 'spec.rules[1].matches', undefined],
  ['GRPCRoute', 'spec.rules', undefined],
  ['Service', 'spec', undefined],
  ['EndpointSlice', 'endpoints', null],
  ['CustomResourceDefinition', 'spec', undefined],
  ['CustomResourceDefinition', 'spec', 'anything'],
];

for (const [kind, field, value] of VALID) {
  test(`${kind} with ${field} ${JSON.stringify(value)?.slice(0, 40)} is valid`, () => {
    assert.deepEqual(verdict(sampleWith(kind, field, value)), []);
  });
}

/** A misspelt field, and what the warning suggests. */
const MISSPELT: readonly (readonly [kind: string, field: string, meant: string | undefined])[] = [
  ['HTTPRoute', 'spec.parentrefs', 'parentRefs'],
  ['HTTPRoute', 'spec.rules[0].backendRef', 'backendRefs'],
  ['HTTPRoute', `${RULE}.matches[0].header`, 'headers'],
  ['Gateway', 'spec.gatewayclassname', 'gatewayClassName'],
  ['Gateway', 'spec.xyz', undefined],
  ['Gateway', 'specs', 'spec'],
];

for (const [kind, field, meant] of MISSPELT) {
  test(`${kind} with an unknown field ${field} is warned about and served`, () => {
    const parsed = parseObject(sampleWith(kind, field, {}));
    assert.equal(parsed.kind, 'resource');
    assert.deepEqual(
      parsed.problems.map(({ severity, code, path }) => [severity, code, path]),
      [['warning', 'UnknownField', field]],
    );
    assert.equal(/did you mean (\w+)\?/.exec(parsed.problems[0]!.message)?.[1], meant);
  });
}

test('what is not read is not kept', () => {
  const parsed = parseObject(SAMPLES.get('CustomResourceDefinition'));
  assert.ok(parsed.kind === 'resource');
  assert.deepEqual(Object.keys(parsed.resource), ['apiVersion', 'kind', 'metadata']);
});

test('messages about a Secret never quote its values', () => {
  const raw = sampleWith('Secret', 'data', { 'tls.key': 'hunter2!', other: 1234567 });
  assert.doesNotMatch(JSON.stringify(parseObject(raw).problems), /hunter2|1234567/);
});
