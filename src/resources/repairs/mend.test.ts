import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { type Parsed, parseObject } from '../parse.ts';

interface Case {
  readonly name: string;
  readonly written: string;
  /** What is said, as severity, code and path. */
  readonly said: readonly string[];
  /** The `spec` that is read; absent where the object is refused. */
  readonly spec?: string;
  /** What some fix must hold. */
  readonly fix?: RegExp;
}

const CASES: readonly Case[] = [
  {
    name: 'a route of v1alpha1 without apiVersion, as a sketch of the old API prints it',
    written: `
      kind: HTTPRoute
      metadata: { name: foo, namespace: foo }
      spec: { rules: [{ matches: [{ path: /bar }], forwardTo: { backend: [{ name: bar, namespace: bar }] } }] }`,
    said: [
      'warning MendedApiVersion apiVersion',
      'warning MendedPath spec.rules[0].matches[0].path',
      'warning MendedForwardTo spec.rules[0]',
    ],
    spec: `
      rules:
        - matches: [{ path: { type: PathPrefix, value: /bar } }]
          backendRefs: [{ group: "", kind: Service, name: bar, namespace: bar, port: 80, weight: 1 }]`,
    fix: /backendRefs:\n\s+- name: bar\n\s+namespace: bar\n\s+port: 80/,
  },
  {
    name: 'forwardTo with serviceName, header values and path type Prefix, of the real v1alpha1',
    written: `
      apiVersion: networking.x-k8s.io/v1alpha1
      kind: HTTPRoute
      metadata: { name: a }
      spec:
        rules:
          - matches: [{ path: { type: Prefix, value: /a }, headers: { type: Exact, values: { x: "1" } } }]
            forwardTo: [{ serviceName: s, port: 80, weight: 3 }]`,
    said: [
      'warning MendedApiVersion apiVersion',
      'warning MendedPathType spec.rules[0].matches[0].path.type',
      'warning MendedHeaders spec.rules[0].matches[0].headers',
      'warning MendedForwardTo spec.rules[0]',
    ],
    spec: `
      rules:
        - matches:
            - { path: { type: PathPrefix, value: /a }, headers: [{ type: Exact, name: x, value: "1" }] }
          backendRefs: [{ group: "", kind: Service, name: s, port: 80, weight: 3 }]`,
    fix: /^apiVersion: gateway.networking.k8s.io\/v1\nkind: HTTPRoute\n/,
  },
  {
    name: 'a grant whose group has its words in another order',
    written: `
      kind: ReferenceGrant
      metadata: { name: bar, namespace: bar }
      spec:
        from: [{ group: networking.gateway.k8s.io, kind: HTTPRoute, namespace: foo }]
        to: [{ group: core, kind: Service }]`,
    said: [
      'warning MendedApiVersion apiVersion',
      'warning MendedGroup spec.from[0].group',
      'warning MendedGroup spec.to[0].group',
    ],
    spec: `
      from: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: foo }]
      to: [{ group: "", kind: Service }]`,
    fix: /group: gateway\.networking\.k8s\.io\n/,
  },
  {
    name: 'a mesh route whose parent is a Service of the group core',
    written: `
      kind: HTTPRoute
      metadata: { name: smiley-route, namespace: faces }
      spec:
        parentRefs: [{ name: smiley, kind: Service, group: core, port: 80 }]
        rules: [{ timeouts: { request: 100ms } }]`,
    said: ['warning MendedApiVersion apiVersion', 'warning MendedGroup spec.parentRefs[0].group'],
    spec: `
      parentRefs: [{ group: "", kind: Service, name: smiley, port: 80 }]
      rules: [{ matches: [{ path: { type: PathPrefix, value: / } }], timeouts: { request: 100ms } }]`,
    fix: /group: ""/,
  },
  {
    name: 'a version as part of a group',
    written: `
      apiVersion: gateway.networking.k8s.io/v1
      kind: BackendTLSPolicy
      metadata: { name: a }
      spec:
        targetRefs: [{ group: gateway.networking.k8s.io/v1alpha2, kind: HTTPRoute, name: foo }]
        validation: { hostname: a, wellKnownCACertificates: System }`,
    said: ['warning MendedGroup spec.targetRefs[0].group'],
    spec: `
      targetRefs: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, name: foo }]
      validation: { hostname: a, wellKnownCACertificates: System }`,
  },
  {
    name: 'a route in the group of experiments, with a policy for CORS',
    written: `
      apiVersion: gateway.networking.x-k8s.io/v1alpha1
      kind: HTTPRoute
      metadata: { name: cors-example }
      spec:
        rules:
          - filters:
              - type: ExtensionRef
                extensionRef: { group: gateway.networking.x-k8s.io, kind: CORSPolicy, name: cors-policy }
            backendRefs: [{ name: api-service, port: 8080 }]`,
    said: ['warning MendedApiVersion apiVersion', 'warning NoSuchKind spec.rules[0].filters[0].extensionRef'],
    spec: `
      rules:
        - matches: [{ path: { type: PathPrefix, value: / } }]
          filters:
            - type: ExtensionRef
              extensionRef: { group: gateway.networking.x-k8s.io, kind: CORSPolicy, name: cors-policy }
          backendRefs: [{ group: "", kind: Service, name: api-service, port: 8080, weight: 1 }]`,
    fix: /type: CORS\n\s+cors:\n\s+allowOrigins:/,
  },
  {
    name: 'a policy for CORS is refused with the filter that says the same',
    written: `
      apiVersion: gateway.networking.x-k8s.io/v1alpha1
      kind: CORSPolicy
      metadata: { name: cors-policy }
      spec: { allowOrigins: ["https://example.com"], allowMethods: [GET], allowCredentials: true, maxAge: "24h" }`,
    said: ['error NoSuchKind kind'],
    fix: /allowOrigins:\n\s+- https:\/\/example.com\n[\s\S]*maxAge: 86400\n/,
  },
  {
    name: 'a retry budget in the words of the release notes',
    written: `
      apiVersion: gateway.networking.x-k8s.io/v1alpha1
      kind: XBackendTrafficPolicy
      metadata: { name: retry-budget }
      spec:
        targetRefs: [{ group: "", kind: Service, name: api-service }]
        retry: { attempts: 3, backoff: 1s, budget: { percentage: 20, interval: 10s } }`,
    said: ['warning MendedRetryBudget spec'],
    spec: `
      targetRefs: [{ group: "", kind: Service, name: api-service }]
      retryConstraint: { budget: { percent: 20, interval: 10s }, minRetryRate: { count: 10, interval: 1s } }`,
    fix: /retryConstraint:\n\s+budget:\n\s+percent: 20\n/,
  },
  {
    name: 'an XListenerSet that does not say to whom it adds',
    written: `
      apiVersion: gateway.networking.x-k8s.io/v1alpha1
      kind: XListenerSet
      metadata: { name: shared-listeners, namespace: gateway-system }
      spec: { listeners: [{ name: http, port: 80, protocol: HTTP }] }`,
    said: ['warning DeprecatedVersion apiVersion', 'error Required spec.parentRef'],
    fix: /kind: ListenerSet/,
  },
  {
    name: 'an InferencePool in a group where it never was',
    written: `
      apiVersion: gateway.networking.x-k8s.io/v1alpha1
      kind: InferencePool
      metadata: { name: llama2-pool }
      spec: { deployment: { replicas: 3 } }`,
    said: ['error NoSuchKind kind'],
    fix: /^apiVersion: inference.networking.k8s.io\/v1\nkind: InferencePool\nmetadata:\n {2}name: llama2-pool\n/,
  },
  {
    name: 'an InferenceModel, which is gone',
    written: `
      apiVersion: gateway.networking.x-k8s.io/v1alpha1
      kind: InferenceModel
      metadata: { name: llama2-7b }
      spec: { poolRef: { name: llama2-pool } }`,
    said: ['error NoSuchKind kind'],
    fix: /kind: InferenceObjective\n[\s\S]*name: llama2-pool/,
  },
  {
    name: 'percent of a mirror in the filter, in the rule and in the backendRef',
    written: `
      apiVersion: gateway.networking.k8s.io/v1
      kind: HTTPRoute
      metadata: { name: a }
      spec:
        rules:
          - filters: [{ type: RequestMirror, percent: 10, requestMirror: { backendRef: { name: s, port: 1 } } }]
          - percent: 20
            filters: [{ type: RequestMirror, requestMirror: { backendRef: { name: s, port: 1 } } }]
          - filters: [{ type: RequestMirror, requestMirror: { backendRef: { name: s, port: 1, percent: 30 } } }]`,
    said: [
      'warning MendedMirrorPercent spec.rules[1]',
      'warning MendedMirrorPercent spec.rules[0].filters[0]',
      'warning MendedMirrorPercent spec.rules[2].filters[0].requestMirror',
    ],
    spec: `
      rules:
${[10, 20, 30]
  .map(
    percent => `
        - matches: [{ path: { type: PathPrefix, value: / } }]
          filters:
            - type: RequestMirror
              requestMirror: { backendRef: { group: "", kind: Service, name: s, port: 1 }, percent: ${percent} }`,
  )
  .join('')}`,
    fix: /percent: 10/,
  },
  {
    name: 'percent of the rule with two mirrors is nobody’s',
    written: `
      apiVersion: gateway.networking.k8s.io/v1
      kind: HTTPRoute
      metadata: { name: a }
      spec:
        rules:
          - percent: 20
            filters:
              - { type: RequestMirror, requestMirror: { backendRef: { name: s, port: 1 } } }
              - { type: RequestMirror, requestMirror: { backendRef: { name: t, port: 1 } } }`,
    said: ['warning UnknownField spec.rules[0].percent'],
    spec: `
      rules:
        - matches: [{ path: { type: PathPrefix, value: / } }]
          filters:
            - { type: RequestMirror, requestMirror: { backendRef: { group: "", kind: Service, name: s, port: 1 } } }
            - { type: RequestMirror, requestMirror: { backendRef: { group: "", kind: Service, name: t, port: 1 } } }`,
  },
  {
    name: 'fields that v1alpha1 and sketches call otherwise',
    written: `
      apiVersion: gateway.networking.k8s.io/v1
      kind: HTTPRoute
      metadata: { name: a }
      spec: { parentRef: { name: g }, hostname: a.example.com }`,
    said: ['warning MendedField spec', 'warning MendedField spec'],
    spec: `
      parentRefs: [{ group: gateway.networking.k8s.io, kind: Gateway, name: g }]
      hostnames: [a.example.com]
      rules: [{ matches: [{ path: { type: PathPrefix, value: / } }] }]`,
  },
  {
    name: 'a BackendTLSPolicy of v1alpha2',
    written: `
      apiVersion: gateway.networking.k8s.io/v1alpha2
      kind: BackendTLSPolicy
      metadata: { name: a }
      spec:
        targetRef: { group: "", kind: Service, name: s }
        tls: { hostname: a, wellKnownCACerts: System }`,
    said: ['warning MendedField spec', 'warning MendedField spec', 'warning DeprecatedVersion apiVersion'],
    spec: `
      targetRefs: [{ group: "", kind: Service, name: s }]
      validation: { hostname: a, wellKnownCACertificates: System }`,
  },
  {
    name: 'a GatewayClass of v1alpha1',
    written: `
      apiVersion: networking.x-k8s.io/v1alpha1
      kind: GatewayClass
      metadata: { name: a }
      spec: { controller: example.com/a }`,
    said: ['warning MendedApiVersion apiVersion', 'warning MendedField spec'],
    spec: 'controllerName: example.com/a',
  },
];

function specOf(parsed: Parsed): unknown {
  return parsed.kind === 'resource' && 'spec' in parsed.resource ? parsed.resource.spec : undefined;
}

for (const { name, written, said, spec, fix } of CASES) {
  test(name, () => {
    const parsed = parseObject(parse(written));
    assert.deepEqual(
      parsed.problems.map(({ severity, code, path }) => `${severity} ${code} ${path}`),
      said,
    );
    assert.deepEqual(specOf(parsed), spec && parse(spec));
    if (fix) assert.ok(parsed.problems.some(problem => fix.test(problem.fix ?? '')));
  });
}

for (const { name, written, spec } of CASES.filter(one => one.spec && /Mended/.test(one.said.join()))) {
  test(`the fix says the same, and needs no mending: ${name}`, () => {
    const fix = parseObject(parse(written)).problems.find(({ code }) => code.startsWith('Mended'))?.fix;
    const mended = parseObject(parse(fix ?? ''));
    assert.deepEqual(
      mended.problems.filter(({ code }) => code.startsWith('Mended') || code === 'DeprecatedVersion'),
      [],
    );
    assert.deepEqual(specOf(mended), parse(spec ?? ''));
  });
}

test('an object of another vendor is not mended', () => {
  const istio = { apiVersion: 'networking.istio.io/v1beta1', kind: 'Gateway', metadata: { name: 'a' } };
  assert.deepEqual(parseObject(istio), {
    kind: 'unknown',
    apiVersion: 'networking.istio.io/v1beta1',
    objectKind: 'Gateway',
    problems: [],
  });
});

const HINTED: readonly (readonly [apiVersion: string, kind: string, hint: RegExp])[] = [
  ['networking.k8s.io/v1', 'Ingress', /HTTPRoute/],
  ['gateway.kgateway.dev/v1alpha1', 'DirectResponse', /DirectResponse of sluice\.dev/],
  ['gateway.envoyproxy.io/v1alpha1', 'HTTPRouteFilter', /DirectResponse of sluice\.dev/],
  ['gateway.envoyproxy.io/v1alpha1', 'EnvoyProxy', /SluiceProxy of sluice\.dev/],
  ['gateway.kgateway.dev/v1alpha1', 'GatewayParameters', /SluiceProxy of sluice\.dev/],
  ['gateway.nginx.org/v1alpha2', 'NginxProxy', /SluiceProxy of sluice\.dev/],
];

for (const [apiVersion, kind, hint] of HINTED) {
  test(`${kind} of ${apiVersion} is unknown, with a hint`, () => {
    const parsed = parseObject({ apiVersion, kind, metadata: { name: 'a' } });
    assert.ok(parsed.kind === 'unknown');
    assert.match(parsed.hint ?? '', hint);
  });
}

test('what is right is left as it is', () => {
  const right = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'a' } };
  const spec = { gatewayClassName: 'c', listeners: [{ name: 'l', port: 80, protocol: 'HTTP' }] };
  assert.deepEqual(parseObject({ ...right, spec }).problems, []);
});

test('what an API server has let through is not mended', () => {
  const grant = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'ReferenceGrant',
    metadata: { name: 'a' },
    spec: { from: [{ group: 'x', kind: 'HTTPRoute', namespace: 'b' }], to: [{ group: 'core', kind: 'Service' }] },
  };
  const parsed = parseObject(grant, { strict: false });
  assert.deepEqual(parsed.problems, []);
  assert.deepEqual(specOf(parsed), grant.spec);
});
