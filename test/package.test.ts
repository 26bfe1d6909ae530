import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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

/** Packing builds `dist` where it runs, so it runs in a copy. */
function copyOfCheckout(): string {
  const copy = path.join(work, 'checkout');
  for (const entry of ['bin', 'src', 'examples', 'package.json', 'tsconfig.json', 'tsconfig.build.json', 'README.md']) {
    if (existsSync(path.join(ROOT, entry))) cpSync(path.join(ROOT, entry), path.join(copy, entry), { recursive: true });
  }
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
    ['bin', 'dist', 'examples', 'node_modules', 'package.json'],
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

test('the installed program serves the quickstart, without a home too', async t => {
  const args = [path.join(installed(), 'examples', 'quickstart'), '--echo', '--map', '8080=0'];
  const run = await running(t, args, { program, env: { ...env, HOME: '' } });
  const response = await fetch(urlOf(run));
  assert.equal(response.status, 200);
  run.signal('SIGTERM');
  assert.equal((await run.ended).code, 0);
});

test('the library is imported by its name', async () => {
  const script = path.join(project, 'embed.js');
  writeFileSync(
    script,
    `import { createGateway, createMemorySource } from 'sluice';
const source = createMemorySource();
source.setText('all.yaml', \`
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: gw }
spec: { gatewayClassName: any, listeners: [{ name: http, protocol: HTTP, port: 80 }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: web }
spec: { parentRefs: [{ name: gw }], rules: [{ backendRefs: [{ name: web, port: 80 }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { ports: [{ port: 80 }] }
\`);
const gateway = createGateway({ source, echo: true, map: new Map([[80, 0]]) });
await gateway.start();
const response = await fetch(gateway.listeners()[0].url);
console.log((await response.json()).service);
await gateway.close();
`,
  );
  const { stdout } = await exec(process.execPath, [script], { cwd: project, env });
  assert.equal(stdout, 'default/web\n');
});

test('an old Node is told from a new one', async () => {
  const bin = path.join(work, 'old');
  mkdirSync(bin);
  writeFileSync(path.join(bin, 'node'), '#!/bin/sh\necho v20.1.0\n', { mode: 0o755 });
  const { code, stderr } = await sluice(['version'], { program, env: { ...env, PATH: `${bin}:/usr/bin:/bin` } });
  assert.match(stderr, /needs Node\.js 26 or newer \(v20\.1\.0 found\)/);
  assert.equal(code, 2);
});
