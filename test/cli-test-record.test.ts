import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { manifests, ROOT, running, sluice } from './cli-rig.ts';

const QUICKSTART = path.join(ROOT, 'examples', 'quickstart');

const LIST = `# what people ask
http://localhost:8080/
GET http://localhost:8080/
http://localhost:8080/api/items?page=2  x-version: 2; authorization: Bearer x
POST http://localhost:8080/api/items
http://localhost:8080/docs/x
http://shop.example.com:8080/
http://localhost:8080/%zz
`;

function fileIn(t: TestContext, text = LIST) {
  const folder = manifests(t, { 'urls.txt': text });
  return { list: path.join(folder, 'urls.txt'), file: path.join(folder, 'recorded.yaml') };
}

test('what becomes of a list of requests is a file of tests that pass', async t => {
  const { list, file } = fileIn(t);
  const recorded = await sluice(['test', '--record', file, '--urls', list, '--manifests', QUICKSTART]);
  assert.deepEqual(recorded, {
    code: 0,
    stdout: `${file}: 6 tests\n`,
    stderr: 'left out: what looks like a secret (1)\n',
  });
  const text = readFileSync(file, 'utf8');
  assert.doesNotMatch(text, /Bearer|authorization/);
  assert.match(text, /backend: \[ default\/shop:80, default\/shop-canary:80 \]/);
  assert.match(text, /backendSees: \{ path: \/items\?page=2 \}/);
  assert.match(text, /status: 301, location: https:\/\/docs\.example\.com\/x/);
  assert.match((await sluice(['test', file])).stdout, /^6 tests, 6 passed;/);
});

test('a file that exists is only written over with --force', async t => {
  const { list, file } = fileIn(t);
  writeFileSync(file, 'mine');
  const args = ['test', '--record', file, '--urls', list, '--manifests', QUICKSTART];
  const refused = await sluice(args);
  assert.match(refused.stderr, /exists already; --force writes over it/);
  assert.equal(refused.code, 2);
  assert.equal(readFileSync(file, 'utf8'), 'mine');
  assert.equal((await sluice([...args, '--force'])).code, 0);
});

test('lines that are no requests are told; the others are recorded', async t => {
  const { list, file } = fileIn(t, 'shop\nhttp://localhost:81/\nhttp://localhost:8080/\n');
  const { code, stdout, stderr } = await sluice(['test', '--record', file, '--urls', list, '--manifests', QUICKSTART]);
  assert.match(stderr, /urls\.txt:1: url must be .*\n.*urls\.txt:2: no Gateway listens on port 81/);
  assert.equal(stdout, `${file}: 1 test\n`);
  assert.equal(code, 1);
});

function ask(port: number, target: string, host: string, headers = {}): Promise<unknown> {
  return new Promise((resolve, reject) => {
    get({ port, path: target, headers: { host, ...headers } }, answer => answer.resume().on('end', resolve)).on(
      'error',
      reject,
    );
  });
}

test('live requests are recorded, each once, as the gateway sees them', async t => {
  const { file } = fileIn(t);
  const run = await running(t, [QUICKSTART, '--echo', '--map', '8080=0', '--admin', '127.0.0.1:0']);
  const admin = String(run.events.find(event => event.event === 'ready')?.admin);
  const listener = run.events.find(event => event.event === 'listener');
  const port = Number(new URL(String(listener?.url)).port);
  const recording = sluice(['test', '--record', file, '--admin', admin, '--count', '3']);
  let over = false;
  void recording.then(() => {
    over = true;
  });
  // Until the recorder is there nobody hears of them.
  while (!over) {
    await ask(port, '/api/a', 'localhost', { 'x-version': '2' });
    await ask(port, '/api/a', 'localhost');
    await ask(port, '/', 'shop.example.com');
  }
  assert.equal((await recording).code, 0);
  const text = readFileSync(file, 'utf8');
  assert.match(text, /headers: \{ x-version: '2' \} \}\n.*rule: version-2-by-header/);
  assert.match((await sluice(['test', file, '--manifests', QUICKSTART])).stdout, /^3 tests, 3 passed;/);
});

test('what is on the command line', async t => {
  const { list, file } = fileIn(t);
  const wrong: readonly (readonly [args: readonly string[], message: RegExp])[] = [
    [['--record', file], /--manifests PATH.*--kube.*--admin/],
    [['--record', file, '--manifests', QUICKSTART], /needs requests: --urls FILE, or --admin/],
    [['--record', file, '--manifests', QUICKSTART, '--urls', `${list}.not`], /--urls .*no such file/],
    [['--record', file, '--admin', '127.0.0.1:1'], /nothing listens at/],
    [['--record', file, 'more.yaml'], /leave out more\.yaml/],
    [['more.yaml', '--urls', list], /--urls goes with --record/],
  ];
  const asked = wrong.map(async ([args, message]) => {
    const { code, stderr } = await sluice(['test', ...args], { env: { SLUICE_ADMIN: '' } });
    assert.match(stderr, message);
    assert.equal(code, 2);
  });
  await Promise.all(asked);
});
