import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { stringify } from 'yaml';
import { DEPLOY, installFiles } from '../schema/chart/install-files.ts';
import { CONTROLLER_FLAGS } from '../src/cli/flags/controller-flags.ts';
import { parseFlags } from '../src/cli/flags/flags.ts';
import { textsAt, valuesAt } from '../src/cli/get/values-at.ts';
import { manifests, sluice } from './cli-rig.ts';
import { chartFile, type KubeObject, objectsIn, objectsOfChart } from './install/chart.ts';

test('deploy holds what src/install says (node schema/write-crds.ts)', () => {
  const charts = readdirSync(path.join(DEPLOY, 'charts'), { recursive: true, encoding: 'utf8', withFileTypes: true });
  const onDisk = charts.filter(entry => entry.isFile()).map(({ parentPath, name }) => path.join(parentPath, name));
  const files = installFiles();
  assert.deepEqual(
    onDisk.map(file => path.relative(DEPLOY, file)).sort(),
    [...files.keys()].filter(name => name !== 'install.yaml').sort(),
  );
  for (const [name, text] of files) assert.equal(readFileSync(path.join(DEPLOY, name), 'utf8'), text, name);
});

const CHOICES: readonly (readonly [what: string, args: readonly string[], values: KubeObject])[] = [
  ['nothing', [], {}],
  [
    'flags',
    ['--replicas', '3', '--class', 'edge', '--image', 'registry.example/sluice@sha256:abc'],
    {
      replicas: 3,
      gatewayClass: { name: 'edge' },
      image: { reference: 'registry.example/sluice@sha256:abc' },
    },
  ],
  [
    'repository and tag',
    ['--set', 'image.repository=mirror/sluice', '--set', 'image.tag=1.2'],
    {
      image: { repository: 'mirror/sluice', tag: '1.2' },
    },
  ],
  [
    'lists and maps',
    [
      '--set',
      'extraArgs=[--private-names, "--admin=127.0.0.1:9000"]',
      '--set',
      'podLabels={team: "a", "quoted: key": "<&>"}',
      '--set',
      'podAnnotations={a: b}',
      '--set',
      'tolerations=[{key: dedicated, operator: Exists}]',
      '--set',
      'imagePullSecrets=[{name: registry}]',
      '--set',
      'affinity={nodeAffinity: {}}',
      '--set',
      'resources={requests: {cpu: null}, limits: {memory: 1Gi}}',
      '--set',
      'gatewayClass.parametersRef={group: sluice.dev, kind: SluiceProxy, namespace: x, name: y}',
    ],
    {
      extraArgs: ['--private-names', '--admin=127.0.0.1:9000'],
      podLabels: { team: 'a', 'quoted: key': '<&>' },
      podAnnotations: { a: 'b' },
      tolerations: [{ key: 'dedicated', operator: 'Exists' }],
      imagePullSecrets: [{ name: 'registry' }],
      affinity: { nodeAffinity: {} },
      resources: { requests: { cpu: null }, limits: { memory: '1Gi' } },
      gatewayClass: { parametersRef: { group: 'sluice.dev', kind: 'SluiceProxy', namespace: 'x', name: 'y' } },
    },
  ],
  [
    'as little as there can be',
    [
      '--crds',
      'without',
      '--set',
      'gatewayClass.create=false',
      '--set',
      'networkPolicy.create=false',
      '--set',
      'disruptionBudget=false',
      '--set',
      'secretsOfAllNamespaces=false',
      '--set',
      'aggregateRoles=false',
    ],
    {
      crds: false,
      gatewayClass: { create: false },
      networkPolicy: { create: false },
      disruptionBudget: false,
      secretsOfAllNamespaces: false,
      aggregateRoles: false,
    },
  ],
];

for (const [what, args, values] of CHOICES) {
  test(`the chart and the plain YAML are the same objects: ${what}`, async () => {
    const { code, stdout, stderr } = await sluice(['install', '--print', '-n', 'edge-system', ...args]);
    assert.deepEqual([code, stderr], [0, '']);
    const printed = byName(objectsIn(stdout).filter(({ kind }) => kind !== 'Namespace'));
    assert.deepEqual(byName(objectsOfChart({ namespace: 'edge-system', values }).map(withoutPolicy)), printed);
  });
}

/** Helm alone reads it. */
function withoutPolicy(object: KubeObject): KubeObject {
  if (object.kind !== 'CustomResourceDefinition') return object;
  const { annotations: _, ...metadata } = Object(object.metadata);
  return { ...object, metadata };
}

function byName(objects: readonly KubeObject[]): readonly (readonly [name: string, object: KubeObject])[] {
  return objects.map(object => [nameOf(object), object] as const).sort(([a], [b]) => (a < b ? -1 : 1));
}

function nameOf(object: KubeObject): string {
  return [
    ...textsAt(object, 'kind'),
    ...textsAt(object, 'metadata.namespace'),
    ...textsAt(object, 'metadata.name'),
  ].join('/');
}

const DEFAULT = byName(objectsIn(installFiles().get('install.yaml') ?? ''));
const named = (name: string) => DEFAULT.find(([own]) => own === name)?.[1] ?? assert.fail(`no ${name}`);
const CONTROLLER = 'sluice-system/sluice-controller';

test('no object is there twice', () => {
  assert.equal(new Set(DEFAULT.map(([name]) => name)).size, DEFAULT.length);
});

test('what selects pods selects the controllers', () => {
  const labels = valuesAt(named(`Deployment/${CONTROLLER}`), 'spec.template.metadata.labels')[0];
  const selectors = [
    ['Deployment', 'spec.selector.matchLabels'],
    ['Deployment', 'spec.template.spec.topologySpreadConstraints[].labelSelector.matchLabels'],
    ['Service', 'spec.selector'],
    ['PodDisruptionBudget', 'spec.selector.matchLabels'],
    ['NetworkPolicy', 'spec.podSelector.matchLabels'],
  ] as const;
  for (const [kind, path] of selectors) {
    const found = valuesAt(named(`${kind}/${CONTROLLER}`), path);
    assert.ok(found.length > 0, `${kind} ${path}`);
    for (const selector of found) assert.deepEqual({ ...Object(labels), ...Object(selector) }, labels);
  }
});

test('ports that are named are ports of the container', () => {
  const deployment = named(`Deployment/${CONTROLLER}`);
  const known = textsAt(deployment, 'spec.template.spec.containers[].ports[].name');
  const probes = ['startupProbe', 'livenessProbe', 'readinessProbe'];
  const used = [
    ...textsAt(named(`Service/${CONTROLLER}`), 'spec.ports[].targetPort'),
    ...probes.flatMap(probe => textsAt(deployment, `spec.template.spec.containers[].${probe}.httpGet.port`)),
  ];
  assert.equal(used.length, 4);
  for (const port of used) assert.ok(known.includes(port), port);
});

test('bindings give the rights to the account that the pods have', () => {
  const account = textsAt(named(`Deployment/${CONTROLLER}`), 'spec.template.spec.serviceAccountName')[0];
  assert.ok(named(`ServiceAccount/sluice-system/${account}`));
  for (const [binding, role] of [
    ['ClusterRoleBinding/sluice-controller', 'ClusterRole/sluice-controller'],
    ['ClusterRoleBinding/sluice-controller-secrets', 'ClusterRole/sluice-controller-secrets'],
    [`RoleBinding/${CONTROLLER}`, `Role/${CONTROLLER}`],
  ] as const) {
    const { roleRef, subjects } = Object(named(binding));
    assert.ok(named(role));
    assert.equal(`${roleRef.kind}/`, role.replace(/[^/]*$/, '').replace('sluice-system/', ''));
    assert.deepEqual(subjects, [{ kind: 'ServiceAccount', name: account, namespace: 'sluice-system' }]);
  }
});

/** https://kubernetes.io/docs/concepts/security/pod-security-standards/ */
test('the pods fulfil the restricted standard, which the namespace demands', () => {
  assert.equal(
    Object(named('Namespace/sluice-system')).metadata.labels['pod-security.kubernetes.io/enforce'],
    'restricted',
  );
  const pod = valuesAt(named(`Deployment/${CONTROLLER}`), 'spec.template.spec')[0];
  const { securityContext, containers, hostNetwork, volumes } = Object(pod);
  assert.deepEqual([hostNetwork, volumes], [undefined, undefined]);
  assert.equal(securityContext.runAsNonRoot, true);
  assert.deepEqual(securityContext.seccompProfile, { type: 'RuntimeDefault' });
  for (const { securityContext: own } of containers) {
    assert.ok(own.runAsUser > 0);
    assert.deepEqual([own.allowPrivilegeEscalation, own.readOnlyRootFilesystem], [false, true]);
    assert.deepEqual(own.capabilities, { drop: ['ALL'] });
  }
});

test('rules name no verb twice for a resource', () => {
  for (const role of ['ClusterRole/sluice-controller', `Role/${CONTROLLER}`]) {
    const rights = valuesAt(named(role), 'rules[]').flatMap(rightsOf);
    assert.deepEqual(
      rights.filter((right, at) => rights.indexOf(right) !== at),
      [],
      role,
    );
  }
});

function rightsOf(rule: unknown): readonly string[] {
  return textsAt(rule, 'apiGroups[]').flatMap(group =>
    textsAt(rule, 'resources[]').flatMap(resource =>
      textsAt(rule, 'verbs[]').map(verb => `${group}/${resource} ${verb}`),
    ),
  );
}

test('the controller takes the flags that it is given', () => {
  const [command, ...flags] = textsAt(named(`Deployment/${CONTROLLER}`), 'spec.template.spec.containers[].args[]');
  assert.equal(command, 'controller');
  const parsed = parseFlags(CONTROLLER_FLAGS, flags);
  assert.equal(parsed.kind, 'flags', parsed.kind === 'wrong' ? parsed.message : '');
});

function fileOf(t: TestContext, text: string): string {
  return path.join(manifests(t, { 'values.yaml': text }), 'values.yaml');
}

test('a file of values counts before --set', async t => {
  const values = stringify({ replicas: 5, image: { tag: 'x' }, podLabels: { a: 'b' } });
  const args = ['install', '--print', '--values', fileOf(t, values), '--set', 'replicas=7'];
  const { stdout } = await sluice(args);
  const deployment = objectsIn(stdout).find(({ kind }) => kind === 'Deployment');
  assert.deepEqual(textsAt(deployment, 'spec.replicas'), ['7']);
  assert.deepEqual(textsAt(deployment, 'spec.template.spec.containers[].image'), ['sluice/sluice:x']);
  assert.deepEqual(textsAt(deployment, 'spec.template.metadata.labels.a'), ['b']);
});

const REFUSED: readonly (readonly [args: readonly string[], said: RegExp])[] = [
  [[], /needs --print/],
  [['--print', 'x.yaml'], /leave out x\.yaml/],
  [['--print', '-n', 'Bad_Name'], /name of a namespace/],
  [['--print', '--set', 'replicas'], /must be PATH=VALUE/],
  [['--print', '--set', 'replica=2'], /there is no value replica; did you mean replicas\?/],
  [['--print', '--replicas', 'two'], /replicas: must be a whole number/],
  [['--print', '--replicas', '0'], /replicas: must be 1 or more/],
  [['--print', '--class', 'A b'], /gatewayClass\.name: must match/],
  [['--print', '--set', 'podLabels={a: 1}'], /podLabels: must be an object of texts/],
  [['--print', '--set', 'extraArgs=[a'], /extraArgs: must be a list of texts/],
  [['--print', '--set', 'logFormat=xml'], /logFormat: must be text or json/],
  [['--print', '--values', '/no/such/file'], /can't be read \(ENOENT\)/],
];

for (const [args, said] of REFUSED) {
  test(`refuses: install ${args.join(' ')}`, async () => {
    const { code, stdout, stderr } = await sluice(['install', ...args]);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, said);
  });
}

test('a file that is no map of values is refused', async t => {
  for (const [input, said] of [
    ['- a', /must be a map of values, for example replicas: 3/],
    ['{{', /is no valid YAML/],
    ['image: 3', /image: must be an object, for example with reference/],
  ] as const) {
    const { code, stderr } = await sluice(['install', '--print', '--values', fileOf(t, input)]);
    assert.equal(code, 2, stderr);
    assert.match(stderr, said);
  }
});

test('no definition holds what Helm would take for its own', () => {
  for (const name of installFiles().keys()) {
    if (!name.includes('/templates/crds/')) continue;
    const braces = chartFile(name.replace('charts/sluice/', '')).match(/\{\{.*/g) ?? [];
    assert.deepEqual(braces.slice(1), ['{{- if .Values.crds }}', '{{- end }}']);
  }
});

test('texts that YAML 1.1 takes for something else are in quotes: kubectl reads that', async () => {
  const { stdout } = await sluice(['install', '--print', '--set', 'podLabels={enabled: "on", day: "2026-01-01"}']);
  assert.match(stdout, /enabled: "on"\n\s+day: "2026-01-01"\n/);
});

test('docs/install.md tells of every object, and of every right that is not one to read routes', () => {
  const text = readFileSync(path.join(DEPLOY, '..', 'docs', 'install.md'), 'utf8');
  const isTold = (name: string) => text.includes(`\`${name}\``);
  for (const [, object] of DEFAULT) {
    const kind = textsAt(object, 'kind')[0] ?? '';
    const name = textsAt(object, 'metadata.name')[0] ?? '';
    if (kind === 'CustomResourceDefinition') continue;
    assert.ok(isTold(name) || isTold(name.replace('sluice', '')), `${kind} ${name}`);
  }
  for (const role of ['ClusterRole/sluice-controller', `Role/${CONTROLLER}`]) {
    const others = valuesAt(named(role), 'rules[]').filter(
      rule => !/^(gateway|sluice)/.test(textsAt(rule, 'apiGroups[]')[0] ?? ''),
    );
    for (const resource of others.flatMap(rule => textsAt(rule, 'resources[]'))) assert.ok(isTold(resource), resource);
  }
});
