import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { Problem } from '../resources/index.ts';
import { createMemorySource } from './memory-source.ts';
import type { Batch } from './source.ts';

function service(name: string, port: number | string): string {
  return `apiVersion: v1\nkind: Service\nmetadata:\n  name: ${name}\nspec:\n  ports:\n  - port: ${port}\n`;
}

async function started(text = '') {
  const source = createMemorySource();
  const batches: Batch[] = [];
  source.setText('in.yaml', text);
  await source.start(batch => batches.push(batch));
  return {
    source,
    /** Sets the text and gives what the batch after it says: names, with a '-' before those that are gone. */
    async becomes(next: string, file = 'in.yaml'): Promise<readonly string[]> {
      const before = batches.length;
      source.setText(file, next);
      await turn();
      await turn();
      const batch = batches[before];
      assert.ok(batch, 'there is a batch for every change');
      return [...batch.upserts.map(({ metadata }) => metadata.name), ...batch.deletes.map(({ name }) => `-${name}`)];
    },
    first: batches[0],
    latest: () => batches.findLast(({ upserts }) => upserts.length > 0),
  };
}

function brief({ severity, code, path, location }: Problem): string {
  return `${location?.file}:${location?.line}:${location?.column} ${severity} ${code}${path === undefined ? '' : ` ${path}`}`;
}

test('the first batch is everything there is, even nothing', async () => {
  const { first } = await started(service('a', 80));
  assert.deepEqual(
    first?.upserts.map(({ metadata }) => metadata.name),
    ['a'],
  );
  assert.deepEqual((await started()).first?.upserts, []);
});

test('only objects whose content changed are in a batch', async () => {
  const { becomes } = await started(`${service('a', 80)}---\n${service('b', 80)}`);
  assert.deepEqual(await becomes(`# moved down\n${service('a', 80)}---\n${service('b', 81)}`), ['b']);
  assert.deepEqual(await becomes(`${service('b', 81)}---\n${service('a', 80)}`), []);
  assert.deepEqual(await becomes(service('b', '81 # the same')), ['-a']);
});

test('a document that cannot be read keeps its objects, and the others go on', async () => {
  const { source, becomes } = await started(`${service('a', 80)}---\n${service('b', 80)}---\n${service('c', 80)}`);
  assert.deepEqual(await becomes(`${service('a', 81)}---\n${service('b', '[')}---\n${service('c', 82)}`), ['a', 'c']);
  assert.deepEqual(source.problems().map(brief), ['in.yaml:16:1 error InvalidYaml']);
  assert.deepEqual(await becomes(`${service('b', '[')}---\n${service('c', 82)}`), ['-a'], 'a good document may go');
  assert.deepEqual(await becomes(`${service('b', 83)}---\n${service('c', 82)}`), ['b']);
  assert.deepEqual(source.problems(), []);
});

test('two broken documents keep both their objects until each is mended', async () => {
  const { becomes } = await started(`${service('a', 80)}---\n${service('b', 80)}`);
  assert.deepEqual(await becomes(`${service('a', '[')}---\n${service('b', '[')}`), []);
  assert.deepEqual(await becomes(`${service('a', 81)}---\n${service('b', '[')}`), ['a']);
  assert.deepEqual(await becomes(`${service('a', 81)}---\n${service('b', 81)}`), ['b']);
});

test('a marker that is typed only half joins two documents for a while', async () => {
  const { becomes } = await started(`${service('a', 80)}---\n${service('b', 80)}`);
  assert.deepEqual(await becomes(`${service('a', 80)}--\n${service('b', 80)}`), []);
  assert.deepEqual(await becomes(service('a', 80)), ['-b']);
});

test('a refused object keeps its last good version', async () => {
  const { source, becomes } = await started(service('a', 80));
  assert.deepEqual(await becomes(service('a', 99999)), []);
  assert.deepEqual(source.problems().map(brief), ['in.yaml:7:5 error OutOfRange spec.ports[0].port']);
  assert.deepEqual(await becomes(service('a', 'x')), []);
  assert.deepEqual(await becomes(service('b', 80)), ['b', '-a']);
});

function policy(target: string, hostname: string): string {
  const refs = `[{ group: "", kind: Service, name: ${target} }]`;
  const spec = `{ targetRefs: ${refs}, validation: { hostname: ${hostname}, wellKnownCACertificates: System } }`;
  return `apiVersion: gateway.networking.k8s.io/v1\nkind: BackendTLSPolicy\nmetadata: { name: p }\nspec: ${spec}\n`;
}

test('of a policy that is refused the targets count, for they are not to be reached without TLS', async () => {
  const { first, becomes, latest } = await started(policy('a', '5'));
  assert.equal(first?.upserts.length, 1);
  const read = () => {
    const [resource] = latest()?.upserts ?? [];
    assert.ok(resource?.kind === 'BackendTLSPolicy');
    return [resource.spec.targetRefs.map(({ name }) => name).join(), resource.spec.validation.hostname];
  };
  assert.deepEqual(read(), ['a', '']);
  assert.deepEqual(await becomes(policy('b', '6')), ['p']);
  assert.deepEqual(read(), ['b', '']);
  assert.deepEqual(await becomes(policy('b', 'b.example')), ['p']);
  assert.deepEqual(read(), ['b', 'b.example']);
  assert.deepEqual(await becomes(policy('b', '5')), [], 'its last good version stays');
  assert.deepEqual(await becomes(''), ['-p']);
});

test('an object twice: the first counts, and the second takes over when it goes', async () => {
  const { source, becomes } = await started(`${service('a', 80)}---\n${service('a', 81)}`);
  const [problem] = source.problems();
  assert.equal(problem && brief(problem), 'in.yaml:9:1 error DuplicateObject');
  assert.match(problem?.message ?? '', /Service default\/a is already in in\.yaml:1/);
  assert.deepEqual(source.locate({ kind: 'Service', namespace: 'default', name: 'a' })?.line, 1);
  assert.deepEqual(await becomes(service('a', 82), 'other.yaml'), []);
  assert.equal(source.problems().length, 2);
  assert.deepEqual(await becomes(''), ['a']);
  assert.deepEqual(source.problems(), []);
});

test('kinds that Sluice does not read are named once each', async () => {
  const pod = 'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n';
  const { source } = await started([pod, pod, service('a', 80)].join('---\n'));
  assert.deepEqual(source.problems().map(brief), ['in.yaml:2:1 info UnknownKind']);
  assert.match(source.problems()[0]?.message ?? '', /Pod of v1: 2 objects/);
});

test('fields are found in YAML, in JSON and in lists', async () => {
  const list = {
    apiVersion: 'v1',
    kind: 'List',
    items: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'n' } }],
  };
  const { source, becomes } = await started(`# head\n---\n${service('a', 80)}`);
  await becomes(JSON.stringify(list, null, 2), 'list.json');
  const at = (object: { kind: string; namespace: string; name: string }, path?: string) => {
    const location = source.locate(object, path);
    return location && `${location.file}:${location.line}:${location.column}`;
  };
  const a = { kind: 'Service', namespace: 'default', name: 'a' };
  assert.equal(at(a), 'in.yaml:3:1');
  assert.equal(at(a, 'spec.ports[0].port'), 'in.yaml:9:5');
  assert.equal(at(a, 'spec.ports[0].targetPort'), 'in.yaml:9:5', 'the nearest parent that is written');
  assert.equal(at({ kind: 'Namespace', namespace: '', name: 'n' }, 'metadata.name'), 'list.json:9:9');
  assert.equal(at({ kind: 'Namespace', namespace: '', name: 'other' }), undefined);
});

test('objects without a file', async () => {
  const source = createMemorySource();
  const batches: Batch[] = [];
  await source.start(batch => batches.push(batch));
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'n' } };
  source.set(namespace);
  await turn();
  await turn();
  assert.equal(batches[1]?.upserts[0]?.kind, 'Namespace');
  assert.equal(source.locate({ kind: 'Namespace', namespace: '', name: 'n' }), undefined);
  source.delete(namespace);
  await turn();
  await turn();
  assert.equal(batches[2]?.deletes[0]?.name, 'n');
  await source.close();
});

const UNREADABLE: readonly { readonly text: string; readonly says: RegExp; readonly at: string }[] = [
  { text: 'a:\n\tb: 1\n', says: /tab/, at: '2:1' },
  { text: 'a: 1\na: 2\n', says: /already given/, at: '2:1' },
  { text: 'a: [1, 2\nb: 3\n', says: /not closed/, at: '2:1' },
  { text: 'a: "x\n', says: /closing quote/, at: '2:1' },
  { text: 'a: b: c\n', says: /second ': '/, at: '1:4' },
  { text: 'a:\n  b: 1\n c: 2\n', says: /same column/, at: '3:1' },
  { text: 'a: @x\n', says: /quotes/, at: '1:4' },
  { text: 'a: {{ .Values.x }}\n', says: /template/, at: '1:5' },
  { text: 'a: *x\n', says: /no anchor &x/, at: '1:4' },
  { text: '<<: 1\n', says: /merge/, at: '1:1' },
  { text: '{"a": 1 "b": 2}\n', says: /','/, at: '1:7' },
  { text: '[\n'.repeat(5000), says: /nested too deeply/, at: '' },
  { text: 'just words\n', says: /must be an object/, at: '1:1' },
  { text: 'apiVersion: v1\n', says: /kind is missing/, at: '1:1' },
];

for (const { text, says, at } of UNREADABLE) {
  test(`unreadable: ${JSON.stringify(text.slice(0, 24))}`, async () => {
    const { source } = await started(text);
    const [problem, ...more] = source.problems();
    assert.ok(problem && more.length === 0);
    assert.equal(problem.severity, 'error');
    assert.match(problem.message, says);
    if (at !== '') assert.equal(`${problem.location?.line}:${problem.location?.column}`, at);
  });
}

test('aliases that would unfold into gigabytes are refused', async () => {
  const names = 'abcdefghij';
  const lines = [...names].map((name, i) => `${name}: &${name} [${Array(9).fill(i === 0 ? 'x' : `*${names[i - 1]}`)}]`);
  const { source } = await started(lines.join('\n'));
  assert.match(source.problems()[0]?.message ?? '', /aliases unfold/);
});
