import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { documents, gateway, gatewayClass, route, service } from './cli-rig.ts';

const LIBRARY = new URL('../src/gateway/library/library.ts', import.meta.url).href;

/** A program that asks, closes after `wait`, and says how what it asked ended; it ends by itself, or is killed. */
function program(manifests: string, asked: string, wait: string): string {
  return `
import { createGateway } from ${JSON.stringify(LIBRARY)};
const backends = { 'default/web:80': () => new Response() };
const gateway = createGateway({ manifests: ${JSON.stringify(manifests)}, map: new Map([[80, 0]]), backends });
const asked = gateway.${asked}.then(() => 'done', error => error.message);
${wait}
await gateway.close();
console.log(await asked);
`;
}

function manifestsFor(t: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-closing-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'all.yaml');
  writeFileSync(file, documents(gatewayClass, gateway(), service('web'), route('web')));
  return file;
}

const TURN = 'await new Promise(setImmediate);';
const SOON = 'await new Promise(soon => setTimeout(soon, 5));';
const CLOSED = /^the gateway is closed$/;

for (const [asked, wait, said] of [
  ['problems()', '', CLOSED],
  ['problems()', 'await 0;', CLOSED],
  ["request('http://shop.example/')", '', CLOSED],
  ["request('http://shop.example/')", 'await asked;', /^done$/],
  ['start()', '', CLOSED],
  ['start()', TURN, /^done$|closed$/],
  ['start()', SOON, /^done$|closed$/],
  ['start()', 'await asked;', /^done$/],
] as const) {
  test(`after ${asked} and ${wait || 'nothing'} a closed gateway leaves nothing behind`, async t => {
    const text = program(manifestsFor(t), asked, wait);
    const args = ['--input-type=module', '--eval', text];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 30_000 });
    assert.match(stdout.trim(), said);
  });
}
