import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { main as runMain } from '../src/cli/main.ts';
import { readTestFile } from '../src/testing/index.ts';
import { documents, type Finished, gateway, gatewayClass, manifests, ROOT, route, service, sluice } from './cli-rig.ts';

const GOOD = documents(gatewayClass, gateway(), service('web'), route('web'));

const entry = (name: string, expect: string, url = 'http://h/') =>
  `  - name: ${name}\n    request: { url: '${url}' }\n    expect: ${expect}\n`;

/** A command line in this process. */
async function main(args: readonly string[]): Promise<Finished> {
  const [stdout, stderr]: [string[], string[]] = [[], []];
  const code = await runMain(args, { out: line => stdout.push(`${line}\n`), err: line => stderr.push(`${line}\n`) });
  return { code, stdout: stdout.join(''), stderr: stderr.join('') };
}

/** A folder of manifests, and a file of tests beside it. */
function world(t: TestContext, tests: string, objects = GOOD, name = 'routes.yaml'): string {
  const folder = manifests(t, { 'all.yaml': objects });
  const file = path.join(manifests(t, {}), name);
  writeFileSync(file, `manifests: ['${folder}']\ntests:\n${tests}`);
  return file;
}

const PASSES = entry('web answers', '{ route: web, rule: 0, backend: web:80, status: 200 }');
const FAILS = entry('shop answers', '{ backend: shop:80, status: 200 }');

test('the tests of the quickstart pass', async () => {
  const { code, stdout, stderr } = await sluice(['test', path.join(ROOT, 'examples', 'quickstart-tests.yaml')]);
  assert.equal(stderr, '');
  assert.match(stdout, /^5 tests, 5 passed; 17 assertions in [\d.]+ ms/);
  assert.equal(code, 0);
});

test('a failure says where, what, and what to ask next', async t => {
  const file = world(t, PASSES + FAILS);
  const { code, stdout } = await main(['test', file]);
  const lines = stdout.split('\n');
  assert.equal(lines[0], 'FAIL  shop answers');
  assert.match(lines[1] ?? '', /^ {6}by HTTPRoute\/default\/web rule 0, match 0, .*all\.yaml:\d+: nothing else holds$/);
  assert.deepEqual(lines.slice(2, 5), [
    `      ${file}:8: expect.backend`,
    '        expected  shop:80',
    '        actual    default/web:80',
  ]);
  assert.match(lines[5] ?? '', /^ {6}sluice explain \S+ http:\/\/h\/$/);
  assert.match(lines[6] ?? '', /^2 tests, 1 passed, 1 failed; 6 assertions/);
  assert.equal(code, 1);
});

test('one bad test fails by itself', async t => {
  const file = world(t, entry('typo', '{ rout: web }') + PASSES);
  const { code, stdout } = await main(['test', file]);
  assert.match(
    stdout,
    /FAIL {2}typo\n {6}\S+routes\.yaml:5: tests\[0\]\.expect\.rout: is no key here; did you mean route\?/,
  );
  assert.match(stdout, /2 tests, 1 passed, 1 failed/);
  assert.equal(code, 1);
});

test('manifests with errors are told, and tested all the same', async t => {
  const file = world(
    t,
    entry('it fails', '{ route: web, status: 500 }'),
    documents(gatewayClass, gateway(), route('nobody')),
  );
  const { code, stdout, stderr } = await main(['test', file]);
  assert.match(stderr, /all\.yaml:\d+:\d+: HTTPRoute\/default\/web .*\(BackendNotFound\)/);
  assert.match(stdout, /1 test, 1 passed/);
  assert.equal(code, 0);
});

test('--manifests replaces those of the file', async t => {
  const other = manifests(t, { 'all.yaml': documents(gatewayClass, gateway(), service('shop'), route('shop')) });
  const { code, stdout } = await main(['test', world(t, FAILS), '--manifests', other]);
  assert.match(stdout, /1 passed/);
  assert.equal(code, 0);
});

test('--filter and --bail', async t => {
  const file = world(t, FAILS + PASSES);
  assert.match((await main(['test', file, '--filter', 'web'])).stdout, /^1 test, 1 passed;/);
  assert.match((await main(['test', file, '--bail'])).stdout, /\n1 test, 0 passed, 1 failed;/);
  const nothing = await main(['test', file, '--filter', 'nothing']);
  assert.match(nothing.stderr, /no test has nothing in its name/);
  assert.equal(nothing.code, 2);
});

test('JSON', async t => {
  const file = world(t, PASSES + FAILS);
  const { stdout, code } = await main(['test', file, '--output', 'json']);
  const { tests, summary } = JSON.parse(stdout);
  assert.equal(code, 1);
  assert.deepEqual({ ...summary, milliseconds: 0 }, { tests: 2, passed: 1, failed: 1, assertions: 6, milliseconds: 0 });
  assert.deepEqual(tests[1].mismatches, [{ field: 'expect.backend', expected: 'shop:80', actual: 'default/web:80' }]);
  assert.equal(tests[1].line, 6);
  assert.equal(tests[1].answers[0].route, 'HTTPRoute/default/web');
  assert.equal(tests[1].answers[0].status, 200);
});

test('JUnit, with everything escaped', async t => {
  const file = world(t, entry(`'<a> & "b"'`, `{ location: "\\u0001<", status: 200 }`) + PASSES);
  const { stdout, code } = await main(['test', file, '--output', 'junit']);
  assert.equal(code, 1);
  assert.match(
    stdout,
    /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites name="sluice test" tests="2" failures="1"/,
  );
  assert.match(stdout, /<testcase name="&lt;a&gt; &amp; &quot;b&quot;" classname="\S+" file="\S+" line="3" time="/);
  assert.match(stdout, /<failure message="expect\.location: expected \ufffd&lt;, actual \(absent\)" type="Mismatch">/);
  assert.match(stdout, /<testcase name="web answers" [^>]*\/>\n {2}<\/testsuite>\n<\/testsuites>\n$/);
});

test('a module gives what defineTest made', async t => {
  const file = world(t, '', GOOD, 'routes.ts');
  const folder = manifests(t, { 'all.yaml': GOOD });
  const library = path.join(ROOT, 'src', 'testing', 'index.ts');
  writeFileSync(
    file,
    `import { defineTest } from '${library}';
const tests: { request: { url: string }; expect: { backend: string } }[] = [{ request: { url: 'http://h/' }, expect: { backend: 'web:80' } }];
export default defineTest({ manifests: ['${folder}'], tests });
`,
  );
  const { stdout, stderr, code } = await main(['test', file]);
  assert.equal(stderr, '');
  assert.match(stdout, /^1 test, 1 passed;/);
  assert.equal(code, 0);
});

test('standard input', async t => {
  const folder = manifests(t, { 'all.yaml': GOOD });
  const { code } = await sluice(['test', '-', '--manifests', folder], { input: `tests:\n${PASSES}` });
  assert.equal(code, 0);
});

/** What can't be read: file name, its text, what is said. */
const UNREADABLE: readonly (readonly [name: string, text: string, message: RegExp])[] = [
  ['a.yaml', 'tests:\n  - {', /a\.yaml:2:\d+: a \{ or \[ above is not closed/],
  ['a.yaml', 'test: []', /a\.yaml:1:1: test: is no key here; did you mean tests\?/],
  ['a.yaml', `tests:\n${PASSES}`, /a\.yaml: names no manifests/],
  ['a.yaml', `manifests: [nowhere]\ntests:\n${PASSES}`, /a\.yaml: \S+nowhere: no such file or directory/],
  ['a.mjs', 'export const a = 1', /a\.mjs: has no default export/],
  ['a.mjs', 'export default { tests: [] }', /a\.mjs:1:1: tests: must hold at least one test/],
  ['a.mjs', "throw new Error('broken')", /a\.mjs: broken/],
  ['a.mjs', "import './nowhere.mjs'", /a\.mjs: no such file, or it imports one that is not there/],
];

for (const [name, text, message] of UNREADABLE) {
  test(`${name} that says ${JSON.stringify(text.slice(0, 30))} is told`, async t => {
    const folder = manifests(t, { [name]: text });
    const { code, stderr } = await main(['test', path.join(folder, name)]);
    assert.match(stderr, message);
    assert.doesNotMatch(stderr, / at .*:\d+:\d+\)/);
    assert.equal(code, 2);
  });
}

test('what is on the command line', async t => {
  const file = world(t, PASSES);
  const wrong: readonly (readonly [args: readonly string[], message: RegExp])[] = [
    [[], /needs at least one FILE/],
    [['nowhere.yaml'], /nowhere\.yaml: no such file/],
    [[file, '--kube', '--manifests', 'x'], /leave out --manifests/],
    [[file, '--output', 'xml'], /must be text or json or junit/],
    [[file, '--manifest', 'x'], /did you mean --manifests/],
  ];
  for (const [args, message] of wrong) {
    const { code, stderr } = await main(['test', ...args]);
    assert.match(stderr, message);
    assert.equal(code, 2);
  }
});

test('the examples of docs/testing.md are suites without faults', () => {
  const doc = readFileSync(path.join(ROOT, 'docs', 'testing.md'), 'utf8');
  const blocks = [...doc.matchAll(/```yaml\n(.*?)```/gs)]
    .map(match => match[1] ?? '')
    .filter(text => /^tests:/m.test(text));
  assert.equal(blocks.length, 1);
  for (const block of blocks) {
    const { faults, tests } = readTestFile(block, 'testing.md');
    assert.deepEqual([...faults, ...tests.flatMap(each => each.faults)], []);
  }
});
