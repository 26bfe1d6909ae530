import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { assumedPlacement } from '../../test/translation/assumed-placement.ts';
import { CERTIFICATE, CERTIFICATE_OF_ANOTHER_KEY, KEY } from '../../test/translation/certificate.ts';
import { take } from '../../test/translation/standing-units.ts';
import {
  certificateGrant,
  configMap,
  definition,
  directResponse,
  gateway,
  gatewayClass,
  grant,
  listenerSet,
  type Manifest,
  namespace,
  policy,
  route,
  routeOf,
  secret,
  service,
  serviceImport,
  sluiceProxy,
  upsert,
  xBackend,
} from '../../test/translation/world.ts';
import { redacted, type Unit, type UnitName } from '../ir/index.ts';
import { commonHostname } from './attach/hostnames.ts';
import { secretsOf } from './secrets-of.ts';
import type { Placement } from './status/placement.ts';
import { createTranslator, type Translator } from './translator.ts';

const oneOf = fc.constantFrom;
const ns = oneOf('default', 'shop');
const hostname = oneOf('*', '*.example.com', 'a.example.com', 'b.example.com', 'x.org');
const key = (...names: readonly string[]) => fc.tuple(ns, oneOf(...names)).map(([space, name]) => `${space}/${name}`);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

const certificateRef = fc.record({ name: oneOf('cert', 'none'), namespace: ns, kind: oneOf('Secret', 'Pod') });

const listener = fc
  .record({
    hostname: maybe(hostname),
    port: oneOf(80, 80, 81, 70000),
    protocol: oneOf('HTTP', 'HTTP', 'HTTP', 'HTTPS', 'TLS', 'TCP', 'UDP', 'example.com/x'),
    from: oneOf('Same', 'All', 'Selector', 'None'),
    team: oneOf('shop', 'blog'),
    kinds: oneOf([], [], [{ kind: 'HTTPRoute' }], [{ kind: 'TCPRoute' }], [{ kind: 'GRPCRoute' }]),
    tls: maybe(
      fc.record({
        mode: oneOf('Terminate', 'Passthrough'),
        certificateRefs: fc.array(certificateRef, { maxLength: 2 }),
        options: maybe(oneOf({ 'sluice.dev/min-version': '1.3' }, { 'sluice.dev/min-version': '0.9' })),
      }),
    ),
  })
  .map(({ from, team, kinds, ...rest }) => ({
    ...rest,
    allowedRoutes: { namespaces: { from, selector: { matchLabels: { team } } }, kinds },
  }));

const parentRef = fc.record(
  {
    kind: oneOf('Gateway', 'Gateway', 'ListenerSet'),
    name: oneOf('gw', 'gw2', 'none'),
    namespace: ns,
    sectionName: oneOf('l0', 'l1'),
    port: oneOf(80, 81),
  },
  { requiredKeys: ['name'] },
);

/** How clients prove who they are, and whose listeners a Gateway takes. */
const validation = maybe(
  fc.record({
    mode: oneOf('AllowValidOnly', 'AllowInsecureFallback'),
    caCertificateRefs: fc.array(
      fc.record({ group: fc.constant(''), kind: oneOf('ConfigMap', 'Pod'), name: oneOf('ca', 'none'), namespace: ns }),
      { minLength: 1, maxLength: 2 },
    ),
  }),
);
const parametersRef = fc.record({
  group: fc.constant('sluice.dev'),
  kind: oneOf('SluiceProxy', 'SluiceProxy', 'SluiceProxy', 'X'),
  name: oneOf('small', 'large', 'none'),
});
const gatewaySpec = fc.record({
  infrastructure: fc.oneof(
    { weight: 4, arbitrary: oneOf(undefined, { labels: { team: 'shop' } }) },
    { weight: 1, arbitrary: fc.record({ parametersRef }) },
  ),
  defaultScope: oneOf('None', 'None', 'All'),
  allowedListeners: fc.record({
    namespaces: fc.record({
      from: oneOf('None', 'Same', 'All', 'All', 'Selector'),
      selector: fc.constant({ matchLabels: { team: 'shop' } }),
    }),
  }),
  tls: maybe(
    fc.record({
      frontend: maybe(
        fc.record({
          default: fc.record({ validation }),
          perPort: maybe(validation.map(each => [{ port: 81, tls: { validation: each } }])),
        }),
      ),
      backend: maybe(certificateRef.map(clientCertificateRef => ({ clientCertificateRef }))),
    }),
  ),
});

const backendRef = fc.record(
  {
    name: oneOf('api', 'web', 'none'),
    port: oneOf(80, 81),
    namespace: ns,
    weight: fc.integer({ min: 0, max: 2 }),
    kind: oneOf('Service', 'Service', 'ServiceImport', 'Pod', 'XBackend'),
    group: oneOf('', '', 'multicluster.x-k8s.io', 'gateway.networking.x-k8s.io'),
  },
  { requiredKeys: ['name'] },
);

/** How a backend proves who it is, or what is no way to. */
const good = oneOf(
  { hostname: 'a.example.com', wellKnownCACertificates: 'System' },
  { hostname: 'a.example.com', caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: 'ca' }] },
);
const junk = fc.record(
  {
    hostname: oneOf('a.example.com', 'a.example.com', '10.0.0.1', ''),
    caCertificateRefs: fc.array(
      fc.record({ group: fc.constant(''), kind: oneOf('ConfigMap', 'ConfigMap', 'Pod'), name: oneOf('ca', 'none') }),
      { maxLength: 2 },
    ),
    wellKnownCACertificates: oneOf('System', 'example.com/roots'),
    subjectAltNames: oneOf([], [{ type: 'URI', uri: 'spiffe://a/b' }], [{ type: 'Email' }], [{ type: 'Hostname' }]),
  },
  { requiredKeys: ['hostname'] },
);
const proof = fc.oneof(good, good, junk);
const outside = fc.record(
  {
    type: fc.constant('ExternalHostname'),
    externalHostname: fc.record({ hostname: oneOf('a.example.com', 'a.b.cluster.local') }),
    port: fc.record({ port: oneOf(80, 81) }),
    protocol: oneOf('HTTP', 'H2C', 'TCP', 'MCP'),
    tls: fc.record(
      {
        mode: oneOf('None', 'ServerOnly', 'ClientAndServer'),
        clientCertificateRef: certificateRef,
        validation: proof,
      },
      { requiredKeys: ['mode'] },
    ),
  },
  { requiredKeys: ['type', 'port'] },
);

const mirror = fc.record({
  type: fc.constant('RequestMirror'),
  requestMirror: fc.record({ backendRef }),
});
const extension = fc.record({
  type: fc.constant('ExtensionRef'),
  extensionRef: fc.record({
    group: oneOf('sluice.dev', 'sluice.dev', 'example.com'),
    kind: oneOf('DirectResponse', 'DirectResponse', 'Magic'),
    name: oneOf('answer', 'none'),
  }),
});
const filter = fc.oneof(
  mirror,
  extension,
  oneOf(
    { type: 'CORS', cors: { allowOrigins: ['https://a.example'] } },
    { type: 'RequestHeaderModifier', requestHeaderModifier: { set: [{ name: 'A', value: 'b' }] } },
    { type: 'URLRewrite', urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/x' } } },
    { type: 'RequestRedirect', requestRedirect: { scheme: 'https' } },
  ),
);

const rule = fc.record(
  {
    matches: fc.array(
      fc.record({
        path: fc.record({ type: oneOf('Exact', 'PathPrefix', 'RegularExpression'), value: oneOf('/', '/a/', '/b(') }),
      }),
      { maxLength: 2 },
    ),
    filters: fc.array(filter, { maxLength: 2 }),
    backendRefs: fc.array(backendRef, { maxLength: 2 }),
    timeouts: fc.record({ request: oneOf('1s', '0s', 'soon') }),
  },
  { requiredKeys: [] },
);

const grpcRule = fc.record(
  {
    matches: fc.array(
      fc.record({
        method: maybe(
          fc.record(
            { type: oneOf('Exact', 'RegularExpression'), service: oneOf('a.B', 'b('), method: oneOf('Get', 'Put') },
            { requiredKeys: ['type', 'method'] },
          ),
        ),
      }),
      { maxLength: 2 },
    ),
    filters: fc.array(fc.oneof(mirror, extension), { maxLength: 1 }),
    backendRefs: fc.array(backendRef, { maxLength: 2 }),
  },
  { requiredKeys: [] },
);

const parents = fc.record(
  { parentRefs: fc.array(parentRef, { maxLength: 3 }), useDefaultGateways: oneOf('All', 'None') },
  { requiredKeys: ['parentRefs'] },
);
const bytes = fc.array(fc.record({ backendRefs: fc.array(backendRef, { minLength: 1, maxLength: 2 }) }), {
  minLength: 1,
  maxLength: 1,
});
const routeName = key('r1', 'r2', 'r3');

/** Those that HTTPRoutes meet at listeners, and those that meet one another there. */
const otherRoute = fc.oneof(
  fc
    .tuple(routeName, parents, fc.array(hostname, { maxLength: 2 }), fc.array(grpcRule, { maxLength: 2 }))
    .map(([at, spec, hostnames, rules]) => routeOf('GRPCRoute', at, { ...spec, hostnames, rules })),
  fc
    .tuple(routeName, parents, fc.array(hostname, { minLength: 1, maxLength: 2 }), bytes)
    .map(([at, spec, hostnames, rules]) => routeOf('TLSRoute', at, { ...spec, hostnames, rules })),
  fc
    .tuple(oneOf('TCPRoute', 'UDPRoute'), routeName, parents, bytes)
    .map(([kind, at, spec, rules]) => routeOf(kind, at, { ...spec, rules })),
);

const aged = (manifest: fc.Arbitrary<Manifest>) =>
  fc.tuple(manifest, maybe(oneOf('2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'))).map(([each, created]) => ({
    ...each,
    metadata: { ...each.metadata, ...(created !== undefined && { creationTimestamp: created }) },
  }));

const SERVICE = fc
  .tuple(
    key('api', 'web'),
    oneOf(80, 81),
    maybe(oneOf('ExternalName')),
    maybe(oneOf('https', 'kubernetes.io/h2c', 'kubernetes.io/wss', 'kubernetes.io/x')),
  )
  .map(([at, port, type, appProtocol]) =>
    service(at, {
      ports: [
        { name: 'a', port, ...(appProtocol !== undefined && { appProtocol }) },
        { name: 'b', port, protocol: 'UDP' },
      ],
      type,
      externalName: 'a.example.com',
    }),
  );
const POLICY = aged(
  fc
    .tuple(key('p1', 'p2', 'p3'), oneOf('api', 'web', 'none'), proof, maybe(oneOf('a', 'b', 'c')))
    .map(([at, target, how, section]) => policy(at, target, how, section)),
);
const OUTSIDE = key('api', 'out').chain(at => outside.map(spec => xBackend(at, spec)));
const AUTHORITIES = key('ca').map(at => configMap(at, { 'ca.crt': CERTIFICATE }));
const CERTIFICATES = fc
  .tuple(key('cert'), oneOf(CERTIFICATE, CERTIFICATE_OF_ANOTHER_KEY, ''))
  .map(([at, certificate]) => secret(at, { 'tls.crt': certificate, 'tls.key': KEY }));

const MANIFEST: fc.Arbitrary<Manifest> = fc.oneof(
  maybe(fc.tuple(parametersRef, ns)).map(tuned =>
    gatewayClass('sluice', tuned ? { parametersRef: { ...tuned[0], namespace: tuned[1] } } : {}),
  ),
  fc
    .tuple(key('small', 'large'), oneOf(undefined, undefined, 'Merged'), oneOf(1, 2, -1))
    .map(([at, mode, replicas]) => sluiceProxy(at, { replicas, ...(mode && { mode }) })),
  fc
    .tuple(key('gw', 'gw2'), fc.array(listener, { minLength: 1, maxLength: 3 }), gatewaySpec)
    .map(([at, list, spec]) => gateway(at, list, spec)),
  aged(
    fc
      .tuple(
        key('gw', 'gw2', 'gw3'),
        fc.array(listener, { minLength: 1, maxLength: 2 }),
        ns,
        oneOf('gw', 'gw2', 'none'),
      )
      .map(([at, list, namespace, name]) => listenerSet(at, list, { parentRef: { namespace, name } })),
  ),
  AUTHORITIES,
  aged(
    fc
      .tuple(routeName, parents, fc.array(hostname, { maxLength: 2 }), fc.array(rule, { minLength: 1, maxLength: 2 }))
      .map(([at, spec, hostnames, rules]) => route(at, { ...spec, hostnames, rules })),
  ),
  aged(otherRoute),
  SERVICE,
  POLICY,
  OUTSIDE,
  key('api', 'web').map(at => serviceImport(at, [80])),
  fc.tuple(key('answer'), oneOf(200, 503, 700)).map(([at, statusCode]) => directResponse(at, { statusCode })),
  fc.tuple(key('g1', 'g2'), ns, maybe(oneOf('api', 'web'))).map(([at, from, to]) => grant(at, from, to)),
  fc.tuple(key('g1', 'g2'), ns, maybe(oneOf('cert'))).map(([at, from, to]) => certificateGrant(at, from, to)),
  fc.tuple(key('g3'), ns).map(([at, from]) => ofSets(certificateGrant(at, from))),
  CERTIFICATES,
  fc
    .tuple(oneOf('gateways', 'httproutes'), oneOf('v1.6.3', 'v1.7.0', 'junk'))
    .map(([plural, version]) => definition(`${plural}.gateway.networking.k8s.io`, version)),
  fc.tuple(ns, oneOf('shop', 'blog')).map(([name, team]) => namespace(name, { team })),
);

/** A grant for ListenerSets instead of Gateways. */
function ofSets(permitting: Manifest): Manifest {
  return JSON.parse(JSON.stringify(permitting).replace('"Gateway"', '"ListenerSet"'));
}

type Event =
  | { readonly kind: 'upsert'; readonly manifest: Manifest }
  | { readonly kind: 'remove'; readonly manifest: Manifest }
  | {
      readonly kind: 'place';
      readonly gateway: string;
      readonly placed: boolean;
      readonly rejections?: Placement['rejections'];
    };

const REJECTED = oneOf<UnitName>(
  { kind: 'Route', name: 'HTTPRoute/default/r1@default/gw' },
  { kind: 'Route', name: 'HTTPRoute/shop/r2@default/gw' },
  { kind: 'Route', name: 'GRPCRoute/default/r1@default/gw' },
  { kind: 'TransportRoute', name: 'TCPRoute/default/r1@default/gw' },
  { kind: 'Listener', name: 'default/gw/l0' },
  { kind: 'Secret', name: 'Secret/default/cert' },
  { kind: 'Backend', name: 'Service/default/api/80' },
  { kind: 'Backend', name: 'Service/shop/web/81' },
);
const rejection = fc.record({ unit: REJECTED, proxy: oneOf('p1', 'p2'), message: oneOf('no', 'never') });

const EVENT: fc.Arbitrary<Event> = fc.oneof(
  { weight: 5, arbitrary: MANIFEST.map((manifest): Event => ({ kind: 'upsert', manifest })) },
  { weight: 2, arbitrary: MANIFEST.map((manifest): Event => ({ kind: 'remove', manifest })) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('place' as const),
      gateway: key('gw', 'gw2'),
      placed: fc.boolean(),
      rejections: fc.array(rejection, { maxLength: 3 }),
    }),
  },
);

function identity({ kind, metadata }: Manifest): string {
  return JSON.stringify([kind, metadata.namespace, metadata.name]);
}

function placementOf({ placed, rejections = [] }: Event & { readonly kind: 'place' }): Placement | undefined {
  return placed ? { ...assumedPlacement, rejections } : undefined;
}

function apply(translator: Translator, event: Event): void {
  if (event.kind === 'upsert') upsert(translator, event.manifest);
  else if (event.kind === 'place') translator.place(event.gateway, placementOf(event));
  else {
    const { kind, metadata } = event.manifest;
    const clusterScoped = ['GatewayClass', 'Namespace', 'CustomResourceDefinition'].includes(kind);
    translator.remove({
      kind,
      namespace: clusterScoped ? '' : String(metadata.namespace),
      name: String(metadata.name),
    });
  }
}

/** What is left to say after all events: the last of each object and of each placement. */
function remaining(events: readonly Event[]): readonly Event[] {
  const last = new Map<string, Event>();
  for (const event of events) {
    last.set(event.kind === 'place' ? `place ${event.gateway}` : identity(event.manifest), event);
    const isGateway = event.kind === 'upsert' && event.manifest.kind === 'Gateway';
    if (!isGateway) continue;
    const { namespace, name } = event.manifest.metadata;
    last.set(`place ${namespace}/${name}`, { kind: 'place', gateway: `${namespace}/${name}`, placed: true });
  }
  const standing = [...last.values()].filter(event => event.kind !== 'remove');
  return [...standing.filter(event => event.kind === 'upsert'), ...standing.filter(event => event.kind === 'place')];
}

function outcome(translator: Translator, units: ReadonlyMap<string, Unit>) {
  return {
    units: Object.fromEntries([...units].sort(([a], [b]) => (a < b ? -1 : 1))),
    statuses: translator.allStatuses(),
    problems: translator.problems(),
    gateways: translator.gateways(),
  };
}

function run(batches: readonly (readonly Event[])[]) {
  const translator = createTranslator();
  const units = new Map<string, Unit>();
  const statuses = new Map<string, unknown>();
  const views = new Map<string, unknown>();
  for (const batch of batches) {
    for (const event of batch) apply(translator, event);
    const output = translator.settle();
    take(units, output.delta);
    for (const name of output.gateways) views.delete(name);
    for (const view of translator.gateways()) {
      const name = `${view.gateway.metadata.namespace}/${view.gateway.metadata.name}`;
      assert.ok(views.get(name) === view || output.gateways.has(name), `${name} changed without a word`);
      views.set(name, view);
    }
    assert.equal(views.size, translator.gateways().length);
    for (const { object, status } of output.statuses) {
      const name = JSON.stringify(object);
      if (status === undefined) statuses.delete(name);
      else statuses.set(name, status);
    }
  }
  const told = translator.allStatuses().map(({ object, status }) => [JSON.stringify(object), status] as const);
  assert.deepEqual(
    new Map([...statuses].sort()),
    new Map([...told].sort()),
    'statuses told in steps are those that stand',
  );
  return outcome(translator, units);
}

const BATCHES = fc.array(fc.array(EVENT, { maxLength: 6 }), { maxLength: 8 });

test('after any batches of events IR, statuses and problems are as if translated from scratch', () => {
  fc.assert(
    fc.property(BATCHES, batches => {
      assert.deepEqual(run(batches), run([remaining(batches.flat())]));
    }),
    { numRuns: 300 },
  );
});

test('the order in which manifests come does not matter', () => {
  fc.assert(
    fc.property(fc.array(MANIFEST, { maxLength: 12 }), fc.nat(), (manifests, turn) => {
      const distinct = [...new Map(manifests.map(each => [identity(each), each])).values()];
      const turned = [
        ...distinct.slice(turn % (distinct.length || 1)),
        ...distinct.slice(0, turn % (distinct.length || 1)),
      ].reverse();
      const events = (list: readonly Manifest[]) => list.map((manifest): Event => ({ kind: 'upsert', manifest }));
      assert.deepEqual(run([events(distinct)]), run([events(turned)]));
    }),
    { numRuns: 200 },
  );
});

/** Worlds in which something is served, and all that is drawn concerns it. */
const near = fc.oneof(
  aged(
    fc
      .tuple(oneOf('p1', 'p2'), oneOf('api', 'api', 'web'), proof, oneOf(undefined, 'a', 'c'))
      .map(([name, target, how, section]) => policy(`default/${name}`, target, how, section)),
  ),
  oneOf(CERTIFICATE, CERTIFICATE, '').map(pem => configMap('default/ca', { 'ca.crt': pem })),
  oneOf(KEY, KEY, '').map(pem => secret('default/cert', { 'tls.crt': CERTIFICATE, 'tls.key': pem })),
  outside.map(spec => xBackend('default/out', spec)),
  oneOf('http', 'https', 'kubernetes.io/h2c').map(appProtocol =>
    service('default/api', { ports: [{ name: 'a', port: 80, appProtocol }] }),
  ),
);
const SERVED = fc
  .tuple(fc.array(near, { minLength: 2, maxLength: 8 }), fc.boolean(), oneOf('HTTPRoute', 'GRPCRoute', 'TCPRoute'))
  .map(([others, shown, kind]): readonly Event[] => {
    const tls = shown ? { backend: { clientCertificateRef: { name: 'cert' } } } : undefined;
    const backendRefs = [
      { name: 'api', port: 80 },
      { group: 'gateway.networking.x-k8s.io', kind: 'XBackend', name: 'out' },
    ];
    const manifests = [
      gatewayClass('sluice'),
      gateway('default/gw', [{ protocol: kind === 'TCPRoute' ? 'TCP' : 'HTTP' }], { tls }),
      routeOf(kind, 'default/r1', { rules: [{ backendRefs }] }),
      service('default/api', { ports: [{ name: 'a', port: 80 }] }),
      ...others,
    ];
    return manifests.map(manifest => ({ kind: 'upsert', manifest }));
  });

test('keys and authorities are there where they are needed, and nowhere else', () => {
  let seen = 0;
  fc.assert(
    fc.property(SERVED, events => {
      const { units, ...said } = run([events]);
      const all = Object.values(units);
      const needed = all.flatMap(unit => (unit.kind === 'Listener' || unit.kind === 'Backend' ? secretsOf(unit) : []));
      const had = all.flatMap(({ kind, name }) => (kind === 'Secret' ? [name] : []));
      seen += had.length;
      assert.deepEqual(had.sort(), [...new Set(needed)].sort());
      const shown = JSON.stringify([said, all.filter(({ kind }) => kind !== 'Secret'), all.map(redacted)]);
      assert.doesNotMatch(shown, /PRIVATE KEY/);
    }),
    { numRuns: 300 },
  );
  assert.ok(seen > 3, `${seen} secrets were needed`);
});

test('nothing goes in the clear to a port that a policy targets', () => {
  let seen = 0;
  fc.assert(
    fc.property(SERVED, events => {
      const standing = remaining(events).flatMap(event => (event.kind === 'upsert' ? [event.manifest] : []));
      const meant = standing.some(({ kind, metadata, spec }) => {
        if (kind !== 'BackendTLSPolicy' || metadata.namespace !== 'default') return false;
        const [target] = (spec as { targetRefs: [{ name: string; sectionName?: string }] }).targetRefs;
        return target.name === 'api' && (target.sectionName ?? 'a') === 'a';
      });
      for (const unit of Object.values(run([events]).units)) {
        if (!meant || unit.kind !== 'Backend' || !unit.name.startsWith('Service/default/api/')) continue;
        assert.ok(unit.tls, unit.name);
        seen++;
      }
    }),
    { numRuns: 300 },
  );
  assert.ok(seen > 3, `${seen} backends were looked at`);
});

test('every route points to listeners and backends that are there', () => {
  fc.assert(
    fc.property(BATCHES, batches => {
      const { units } = run(batches);
      for (const unit of Object.values(units)) {
        if (unit.kind !== 'Route' && unit.kind !== 'TransportRoute') continue;
        for (const { listener, hostnames } of unit.attachments) {
          assert.ok(units[`Listener ${listener}`], listener);
          assert.ok(hostnames.length > 0);
        }
        if (unit.kind === 'TransportRoute') {
          for (const { target } of unit.backends) {
            if (target.kind === 'backend') assert.ok(units[`Backend ${target.backend}`], target.backend);
          }
          continue;
        }
        for (const { action, matches } of unit.rules) {
          assert.ok(matches.length > 0);
          if (action.kind !== 'forward') continue;
          assert.ok(action.backends.some(backend => backend.weight > 0));
          for (const { target } of action.backends) {
            if (target.kind === 'backend') assert.ok(units[`Backend ${target.backend}`], target.backend);
          }
        }
      }
    }),
    { numRuns: 200 },
  );
});

test('no listener has HTTPRoutes and GRPCRoutes with a hostname in common', () => {
  const MIXED = fc.array(
    fc.oneof(
      fc.constant(gateway('gw', [{}, { hostname: '*.example.com' }])),
      aged(
        fc.tuple(routeName, fc.array(hostname, { maxLength: 2 })).map(([at, hostnames]) => route(at, { hostnames })),
      ),
      aged(
        fc
          .tuple(routeName, fc.array(hostname, { maxLength: 2 }))
          .map(([at, hostnames]) => routeOf('GRPCRoute', at, { hostnames, rules: [{}] })),
      ),
    ),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(MIXED, manifests => {
      const { units } = run([manifests.map(manifest => ({ kind: 'upsert', manifest }))]);
      const routes = Object.values(units).filter(unit => unit.kind === 'Route');
      const [calls, requests] = [routes.filter(({ grpc }) => grpc), routes.filter(({ grpc }) => !grpc)];
      const at = (all: typeof routes) => all.flatMap(({ attachments }) => attachments);
      for (const one of at(calls)) {
        for (const other of at(requests).filter(({ listener }) => listener === one.listener)) {
          for (const a of one.hostnames) for (const b of other.hostnames) assert.equal(commonHostname(a, b), undefined);
        }
      }
    }),
    { numRuns: 300 },
  );
});
