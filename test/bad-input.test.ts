import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { documents, gateway, gatewayClass, manifests, route, running, service, sluice, urlOf } from './cli-rig.ts';

interface Said {
  readonly severity: string;
  readonly code: string;
  readonly message: string;
  readonly path?: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

interface Bad {
  readonly file: string;
  readonly text: string | Buffer;
  /** `line:column severity code path`, one for each thing that is wrong. */
  readonly said: readonly string[];
}

const ROUTE = 'apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\n';

/** A route of another host, so that it never takes a request from the good one. */
function bad(name: string, ...spec: readonly string[]): string {
  return `${ROUTE}metadata: { name: ${name} }\nspec:\n  parentRefs: [{ name: gw }]\n  hostnames: [bad.example]\n  ${spec.join('\n  ')}\n`;
}

const TO_WEB = '    backendRefs: [{ name: web, port: 80 }]';

/** Each is wrong in one way, and is told so once, where it is. */
const BAD: readonly Bad[] = [
  { file: 'bracket.yaml', text: `${ROUTE}metadata: { name: x\nspec: {}\n`, said: ['4:1 error InvalidYaml'] },
  { file: 'indent.yaml', text: `${ROUTE}metadata:\n  name: x\n namespace: y\n`, said: ['5:1 error InvalidYaml'] },
  { file: 'tab.yaml', text: `${ROUTE}metadata:\n\tname: x\n`, said: ['4:1 error InvalidYaml'] },
  { file: 'twice.yaml', text: `${ROUTE}metadata: { name: x }\nkind: Gateway\n`, said: ['4:1 error InvalidYaml'] },
  { file: 'template.yaml', text: `${ROUTE}metadata:\n  name: {{ .Release.Name }}\n`, said: ['4:10 error InvalidYaml'] },
  { file: 'broken.json', text: '{\n  "kind": "HTTPRoute"\n  "x": 1\n}\n', said: ['3:3 error InvalidYaml'] },
  { file: 'deep.json', text: '['.repeat(100_000), said: ['1:1 error InvalidYaml'] },
  {
    file: 'deep-and-closed.json',
    text: `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
    said: ['1:1 error InvalidYaml'],
  },
  { file: 'latin1.yaml', text: Buffer.from('# caf\xe9\n', 'latin1'), said: ['1:6 error NotUtf8'] },
  { file: 'utf16.yaml', text: Buffer.from('\uFEFFkind: HTTPRoute\n', 'utf16le'), said: ['1:1 error NotUtf8'] },
  { file: 'words.yaml', text: 'just words\n', said: ['1:1 error NotAnObject'] },
  { file: 'nameless.yaml', text: `${ROUTE}metadata: {}\nspec: {}\n`, said: ['3:1 error Required metadata.name'] },
  { file: 'number.yaml', text: `${ROUTE}metadata: { name: x }\nspec: 5\n`, said: ['4:1 error WrongType spec'] },
  {
    file: 'port.yaml',
    text: bad('port', 'rules:', '  - backendRefs: [{ name: web, port: 99999 }]'),
    said: ['8:34 error OutOfRange spec.rules[0].backendRefs[0].port'],
  },
  {
    file: 'regex.yaml',
    text: bad('regex', 'rules:', '  - matches: [{ path: { type: RegularExpression, value: "/(a)\\\\1" } }]', TO_WEB),
    said: ['8:52 error UnsupportedValue spec.rules[0].matches[0].path.value'],
  },
  {
    file: 'backend.yaml',
    text: bad('backend', 'rules:', '  - backendRefs: [{ name: nobody, port: 80 }]'),
    said: ['8:23 error BackendNotFound spec.rules[0].backendRefs[0].name'],
  },
  {
    file: 'parent.yaml',
    text: `${ROUTE}metadata: { name: parent }\nspec:\n  parentRefs: [{ name: nobody }]\n  rules:\n  - backendRefs: [{ name: web, port: 80 }]\n`,
    said: ['5:16 warning ParentNotFound spec.parentRefs[0]'],
  },
  { file: 'zweb.yaml', text: service('web', 81), said: ['1:1 error DuplicateObject'] },
  { file: 'zpod.yaml', text: 'apiVersion: v1\nkind: Pod\nmetadata: { name: p }\n', said: ['2:1 info UnknownKind'] },
];

const GOOD = documents(gatewayClass, gateway(), service('web'), route('web'));

function brief({ line, column, severity, code, path: field }: Said): string {
  return `${line}:${column} ${severity} ${code}${field === undefined ? '' : ` ${field}`}`;
}

test('whatever is wrong is said once, with its place, and the rest is as it was', async t => {
  const folder = manifests(t, { 'good.yaml': GOOD });
  for (const { file, text } of BAD) writeFileSync(path.join(folder, file), text);
  const { code, stdout, stderr } = await sluice(['check', folder, '--output', 'json']);
  assert.equal(code, 1);
  assert.equal(stderr, '');
  const { problems, objects } = JSON.parse(stdout) as { problems: Said[]; objects: { metadata: { name: string } }[] };
  for (const { file, said } of BAD) {
    const told = problems.filter(problem => problem.file === path.join(folder, file));
    assert.deepEqual(told.map(brief), said, `${file}: ${told.map(({ message }) => message)}`);
  }
  assert.deepEqual(
    problems.filter(({ file }) => file === path.join(folder, 'good.yaml')),
    [],
  );
  assert.ok(objects.some(({ metadata }) => metadata.name === 'web'));
});

test('10 MB of manifests with one mistake at the end', async t => {
  const text = Array.from({ length: 200 }, (_, i) => `${service(`s${i}`)}# ${'x'.repeat(50_000)}\n`);
  const folder = manifests(t, { 'big.yaml': documents(...text, GOOD, service('last', 0)) });
  const { code, stdout } = await sluice(['check', folder, '--output', 'json']);
  const { problems } = JSON.parse(stdout) as { problems: Said[] };
  assert.deepEqual(problems.map(brief), [
    `${200 * 6 + GOOD.split('\n').length + 4}:19 error OutOfRange spec.ports[0].port`,
  ]);
  assert.equal(code, 1);
});

async function status(url: string): Promise<number> {
  const response = await fetch(url);
  await response.arrayBuffer();
  return response.status;
}

test('a running gateway serves on through every kind of bad file, and through the loss of its folder', async t => {
  const root = manifests(t, {});
  const folder = path.join(root, 'k8s');
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'good.yaml'), GOOD);
  const gatewayRun = await running(t, [folder, '--echo', '--map', '80=0']);
  const url = urlOf(gatewayRun);
  assert.equal(await status(url), 200);
  for (const { file, text, said } of BAD) {
    const problem = gatewayRun.next(
      ({ event, file: where }) => event === 'problem' && where === path.join(folder, file),
    );
    writeFileSync(path.join(folder, `.${file}`), text);
    renameSync(path.join(folder, `.${file}`), path.join(folder, file));
    assert.equal(brief((await problem) as unknown as Said), said[0], file);
    assert.equal(await status(url), 200, file);
  }
  const gone = gatewayRun.next(({ code }) => code === 'PathGone');
  rmSync(folder, { recursive: true });
  assert.equal((await gone).file, folder);
  assert.equal(await status(url), 200);
  const back = gatewayRun.next(({ event }) => event === 'change');
  mkdirSync(folder);
  writeFileSync(
    path.join(folder, 'good.yaml'),
    documents(gatewayClass, gateway(), service('web'), route('web', '/only')),
  );
  await back;
  assert.equal(await status(url), 404);
  assert.equal(await status(`${url}/only`), 200);
  gatewayRun.signal('SIGTERM');
  const { code, stderr } = await gatewayRun.ended;
  assert.equal(code, 0);
  assert.doesNotMatch(stderr, /\n\s+at /, 'no stack trace');
});
