import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFlags } from '../conformance/flags.ts';
import { excuse } from '../conformance/later.ts';
import { roleOf } from '../conformance/memory.ts';
import { type OfficialReport, reportFaults, reportName } from '../conformance/official-report.ts';
import type { Result } from '../conformance/results.ts';
import { testsOf } from '../conformance/suite-tests.ts';
import { judge } from '../conformance/verdict.ts';
import { compareTable } from '../schema/compare-tables.ts';
import type { OpenApi } from '../schema/open-api.ts';
import { judge as judgeObject } from '../schema/verdicts.ts';
import { integer, list, object, optional, text, withDefault } from '../src/resources/schema/build.ts';

const TODAY = 'HTTPRouteWeight';
const PODS = 'GatewayInfrastructureMetadata';
const LATER = 'MeshBasic';
const suiteTest = (Name: string, level = 'core') => ({
  Name,
  Features: ['HTTPRoute'],
  Channels: ['standard'],
  Profiles: [`GATEWAY-HTTP/${level}`],
});
const result = (name: string, word: Result['result']): Result => ({ name, result: word, seconds: 1 });

/** Name of the test, its results, whether the data plane is in the controller, and the verdict. */
const VERDICTS: readonly (readonly [name: string, words: readonly Result['result'][], where: string, kind: string])[] =
  [
    [TODAY, ['PASS', 'PASS'], 'pods', 'ok'],
    [TODAY, ['PASS', 'FAIL'], 'pods', 'miss'],
    [TODAY, ['SKIP'], 'pods', 'miss'],
    [TODAY, ['NONE'], 'in-process', 'miss'],
    [PODS, ['SKIP'], 'pods', 'miss'],
    [PODS, ['SKIP'], 'in-process', 'excused'],
    [LATER, ['FAIL'], 'pods', 'excused'],
    [LATER, ['PASS'], 'pods', 'ok'],
  ];

for (const [name, words, where, kind] of VERDICTS) {
  test(`conformance: ${name} with ${words.join(', ')} (${where}) is ${kind}`, () => {
    const results = words.map(word => result(name, word));
    const verdict = judge(suiteTest(name), results, where === 'in-process');
    assert.equal(verdict.kind, kind);
    assert.equal(/take it out/.test(verdict.note), name === LATER && kind === 'ok');
  });
}

test('conformance: a test that was not even skipped is a miss', () => {
  assert.equal(judge(suiteTest(TODAY), [undefined], false).kind, 'miss');
});

test('conformance: what is asked for decides which tests are expected', () => {
  const all = [suiteTest('B', 'extended'), suiteTest('A', 'extended'), suiteTest('C'), suiteTest('D')];
  const names = (...args: string[]) => testsOf(all, parseFlags(args)).map(({ Name }) => Name);
  assert.deepEqual(names(), ['C', 'D', 'A', 'B']);
  assert.deepEqual(names('--run', '[AC]$'), ['C', 'A']);
  assert.deepEqual(names('--skip-tests', 'A,C'), ['D', 'B']);
  assert.deepEqual(names('--profile', 'GATEWAY-TLS'), []);
  assert.equal(excuse(TODAY, true), undefined);
});

test('conformance: what is in no profile is asked for with all profiles of gateways, that of a mesh is not', () => {
  const none = { ...suiteTest('Between'), Profiles: null };
  const all = [none, { ...none, Name: 'MeshPorts', Features: ['Mesh', 'HTTPRoute'] }];
  const names = (...args: string[]) => testsOf(all, parseFlags(args)).map(({ Name }) => Name);
  assert.deepEqual(names(), ['Between']);
  assert.deepEqual(names('--profile', 'GATEWAY-HTTP'), []);
});

test('conformance: names without a flag belong to --cases', () => {
  assert.deepEqual(parseFlags(['--cases']).cases, []);
  assert.deepEqual(parseFlags(['--cases', 'a', 'b']).cases, ['a', 'b']);
  assert.equal(parseFlags([]).cases, undefined);
  assert.throws(() => parseFlags(['HTTPRouteWeight']), /only --cases/);
});

const score = (word: string) => ({ result: word, statistics: { Failed: 0, Passed: 1, Skipped: 0 } });
const officialReport = (core: string, extended: string, unsupportedFeatures: string[] = []): OfficialReport => ({
  gatewayAPIVersion: 'v1.6.3',
  gatewayAPIChannel: 'experimental',
  mode: 'default',
  implementation: { project: 'sluice', version: 'v0.1.0', url: '' },
  profiles: [{ name: 'HTTP', core: score(core), extended: { ...score(extended), unsupportedFeatures } }],
});

/** The official report and what is wrong with it. */
const REPORTS: readonly (readonly [OfficialReport, ...string[]])[] = [
  [officialReport('success', 'success')],
  [officialReport('partial', 'success'), 'HTTP: core is partial'],
  [officialReport('success', 'failure'), 'HTTP: extended is failure'],
  [officialReport('success', 'success', ['A', 'B']), 'HTTP: unsupported are A, B'],
  [{ ...officialReport('success', 'success', ['A']), gatewayAPIChannel: 'standard' }],
  [{ ...officialReport('success', 'success'), profiles: [] }, 'it has no profile'],
];

for (const [report, ...faults] of REPORTS) {
  test(`conformance: an official report ${faults[0] ?? 'that can be kept'}`, () => {
    assert.deepEqual(reportFaults(report), faults);
    assert.equal(reportName(report), `${report.gatewayAPIChannel}-v0.1.0-default-report.yaml`);
  });
}

test('conformance: our own processes are known by their command', () => {
  const words = ['node', '--max-semi-space-size=4', '/somewhere/src/cli/main.ts'];
  assert.equal(roleOf([...words, 'proxy', '--workers', '1']), 'proxy');
  assert.equal(roleOf([...words, 'controller']), 'controller');
  assert.equal(roleOf([...words, 'check', 'controller']), undefined);
  assert.equal(roleOf(['/bin/kube-controller-manager', 'controller']), undefined);
});

const TABLE = object({
  name: text({ maxLength: 5, pattern: /^a\/b$/ }),
  ports: optional(list(object({ port: integer({ min: 1, max: 9 }) }), { max: 2, unique: ['port'] })),
  weight: withDefault(integer({ min: 0, max: 7 }), 1),
});
const PORTS: OpenApi = {
  type: 'array',
  maxItems: 2,
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['port'],
  items: { type: 'object', required: ['port'], properties: { port: { type: 'integer', minimum: 1, maximum: 9 } } },
};
const FIELDS: Readonly<Record<string, OpenApi>> = {
  name: { type: 'string', maxLength: 5, pattern: '^a/b$' },
  ports: PORTS,
  weight: { type: 'integer', minimum: 0, maximum: 7, default: 1 },
};

/** What a definition says instead, and the difference that must be seen. */
const DIFFERENCES: readonly (readonly [Readonly<Record<string, OpenApi>>, ...string[]])[] = [
  [{}],
  [{ name: { ...FIELDS.name, maxLength: 6 } }, 'name maxLength: ours 5, CRD 6'],
  [{ name: { ...FIELDS.name, pattern: '^a' } }, 'name pattern: ours "^a\\\\/b$", CRD "^a"'],
  [{ name: { ...FIELDS.name, enum: ['x'] } }, 'name enum: ours none, CRD ["x"]'],
  [{ ports: { ...PORTS, 'x-kubernetes-list-type': 'atomic' } }, 'ports list type: ours ["port"], CRD none'],
  [{ ports: { ...PORTS, items: { type: 'string' } } }, 'ports[] type: ours object, CRD text'],
  [{ weight: { ...FIELDS.weight, default: 2 } }, 'weight default: ours 1, CRD 2'],
  [{ weight: { type: 'integer', format: 'int32', minimum: 0, default: 1 } }, 'weight maximum: ours 7, CRD 2147483647'],
  [{ more: { type: 'string' } }, 'more field: ours none'],
];

for (const [changed, ...seen] of DIFFERENCES) {
  test(`schema: ${seen[0] ?? 'the same table and definition'}`, () => {
    const differences: string[] = [];
    const differ = (path: string, what: string) => void differences.push(`${path} ${what}`);
    assert.ok(TABLE.shape.kind === 'object');
    const crd = { type: 'object', required: ['name'], properties: { ...FIELDS, ...changed } };
    compareTable(TABLE.shape, crd, { differ, fewer: false });
    assert.deepEqual(differences, seen);
  });
}

const ROUTE = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name: 'a' } };
const port = 'spec.parentRefs[0].port';
const said = (...fields: string[]) => ({
  status: 422,
  causes: fields.map(field => ({ field, message: 'wrong' })),
  warnings: [],
});

/** The port of a parentRef, what an API server says, and whether that is our verdict too. */
const OBJECTS: readonly (readonly [port: number, answer: Parameters<typeof judgeObject>[1], same: boolean])[] = [
  [80, { status: 201, causes: [], warnings: [] }, true],
  [80, said(port), false],
  [0, { status: 201, causes: [], warnings: [] }, false],
  [0, said(port), true],
  [0, said('spec.parentRefs[0]'), false],
  [0, said(port, 'spec.rules'), false],
  [80, { status: 201, causes: [], warnings: ['unknown field "spec.x"'] }, false],
];

for (const [value, answer, same] of OBJECTS) {
  test(`schema: port ${value} and ${JSON.stringify(answer)} ${same ? 'agree' : 'differ'}`, () => {
    const raw = { ...ROUTE, spec: { parentRefs: [{ name: 'a', port: value }] } };
    const judged = judgeObject({ name: 'port', raw, path: '', partial: false }, answer, () => false);
    assert.equal(judged.disagreement === undefined, same);
  });
}
