import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { ROOT, running, sluice, urlOf } from './cli-rig.ts';

const exec = promisify(execFile);
const work = mkdtempSync(path.join(tmpdir(), 'sluice-package-'));
const project = path.join(work, 'project');
const program = path.join(project, 'node_modules', '.bin', 'sluice');
after(() => rmSync(work, { recursive: true, force: true }));

/** An empty home and cache, and no way out: what is not in the tarball is not there. The pinned Node is first on PATH. */
const env = {
  ...process.env,
  PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env.PATH}`,
  HOME: path.join(work, 'home'),
  npm_config_cache: path.join(work, 'cache'),
  npm_config_offline: 'true',
  npm_config_audit: 'false',
  npm_config_fund: 'false',
  npm_config_update_notifier: 'false',
};

/** What the tarball is made of. */
const PACKED = [
  'bin',
  'deploy',
  'docs',
  'examples',
  'src',
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'README.md',
];

/** Packing builds `dist` where it runs, so it runs in a copy. */
function copyOfCheckout(): string {
  const copy = path.join(work, 'checkout');
  for (const entry of PACKED) cpSync(path.join(ROOT, entry), path.join(copy, entry), { recursive: true });
  // npm leaves out bundled dependencies that are only links, so those are copies.
  const modules = path.join(copy, 'node_modules');
  for (const name of ['re2js', 'yaml']) {
    cpSync(path.join(ROOT, 'node_modules', name), path.join(modules, name), { recursive: true });
  }
  for (const name of ['typescript', '@typescript', '@types', '.bin']) {
    const installed = path.join(ROOT, 'node_modules', name);
    if (existsSync(installed)) symlinkSync(installed, path.join(modules, name));
  }
  return copy;
}

before(async () => {
  mkdirSync(project, { recursive: true });
  await exec('npm', ['pack', '--pack-destination', work], { cwd: copyOfCheckout(), env });
  const tarball = readdirSync(work).find(name => name.endsWith('.tgz'));
  assert.ok(tarball);
  writeFileSync(path.join(project, 'package.json'), '{ "name": "stranger", "private": true, "type": "module" }\n');
  await exec('npm', ['install', path.join(work, tarball)], { cwd: project, env });
});

const installed = () => path.join(project, 'node_modules', 'sluice');

test('the tarball holds what is needed to run, and no sources or tests', () => {
  assert.deepEqual(
    readdirSync(installed())
      .filter(name => !/^(README|LICENSE)/.test(name))
      .sort(),
    ['bin', 'deploy', 'dist', 'docs', 'examples', 'node_modules', 'package.json'],
  );
  const files = readdirSync(installed(), { recursive: true, encoding: 'utf8' });
  assert.deepEqual(
    files.filter(name => !name.includes('node_modules') && name.includes('.test.')),
    [],
  );
});

test('the installed program checks the quickstart', async () => {
  const { code, stdout, stderr } = await sluice(['check', path.join(installed(), 'examples', 'quickstart')], {
    program,
    env,
  });
  assert.equal(stderr, '');
  assert.match(stdout, /no problems/);
  assert.equal(code, 0);
});

test('the installed program has the page of every problem', async () => {
  const { code, stdout } = await sluice(['check', '--explain', 'UnreachableRule'], { program, env });
  assert.match(stdout, /^# UnreachableRule\n/);
  assert.equal(code, 0);
});

test('the installed program serves the quickstart, without a home too', async t => {
  const args = [path.join(installed(), 'examples', 'quickstart'), '--echo', '--map', '8080=0'];
  const run = await running(t, args, { program, env: { ...env, HOME: '' } });
  const response = await fetch(urlOf(run));
  assert.equal(response.status, 200);
  run.signal('SIGTERM');
  assert.equal((await run.ended).code, 0);
});

/** As the Dockerfile has it, with other places for Node and the package. */
function entrypoint(): readonly string[] {
  const line = readFileSync(path.join(ROOT, 'Dockerfile'), 'utf8').match(/^ENTRYPOINT (.*)$/m)?.[1] ?? '[]';
  const words: readonly string[] = JSON.parse(line);
  return words.map(word => word.replace('/nodejs/bin/node', process.execPath).replace(/^\/app/, installed()));
}

const IN_THE_IMAGE: readonly (readonly [args: readonly string[], printed: RegExp])[] = [
  [['version'], /^sluice \d/],
  [['controller', '--help'], /^sluice controller/],
  [['proxy', '--help'], /^sluice proxy --controller/],
  [['install', '--print'], /^apiVersion: v1\nkind: Namespace\n/],
];

for (const [args, printed] of IN_THE_IMAGE) {
  test(`what the image runs needs no home and no place to write: ${args.join(' ')}`, async () => {
    const [node = '', ...words] = entrypoint();
    const { stdout, stderr } = await exec(node, [...words, ...args], { cwd: '/', env: {} });
    assert.match(stdout, printed);
    assert.equal(stderr, '');
  });
}

/** The programs of a page, one after the other. */
function examplesOf(page: string): readonly string[] {
  const text = readFileSync(path.join(ROOT, page), 'utf8');
  return [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = '']) => code);
}

/** What the examples print, in the order of {@link examplesOf}. */
const PAGES: Readonly<Record<string, readonly RegExp[]>> = {
  'README.md': [/^200 HTTPRoute\/default\/api Service\/default\/api-v2\/8080\n/],
  'docs/library.md': [
    /^200 HTTPRoute\/default\/api Service\/default\/api-v2\/8080\n/,
    /^200 \{ method: 'DELETE', url: 'http:\/\/shop.example\/cart\/1' \}\n$/,
  ],
};

for (const [page, printed] of Object.entries(PAGES)) {
  for (const extension of ['ts', 'mjs']) {
    test(`the examples of ${page} run in an empty project, as .${extension}`, async () => {
      const examples = examplesOf(page);
      assert.equal(examples.length, printed.length);
      for (const [at, code] of examples.entries()) {
        const script = path.join(project, `example.${extension}`);
        writeFileSync(script, extension === 'ts' ? code : withoutTypes(code));
        const { stdout, stderr } = await exec(process.execPath, [script], { cwd: project, env });
        assert.match(stdout, printed[at]!);
        assert.equal(stderr, '');
      }
    });
  }
}

/** The one annotation that the examples have. */
function withoutTypes(code: string): string {
  return code.replaceAll('(request: Request)', 'request');
}

test('the examples type check strictly against the types of the package, and those by themselves', async () => {
  const strict = path.join(project, 'strict');
  mkdirSync(strict, { recursive: true });
  const pages = Object.keys(PAGES).flatMap(examplesOf);
  for (const [at, code] of pages.entries()) writeFileSync(path.join(strict, `example-${at}.ts`), code);
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    target: 'es2024',
    module: 'nodenext',
    types: ['node'],
    typeRoots: [path.join(ROOT, 'node_modules', '@types')],
  };
  writeFileSync(path.join(strict, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  const { stdout } = await exec(path.join(ROOT, 'node_modules', '.bin', 'tsc'), ['-p', strict], { env }).catch(
    (error: { readonly stdout: string }) => error,
  );
  assert.equal(stdout, '');
});

test('an old Node is told from a new one', async () => {
  const bin = path.join(work, 'old');
  mkdirSync(bin);
  writeFileSync(path.join(bin, 'node'), '#!/bin/sh\necho v20.1.0\n', { mode: 0o755 });
  const { code, stderr } = await sluice(['version'], { program, env: { ...env, PATH: `${bin}:/usr/bin:/bin` } });
  assert.match(stderr, /needs Node\.js 26 or newer \(v20\.1\.0 found\)/);
  assert.equal(code, 2);
});
