import assert from 'node:assert/strict';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { parse } from 'yaml';
import { type ApiServer, startApiServer } from './api-server/index.ts';
import { manifests, sluice } from './cli-rig.ts';

const GROUP = 'gateway.networking.k8s.io/v1';
const CONTROLLER = 'sluice.dev/gateway-controller';

type Fields = Readonly<Record<string, unknown>>;

interface Cluster {
  readonly server: ApiServer;
  /** Runs `sluice status` with these flags against it. */
  status(...flags: readonly string[]): ReturnType<typeof sluice>;
}

async function cluster(t: TestContext, ...objects: readonly Fields[]): Promise<Cluster> {
  const server = await startApiServer();
  t.after(() => server.close());
  for (const { status, ...object } of objects) {
    const { kind, metadata } = server.put(object);
    server.putStatus({ kind, ...metadata }, status ?? {});
  }
  const config = path.join(manifests(t, { config: server.kubeconfig() }), 'config');
  return { server, status: (...flags) => sluice(['status', '--kubeconfig', config, ...flags]) };
}

function condition(type: string, status = 'True', reason = type, message = ''): Fields {
  return { type, status, reason, message, observedGeneration: 1, lastTransitionTime: '2026-06-01T00:00:00Z' };
}

const GOOD = [condition('Accepted'), condition('Programmed'), condition('ResolvedRefs')];

function gatewayClass(name = 'sluice', controllerName = CONTROLLER): Fields {
  const status = { conditions: [condition('Accepted')] };
  return { apiVersion: GROUP, kind: 'GatewayClass', metadata: { name }, spec: { controllerName }, status };
}

interface GatewayOptions {
  readonly className?: string;
  readonly conditions?: readonly Fields[];
  readonly listener?: readonly Fields[];
}

function gateway(
  name: string,
  { className = 'sluice', conditions = GOOD, listener = GOOD }: GatewayOptions = {},
): Fields {
  return {
    apiVersion: GROUP,
    kind: 'Gateway',
    metadata: { name, namespace: 'default', uid: `uid-${name}` },
    spec: { gatewayClassName: className, listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
    status: {
      addresses: [{ type: 'IPAddress', value: '10.1.0.7' }],
      conditions,
      listeners: [{ name: 'http', attachedRoutes: 3, supportedKinds: [], conditions: listener }],
    },
  };
}

function route(name: string, parents: Readonly<Record<string, readonly Fields[]>>, gatewayName = 'web'): Fields {
  const parentRef = { name: gatewayName };
  const said = Object.entries(parents).map(([controllerName, conditions]) => ({
    parentRef,
    controllerName,
    conditions,
  }));
  return {
    apiVersion: GROUP,
    kind: 'HTTPRoute',
    metadata: { name, namespace: 'default' },
    spec: { parentRefs: [parentRef], hostnames: [`${name}.example`], rules: [] },
    status: { parents: said },
  };
}

function deployment(component: string, ready: number, more: Fields = {}): Fields {
  const labels = { 'app.kubernetes.io/name': 'sluice', 'app.kubernetes.io/component': component };
  const isProxy = component === 'proxy';
  const metadata = isProxy
    ? {
        name: 'web-sluice',
        namespace: 'default',
        labels,
        ownerReferences: [{ apiVersion: GROUP, kind: 'Gateway', name: 'web', uid: 'uid-web' }],
      }
    : { name: 'sluice-controller', namespace: 'sluice-system', labels };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: { replicas: 2, template: { spec: { containers: [{ name: 'c', image: 'sluice/sluice:0.1.0' }] } } },
    status: { readyReplicas: ready, ...more },
  };
}

function lease(holderIdentity: string, renewTime = new Date().toISOString()): Fields {
  const metadata = { name: 'sluice.dev-gateway-controller', namespace: 'sluice-system' };
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec: { holderIdentity, renewTime } };
}

const WELL = [
  gatewayClass(),
  gateway('web'),
  route('shop', { [CONTROLLER]: [condition('Accepted'), condition('ResolvedRefs')] }),
  deployment('controller', 2),
  deployment('proxy', 2),
  lease('sluice-controller-abc_123'),
];

test('where all is well, it says what there is, and ends with 0', async t => {
  const { status } = await cluster(t, ...WELL);
  const { code, stdout, stderr } = await status();
  assert.equal(stderr, '');
  assert.match(
    stdout,
    /^Controller sluice-system\/sluice-controller: 2 of 2 ready, sluice\/sluice:0\.1\.0, led by sluice-controller-abc; classes sluice\n/,
  );
  assert.match(stdout, /\nAll are happy\.\n/);
  assert.match(stdout, /\ndefault +web +sluice +10\.1\.0\.7 +2\/2 +True +\S+\n/);
  assert.match(stdout, /\ndefault +web +http +80 +HTTP +\* +3 +True\n/);
  assert.match(stdout, /\ndefault +httproute\/shop +shop\.example +web +True +True\n/);
  assert.equal(code, 0);
});

/** What stands in the cluster besides, or in the place of what stands there, and what is said of it. */
const UNHAPPY: readonly (readonly [what: string, objects: readonly Fields[], said: RegExp])[] = [
  [
    'a Gateway',
    [
      gateway('web', {
        conditions: [condition('Accepted'), condition('Programmed', 'False', 'AddressNotAssigned', 'no address')],
      }),
    ],
    /Unhappy: 1\n {2}Gateway default\/web: Programmed is False \(AddressNotAssigned\)\n {4}no address\n {4}sluice check --explain AddressNotAssigned\n/,
  ],
  [
    'a listener',
    [gateway('web', { listener: [condition('ResolvedRefs', 'False', 'InvalidCertificateRef', 'no Secret x')] })],
    /Gateway default\/web listener http: ResolvedRefs is False \(InvalidCertificateRef\)\n {4}no Secret x\n/,
  ],
  [
    'a listener in conflict, said once for all conditions of one message',
    [
      gateway('web', {
        listener: [
          condition('Accepted', 'False', 'HostnameConflict', 'both want it'),
          condition('Programmed', 'False', 'HostnameConflict', 'both want it'),
          condition('Conflicted', 'True', 'HostnameConflict', 'both want it'),
        ],
      }),
    ],
    /listener http: Accepted, Programmed are False \(HostnameConflict\)\n {4}both want it\n.*\n {2}.*: Conflicted is True \(HostnameConflict\)\n/,
  ],
  [
    'a route at its parent',
    [route('shop', { [CONTROLLER]: [condition('Accepted', 'False', 'NoMatchingParent', 'no listener y')] })],
    /HTTPRoute default\/shop at Gateway web: Accepted is False \(NoMatchingParent\)\n {4}no listener y\n/,
  ],
  [
    'a route of which one proxy can do nothing',
    [
      route('shop', {
        [CONTROLLER]: [...GOOD, condition('sluice.dev/Rejected', 'True', 'RejectedByProxy', 'no such filter')],
      }),
    ],
    /at Gateway web: sluice\.dev\/Rejected is True \(RejectedByProxy\)\n {4}no such filter\n/,
  ],
  [
    'a policy of backends',
    [
      {
        apiVersion: GROUP,
        kind: 'BackendTLSPolicy',
        metadata: { name: 'api', namespace: 'default' },
        spec: {},
        status: {
          ancestors: [
            {
              ancestorRef: { name: 'web', namespace: 'default' },
              controllerName: CONTROLLER,
              conditions: [condition('Accepted', 'False', 'NoValidCACertificate', 'no ConfigMap z')],
            },
          ],
        },
      },
    ],
    /BackendTLSPolicy default\/api at Gateway default\/web: Accepted is False \(NoValidCACertificate\)\n/,
  ],
  [
    'a backend that is a name',
    [
      {
        apiVersion: 'gateway.networking.x-k8s.io/v1alpha1',
        kind: 'XBackend',
        metadata: { name: 'out', namespace: 'default' },
        spec: {},
        status: {
          parents: [
            {
              parentRef: { name: 'web', namespace: 'default' },
              controllerName: CONTROLLER,
              conditions: [condition('ResolvedRefs', 'False', 'RefNotPermitted', 'no grant')],
            },
          ],
        },
      },
    ],
    /XBackend default\/out at Gateway default\/web: ResolvedRefs is False \(RefNotPermitted\)\n/,
  ],
  ['a route that nobody has seen', [route('shop', {})], /HTTPRoute default\/shop: unseen\n {4}its status says nothing/],
  [
    'a Gateway that no controller has taken',
    [
      gateway('web', {
        conditions: [condition('Accepted', 'Unknown', 'Pending', 'Waiting for controller')],
        listener: [],
      }),
    ],
    /Gateway default\/web: unseen\n.*\n {4}kubectl logs -n sluice-system /,
  ],
  [
    'a Gateway of a class that is not there',
    [gateway('lost', { className: 'none', conditions: [], listener: [] })],
    /Gateway default\/lost: unseen/,
  ],
  [
    'proxies',
    [deployment('proxy', 1, { conditions: [{ type: 'Available', status: 'False', message: 'too few' }] })],
    /Deployment default\/web-sluice: 1 of 2 ready\n {4}too few\n {4}kubectl describe pods -n default -l app\.kubernetes\.io\/component=proxy,app\.kubernetes\.io\/instance=web-sluice\n/,
  ],
  [
    'controllers that nobody leads',
    [lease('')],
    /Lease sluice-system\/sluice\.dev-gateway-controller: no leader\n {4}nobody holds it/,
  ],
  [
    'a leader that fell silent',
    [lease('sluice-controller-abc_1', '2026-01-01T00:00:00.000000Z')],
    /sluice-controller-abc_1 holds it and was silent for \d+ s/,
  ],
];

for (const [what, objects, said] of UNHAPPY) {
  test(`unhappy: ${what}`, async t => {
    const { status } = await cluster(t, ...WELL, ...objects);
    const { code, stdout } = await status();
    assert.match(stdout, said);
    assert.equal(code, 1, stdout);
  });
}

test('a status of an older generation is told as such', async t => {
  const { server, status } = await cluster(t, ...WELL);
  server.put({ ...Object(gateway('web')), spec: { gatewayClassName: 'sluice', listeners: [] } });
  const { code, stdout } = await status();
  assert.match(stdout, /Gateway default\/web: outdated\n {4}its status is of an older generation than 2/);
  assert.equal(code, 1);
});

test("another controller's entries count only where its class is asked for", async t => {
  const other = 'example.com/other';
  const bad = [condition('Accepted', 'False', 'NotAllowedByListeners', 'not there')];
  const both = route('shop', { [CONTROLLER]: [condition('Accepted'), condition('ResolvedRefs')], [other]: bad });
  const { status } = await cluster(
    t,
    ...WELL,
    gatewayClass('other', other),
    both,
    gateway('theirs', { className: 'other' }),
  );
  const ours = await status();
  assert.deepEqual([ours.code, /theirs|NotAllowed/.test(ours.stdout)], [0, false], ours.stdout);
  const theirs = await status('--class', 'other');
  assert.equal(theirs.code, 1);
  assert.match(theirs.stdout, /classes other/);
  assert.match(theirs.stdout, /NotAllowedByListeners/);
  assert.doesNotMatch(theirs.stdout, /\ndefault +web +sluice/);
  assert.equal((await status('--controller-name', other)).code, 1);
});

test('for programs: what stands there, and who is unhappy, in JSON and YAML', async t => {
  const bad = route('shop', { [CONTROLLER]: [condition('Accepted', 'False', 'NoMatchingParent', 'no listener y')] });
  const { status } = await cluster(t, ...WELL, bad);
  const { code, stdout } = await status('-o', 'json');
  assert.equal(code, 1);
  const told = JSON.parse(stdout);
  assert.deepEqual(told.unhappy, [
    {
      kind: 'HTTPRoute',
      namespace: 'default',
      name: 'shop',
      part: 'at Gateway web',
      state: 'Accepted is False (NoMatchingParent)',
      message: 'no listener y',
      help: 'sluice check --explain NoMatchingParent',
    },
  ]);
  assert.deepEqual(told.proxies, [
    {
      namespace: 'default',
      name: 'web-sluice',
      ready: 2,
      wanted: 2,
      image: 'sluice/sluice:0.1.0',
      of: 'Gateway default/web',
    },
  ]);
  assert.deepEqual(told.gateways[0].addresses, ['10.1.0.7']);
  assert.deepEqual(parse((await status('-o', 'yaml')).stdout).unhappy, told.unhappy);
});

test('where nothing is installed nobody is called happy', async t => {
  const { server, status } = await cluster(t);
  const { code, stdout } = await status();
  assert.match(stdout, /GatewayClass \*: missing\n +there is none of controller sluice\.dev.* is Sluice installed\?\n/);
  assert.equal(code, 1);
  assert.match((await status('--class', 'edge')).stdout, /GatewayClass edge: missing\n +there is no such class\n/);
  server.forbid('list', 'gatewayclasses');
  const blind = await status();
  assert.match(blind.stderr, /may not list gatewayclasses/);
  assert.doesNotMatch(blind.stdout, /missing/);
});

test('only one namespace', async t => {
  const elsewhere = {
    ...gateway('far', { conditions: [], listener: [] }),
    metadata: { name: 'far', namespace: 'far' },
  };
  const { status } = await cluster(t, ...WELL, elsewhere);
  assert.equal((await status('-n', 'default')).code, 0);
  assert.equal((await status('-A')).code, 1);
});

test('what may not be seen is said, and the rest is told', async t => {
  const { server, status } = await cluster(t, ...WELL);
  server.forbid('list', 'tcproutes');
  server.forbid('get', 'leases');
  const { code, stdout, stderr } = await status();
  assert.match(stderr, /^not seen: tester may not list tcproutes\.gateway\.networking\.k8s\.io\n$/);
  assert.match(stdout, /2 of 2 ready, sluice\/sluice:0\.1\.0; classes sluice/);
  assert.equal(code, 0);
});

test('a large cluster fits on a screen, with the unhappy first', async t => {
  const many = Array.from({ length: 60 }, (_, at) => route(`r-${at}`, { [CONTROLLER]: [condition('Accepted')] }));
  const bad = route('z-bad', { [CONTROLLER]: [condition('Accepted', 'False', 'NoMatchingParent', 'x')] });
  const { status } = await cluster(t, ...WELL, ...many, bad);
  const { stdout } = await status();
  assert.ok(stdout.split('\n').length < 50);
  assert.match(stdout, /RESOLVED\ndefault +httproute\/z-bad .*\n/);
  assert.match(stdout, /… 62 rows in all \(-o wide shows them\)/);
  assert.match((await status('-o', 'wide')).stdout, /httproute\/r-59 /);
});

test('--wait: until all are happy', async t => {
  const { server, status } = await cluster(t, ...WELL, route('late', {}));
  const waiting = status('--wait', '1m');
  const asked = () =>
    server.requests.filter(({ path: asked }) => asked.endsWith('/leases/sluice.dev-gateway-controller'));
  for (const limit = Date.now() + 10_000; asked().length === 0; await pause(5)) assert.ok(Date.now() < limit);
  const ref = { kind: 'HTTPRoute', namespace: 'default', name: 'late' };
  server.putStatus(
    ref,
    Object(route('late', { [CONTROLLER]: [condition('Accepted'), condition('ResolvedRefs')] })).status,
  );
  const { code, stdout } = await waiting;
  assert.match(stdout, /All are happy/);
  assert.equal(code, 0);
});

test('--wait: what there is when the time is over', async t => {
  const { status } = await cluster(t, ...WELL, route('late', {}));
  const { code, stdout } = await status('--wait', '1s');
  assert.match(stdout, /HTTPRoute default\/late: unseen/);
  assert.equal(code, 1);
});

test('it writes nothing', async t => {
  const { server, status } = await cluster(t, ...WELL);
  await status();
  assert.deepEqual(
    server.requests.filter(({ method }) => method !== 'GET'),
    [],
  );
});

const REFUSED: readonly (readonly [flags: readonly string[], said: RegExp])[] = [
  [['x.yaml'], /leave out x\.yaml/],
  [['-n', 'a', '-A'], /leave out either --namespace or --all-namespaces/],
  [['--class', 'a', '--controller-name', 'b/c'], /leave out either --class or --controller-name/],
  [['-o', 'xml'], /must be text or wide or json or yaml/],
];

for (const [flags, said] of REFUSED) {
  test(`refuses: status ${flags.join(' ')}`, async t => {
    const { status } = await cluster(t);
    const { code, stdout, stderr } = await status(...flags);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, said);
  });
}

test('an API server that is not there is 2', async t => {
  const { server, status } = await cluster(t);
  await server.close();
  const { code, stderr } = await status();
  assert.equal(code, 2);
  assert.match(stderr, /^sluice status: can't reach .*: connection refused\n/);
});
