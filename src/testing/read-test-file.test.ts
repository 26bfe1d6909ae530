import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readTestFile, readTestModule } from './read-test-file.ts';

const GOOD = `manifests: [k8s]
tests:
  - name: all of it
    request:
      method: POST
      url: 'http://shop.example:8080/cart?x=1'
      headers: { x-version: '2' }
      body: hello
      client: 192.0.2.1
      gateway: infra/main
    expect:
      route: HTTPRoute/shop/cart
      rule: checkout
      ruleName: checkout
      match: 0
      backend: [shop/cart:8080, ServiceImport/shop/far:80, plain]
      status: 200
      headers: { a: b }
      presentHeaders: [c]
      absentHeaders: [d]
      location: /x
      body: ''
      backendSees: { method: POST, path: /, host: h, headers: { e: f }, present: [g], absent: [h] }
`;

test('every key is read', () => {
  const { tests, faults, manifests } = readTestFile(GOOD, 'a.yaml');
  assert.deepEqual([...faults, ...tests.flatMap(each => each.faults)], []);
  assert.deepEqual(manifests, ['k8s']);
  assert.equal(tests[0]?.test?.request.client, '192.0.2.1');
  assert.deepEqual(tests[0]?.test?.expect.backend, ['shop/cart:8080', 'ServiceImport/shop/far:80', 'plain']);
});

/** Test entries, the places of what is wrong with them, and the words. */
const WRONG: readonly (readonly [entry: string, path: string, message: RegExp])[] = [
  [
    "{ request: { url: 'http://h/' }, expect: { rout: a, status: 200 } }",
    'expect.rout',
    /no key here; did you mean route\?/,
  ],
  ["{ request: { url: 'http://h/' } }", 'expect', /required/],
  ["{ request: { url: 'http://h/' }, expect: {} }", 'expect', /expects nothing/],
  ['{ request: { url: h/x }, expect: { status: 200 } }', 'request', /url must be http.*with its scheme/],
  ["{ request: { url: 'http://h/', client: me }, expect: { status: 200 } }", 'request', /client must be an IP address/],
  ["{ request: { url: 'http://h/', method: 'G T' }, expect: { status: 200 } }", 'request.method', /must be a method/],
  [
    "{ request: { url: 'http://h/', headers: { content-length: '1' } }, expect: { status: 200 } }",
    'request.headers',
    /leave it out/,
  ],
  [
    "{ request: { url: 'http://h/', headers: { 'a b': x } }, expect: { status: 200 } }",
    'request.headers',
    /no header name/,
  ],
  ["{ request: { url: 'http://h/', headers: { a: 1 } }, expect: { status: 200 } }", 'request.headers.a', /quotes/],
  ["{ request: { url: 'http://h/', gateway: main }, expect: { status: 200 } }", 'request.gateway', /namespace\/name/],
  ["{ request: { url: 'http://h/' }, expect: { status: 42 } }", 'expect.status', /from 100 to 599/],
  ["{ request: { url: 'http://h/' }, expect: { backend: [] } }", 'expect.backend', /at least 1/],
  ["{ request: { url: 'http://h/' }, expect: { backend: 'a:b' } }", 'expect.backend', /service\[:port\] or none/],
  ["{ request: { url: 'http://h/' }, expect: { route: a/b/c/d } }", 'expect.route', /name of a route/],
  ['nonsense', '', /must be an object/],
];

for (const [entry, path, message] of WRONG) {
  test(`${entry} is refused by itself`, () => {
    const text = `manifests: [k8s]\ntests:\n  - ${entry}\n  - { request: { url: 'http://h/' }, expect: { status: 200 } }\n`;
    const file = readTestFile(text, 'a.yaml');
    const [wrong, right] = file.tests;
    assert.equal(wrong?.test, undefined);
    assert.equal(wrong?.faults[0]?.path, path === '' ? 'tests[0]' : `tests[0].${path}`);
    assert.match(wrong.faults[0].message, message);
    assert.equal(file.locate(wrong.faults[0].path).line, 3);
    assert.ok(right?.test);
    assert.deepEqual(file.faults, []);
  });
}

const NOT_A_SUITE: readonly (readonly [text: string, line: number, message: RegExp])[] = [
  ['', 1, /must be a mapping/],
  ['- a', 1, /must be a mapping/],
  ['manifests: [a]\ntest: []', 2, /no key here; did you mean tests\?/],
  ['manifests: k8s\ntests: [{}]', 1, /must be a list/],
  ['manifests: [a]\ntests: []', 2, /at least one test/],
  ['tests:\n  - {', 2, /closed/],
  ['tests: [{}]\n---\ntests: [{}]', 2, /second document/],
];

for (const [text, line, message] of NOT_A_SUITE) {
  test(`${JSON.stringify(text)} is no suite`, () => {
    const file = readTestFile(text, 'a.yaml');
    assert.match(file.faults[0]?.message ?? '', message);
    assert.equal(file.locate(file.faults[0]?.path ?? '').line, line);
  });
}

test('the marks of a document are no second one', () => {
  const text = "---\n# tests\ntests:\n  - { request: { url: 'http://h/' }, expect: { status: 200 } }\n...\n";
  assert.deepEqual(readTestFile(text, 'a.yaml').faults, []);
});

test('a test without a name is called after its request', () => {
  const text = "tests:\n  - { request: { url: 'http://h/', method: PUT }, expect: { status: 200 } }";
  assert.equal(readTestFile(text, 'a.yaml').tests[0]?.name, 'PUT http://h/');
});

test('whatever a module exports is read or refused', () => {
  const keys = fc.constantFrom('manifests', 'tests', 'request', 'expect', 'url', 'backend', 'headers', 'run', 'x');
  const json = fc.letrec(tie => ({
    value: fc.oneof(fc.anything(), fc.array(tie('value')), fc.dictionary(keys, tie('value'))),
  })).value;
  fc.assert(
    fc.property(json, value => {
      const { tests, faults } = readTestModule(value, 'a.ts');
      assert.ok(faults.length > 0 || tests.length > 0);
      for (const { test: read, faults: own } of tests) assert.equal(read === undefined, own.length > 0);
    }),
    { seed: 7, numRuns: 500 },
  );
});
