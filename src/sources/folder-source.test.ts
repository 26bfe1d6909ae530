import assert from 'node:assert/strict';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { refKey } from '../resources/index.ts';
import { createDirectoryWatch } from './directory-watch.ts';
import { createFolderSource, type FolderSourceOptions } from './folder-source.ts';
import type { Batch, Source } from './source.ts';

function service(name: string, port: number | string = 80): string {
  return `apiVersion: v1\nkind: Service\nmetadata:\n  name: ${name}\nspec:\n  ports:\n  - port: ${port}\n`;
}

function many(...names: readonly string[]): string {
  return names.map(name => service(name)).join('---\n');
}

interface Followed {
  readonly source: Source;
  readonly batches: Batch[];
  /** `name:port` of every Service that is live, sorted. */
  live(): string;
  /** Waits until exactly these Services are live. */
  becomes(expected: string): Promise<void>;
  problem(code: string): Promise<void>;
  /** Every set of live Services there ever was, joined with spaces. */
  readonly history: string[];
  /** The codes of every problem that stood when a batch came. */
  readonly told: ReadonlySet<string>;
}

async function eventually(what: () => string, expected: RegExp | string): Promise<void> {
  const deadline = performance.now() + 4000;
  while (performance.now() < deadline) {
    if (typeof expected === 'string' ? what() === expected : expected.test(what())) return;
    await sleep(2);
  }
  assert.fail(`expected ${expected}, there is ${what()}`);
}

async function follow(t: TestContext, options: FolderSourceOptions, watch = createDirectoryWatch): Promise<Followed> {
  const source = createFolderSource(options, watch);
  t.after(() => source.close());
  const services = new Map<string, string>();
  const batches: Batch[] = [];
  const history: string[] = [];
  const told = new Set<string>();
  const live = () => [...services.values()].sort().join(' ');
  await source.start(batch => {
    batches.push(batch);
    for (const one of batch.upserts) {
      if (one.kind === 'Service')
        services.set(refKey({ ...one, ...one.metadata }), `${one.metadata.name}:${one.spec.ports?.[0]?.port}`);
    }
    for (const ref of batch.deletes) services.delete(refKey(ref));
    history.push(live());
    for (const { code } of source.problems()) told.add(code);
  });
  const codes = () =>
    source
      .problems()
      .map(({ code }) => code)
      .join(' ');
  return {
    source,
    batches,
    live,
    history,
    told,
    becomes: expected => eventually(live, expected),
    problem: code => eventually(codes, code === '' ? '' : new RegExp(`\\b${code}\\b`)),
  };
}

function folder(t: TestContext, files: Readonly<Record<string, string>> = {}) {
  const root = mkdtempSync(path.join(tmpdir(), 'sluice-source-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const at = (name: string) => path.join(root, name);
  const write = (name: string, text: string) => {
    mkdirSync(path.dirname(at(name)), { recursive: true });
    writeFileSync(at(name), text);
  };
  /** As editors save that care: to another name, then rename(2). */
  const replace = (name: string, text: string) => {
    writeFileSync(at(`.${name}.tmp`), text);
    renameSync(at(`.${name}.tmp`), at(name));
  };
  for (const [name, text] of Object.entries(files)) write(name, text);
  return { root, at, write, replace };
}

test('a directory means its manifests, below it too, without hidden files and backups', async t => {
  const { root, at } = folder(t, {
    'a.yaml': service('a'),
    'b.yml': service('b'),
    'sub/deep/c.json': JSON.stringify({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'c' },
      spec: { ports: [{ port: 80 }] },
    }),
    'list.yaml': `apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Service, metadata: {name: d}, spec: {ports: [{port: 80}]}}\n`,
    '.hidden.yaml': service('hidden'),
    '.git/x.yaml': service('git'),
    'a.yaml~': service('backup'),
    'notes.txt': 'no manifest',
    'values.yaml': 'replicas: 1\n',
  });
  symlinkSync(root, at('sub/around'));
  const { live, source } = await follow(t, { paths: [root] });
  assert.equal(live(), 'a:80 b:80 c:80 d:80');
  assert.deepEqual(
    source.problems().map(({ severity, code, location }) => [severity, code, location?.file]),
    [['info', 'NotAManifest', at('values.yaml')]],
  );
});

test('files, directories and standard input together, each file once', async t => {
  const { root, at } = folder(t, { 'k8s/a.yaml': service('a'), 'one.txt': service('b') });
  const stdin = async function* () {
    yield service('c').slice(0, 20);
    yield Buffer.from(service('c').slice(20));
  };
  const { live, source } = await follow(t, {
    paths: [at('one.txt'), at('k8s'), at('k8s/a.yaml'), '-', root],
    stdin: stdin(),
  });
  assert.equal(live(), 'a:80 b:80 c:80');
  assert.deepEqual(source.problems(), []);
  assert.deepEqual(source.locate({ kind: 'Service', namespace: 'default', name: 'c' }, 'spec'), {
    file: 'stdin',
    line: 5,
    column: 1,
  });
});

test('a path that does not exist is refused at once', async () => {
  const source = createFolderSource({ paths: ['no/such/folder'] });
  await assert.rejects(
    source.start(() => {}),
    { message: 'no/such/folder: no such file or directory' },
  );
  await assert.rejects(
    createFolderSource({ paths: [''] }).start(() => {}),
    /a PATH is empty/,
  );
  await source.close();
});

test('a file that is replaced by rename', async t => {
  const { root, replace } = folder(t, { 'a.yaml': many('a', 'b') });
  const { becomes, batches } = await follow(t, { paths: [root] });
  replace('a.yaml', `${service('a', 81)}---\n${service('b')}`);
  await becomes('a:81 b:80');
  assert.equal(batches.length, 2);
  assert.equal(batches[1]?.upserts.length, 1, 'only what changed');
  replace('a.yaml', service('a', 81));
  await becomes('a:81');
});

test('a file that is written in place, also in two halves, never loses objects', async t => {
  const { root, at } = folder(t, { 'a.yaml': many('a', 'b', 'c') });
  const { becomes, history } = await follow(t, { paths: [root] });
  const text = many('a', 'b', 'c', 'd');
  writeFileSync(at('a.yaml'), text);
  await becomes('a:80 b:80 c:80 d:80');
  writeFileSync(at('a.yaml'), '');
  await sleep(300);
  writeFileSync(at('a.yaml'), text.slice(0, 150));
  await sleep(5);
  appendFileSync(at('a.yaml'), `${text.slice(150)}---\n${service('e')}`);
  await becomes('a:80 b:80 c:80 d:80 e:80');
  assert.deepEqual(history, ['a:80 b:80 c:80', 'a:80 b:80 c:80 d:80', 'a:80 b:80 c:80 d:80 e:80']);
  writeFileSync(at('a.yaml'), '');
  await becomes('');
});

test('a file that an editor moves away and writes anew', async t => {
  const { root, at } = folder(t, { 'a.yaml': many('a', 'b') });
  const { becomes, history } = await follow(t, { paths: [root] });
  renameSync(at('a.yaml'), at('a.yaml~'));
  await sleep(5);
  writeFileSync(at('a.yaml'), service('a'));
  await sleep(5);
  appendFileSync(at('a.yaml'), `---\n${service('b', 81)}`);
  await becomes('a:80 b:81');
  assert.deepEqual(history, ['a:80 b:80', 'a:80 b:81']);
});

test('files that appear and go, and move from one to the other', async t => {
  const { root, at, write } = folder(t, { 'a.yaml': service('a') });
  const { becomes, history, told } = await follow(t, { paths: [root] });
  write('b.yaml', service('b'));
  await becomes('a:80 b:80');
  rmSync(at('a.yaml'));
  await becomes('b:80');
  renameSync(at('b.yaml'), at('c.yaml'));
  await sleep(250);
  assert.equal(history.at(-1), 'b:80');
  assert.ok(!history.includes(''), 'the object stays while its file is renamed');
  mkdirSync(at('sub'));
  renameSync(at('c.yaml'), at('sub/a.yaml'));
  await sleep(250);
  assert.equal(history.at(-1), 'b:80');
  assert.deepEqual([...told], [], 'whoever moves a file does not make a duplicate');
});

test('directories that appear, go and are swapped', async t => {
  const { root, at, write } = folder(t, { 'a.yaml': service('a') });
  const { becomes } = await follow(t, { paths: [root] });
  write('sub/deep/b.yaml', service('b'));
  await becomes('a:80 b:80');
  write('sub/deep/c.yaml', service('c'));
  await becomes('a:80 b:80 c:80');
  write('.next/deep/b.yaml', service('b', 81));
  renameSync(at('sub'), at('.old'));
  renameSync(at('.next'), at('sub'));
  await becomes('a:80 b:81');
  write('sub/deep/d.yaml', service('d'));
  await becomes('a:80 b:81 d:80');
  rmSync(at('sub'), { recursive: true });
  await becomes('a:80');
});

test('a directory that vanishes keeps its objects, with one warning, until it is back', async t => {
  const { root, at, write } = folder(t, { 'k8s/a.yaml': service('a'), 'k8s/b.yaml': service('b') });
  const { becomes, problem, live, source } = await follow(t, { paths: [at('k8s')] });
  rmSync(at('k8s'), { recursive: true });
  await problem('PathGone');
  assert.deepEqual(
    source.problems().map(({ severity, location }) => [severity, location?.file]),
    [['warning', at('k8s')]],
  );
  assert.equal(live(), 'a:80 b:80');
  write('k8s/a.yaml', service('a', 81));
  await becomes('a:81');
  await problem('');
  write('k8s/c.yaml', service('c'));
  await becomes('a:81 c:80');
  assert.ok(root);
});

test('a file that was named and vanishes keeps its objects until it is back', async t => {
  const { at, write } = folder(t, { 'a.yaml': service('a') });
  const { becomes, problem, live } = await follow(t, { paths: [at('a.yaml')] });
  rmSync(at('a.yaml'));
  await problem('PathGone');
  assert.equal(live(), 'a:80');
  write('a.yaml', service('a', 81));
  await becomes('a:81');
  await problem('');
});

test('a mounted ConfigMap: the link under all files is swapped', async t => {
  const { root, at, write } = folder(t, { '..1/a.yaml': service('a'), '..1/b.yaml': service('b') });
  symlinkSync('..1', at('..data'));
  symlinkSync('..data/a.yaml', at('a.yaml'));
  symlinkSync('..data/b.yaml', at('b.yaml'));
  const { becomes, live, batches } = await follow(t, { paths: [root] });
  assert.equal(live(), 'a:80 b:80');
  write('..2/a.yaml', service('a', 81));
  write('..2/b.yaml', service('b', 81));
  symlinkSync('..2', at('..tmp'));
  renameSync(at('..tmp'), at('..data'));
  rmSync(at('..1'), { recursive: true });
  await becomes('a:81 b:81');
  assert.equal(batches.length, 2, 'all of it at once');
});

test('a link to a file elsewhere', async t => {
  const { at, write } = folder(t, { 'elsewhere/a.yaml': service('a'), 'k8s/b.yaml': service('b') });
  symlinkSync('../elsewhere/a.yaml', at('k8s/a.yaml'));
  const { becomes } = await follow(t, { paths: [at('k8s')] });
  write('elsewhere/a.yaml', service('a', 81));
  await becomes('a:81 b:80');
});

test('a file that cannot be read keeps its objects and says where, until it is mended', async t => {
  const { root, at, replace } = folder(t, { 'a.yaml': many('a', 'b') });
  const { becomes, problem, live, source } = await follow(t, { paths: [root] });
  replace('a.yaml', `${service('a', 81)}---\n${service('b').replace('  name', '\tname')}`);
  await problem('InvalidYaml');
  assert.deepEqual(source.problems()[0]?.location, { file: at('a.yaml'), line: 12, column: 1 });
  await becomes('a:81 b:80');
  replace('a.yaml', many('a', 'b'));
  await becomes('a:80 b:80');
  assert.deepEqual(source.problems(), []);
  writeFileSync(at('a.yaml'), Buffer.from('name: "\xe9"\n', 'latin1'));
  await problem('NotUtf8');
  assert.deepEqual(source.problems()[0]?.location, { file: at('a.yaml'), line: 1, column: 8 });
  assert.equal(live(), 'a:80 b:80');
});

test('an object in two files: the first in path order counts', async t => {
  const { root, at, write } = folder(t, { 'b.yaml': service('a', 81), 'a.yaml': service('a', 80) });
  const { becomes, source, live } = await follow(t, { paths: [root] });
  assert.equal(live(), 'a:80');
  const [problem] = source.problems();
  assert.equal(problem?.location?.file, at('b.yaml'));
  assert.match(problem.message, /is already in .*a\.yaml:1/);
  rmSync(at('a.yaml'));
  await becomes('a:81');
  assert.deepEqual(source.problems(), []);
  write('a.yaml', service('a', 82));
  await becomes('a:82');
});

test("beyond the system's limit of watches files are looked at from time to time", async t => {
  const { root, replace, write } = folder(t, { 'a.yaml': service('a'), 'sub/b.yaml': service('b') });
  const refusing: typeof createDirectoryWatch = onEvent => ({ ...createDirectoryWatch(onEvent), acquire: () => false });
  const { becomes, source } = await follow(t, { paths: [root] }, refusing);
  assert.deepEqual(
    source.problems().map(({ severity, code }) => [severity, code]),
    [['warning', 'WatchLimit']],
  );
  replace('a.yaml', service('a', 81));
  write('sub/c.yaml', service('c'));
  await becomes('a:81 b:80 c:80');
});

test('a file of 10 MB', async t => {
  const filler = `# ${'x'.repeat(1000)}\n`.repeat(10_000);
  const { root, at } = folder(t, { 'a.yaml': `${service('a')}---\n${filler}---\n${service('b', '[')}` });
  const { live, source } = await follow(t, { paths: [root], watch: false });
  assert.equal(live(), 'a:80');
  assert.deepEqual(source.problems()[0]?.location, { file: at('a.yaml'), line: 10017, column: 1 });
});

test('a device that never ends is refused when it has said too much', async t => {
  const { source } = await follow(t, { paths: ['/dev/zero'], watch: false });
  assert.deepEqual(
    source.problems().map(({ code }) => code),
    ['FileTooLarge'],
  );
});

test('a file beyond all measure is refused unread', async t => {
  const { root, at } = folder(t, { 'a.yaml': service('a'), 'huge.yaml': '' });
  truncateSync(at('huge.yaml'), 65 * 1024 * 1024);
  const { live, source } = await follow(t, { paths: [root], watch: false });
  assert.equal(live(), 'a:80');
  assert.deepEqual(
    source.problems().map(({ code, location }) => [code, location?.file]),
    [['FileTooLarge', at('huge.yaml')]],
  );
});

test('without watch nothing holds the process and changes are not seen', async t => {
  const { root, write } = folder(t, { 'a.yaml': service('a') });
  const { live, batches } = await follow(t, { paths: [root], watch: false });
  write('b.yaml', service('b'));
  await sleep(50);
  assert.equal(live(), 'a:80');
  assert.equal(batches.length, 1);
});
