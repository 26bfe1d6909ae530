import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { readFacts } from '../src/proxy/index.ts';
import { documents, gateway, gatewayClass, manifests, route, running, service, urlOf } from './cli-rig.ts';

const TOKEN = 'sesame-sesame-sesame';
const ALL = documents(gatewayClass, gateway(), service('web'), route('web'));

test('run --debug-token-file: who shows the token is told what became of his request, and nobody is told the token', async t => {
  const folder = manifests(t, { 'all.yaml': ALL, token: `${TOKEN}\n`, 'access.log': '' });
  const file = (name: string) => path.join(folder, name);
  const log = ['--access-log', 'json', '--access-log-file', file('access.log')];
  const flags = ['--map', '80=0', '--echo', '--admin', '127.0.0.1:0', '--workers', '2'];
  const run = await running(t, [file('all.yaml'), ...flags, ...log, '--debug-token-file', file('token')]);
  const ask = async (token: string) => {
    const answer = await fetch(urlOf(run), { headers: { 'x-sluice-debug': token, connection: 'close' } });
    assert.doesNotMatch(await answer.text(), /sesame/);
    return answer.headers.get('x-sluice-debug');
  };
  for (let i = 0; i < 5; i++) {
    const facts = readFacts((await ask(TOKEN)) ?? '');
    assert.deepEqual([facts?.route, facts?.rule, facts?.attempts], ['HTTPRoute/default/web', 0, 1]);
  }
  assert.equal(await ask('sesame-sesame'), null);
  const admin = String((await run.event(event => event.event === 'ready')).admin);
  for (const page of ['/config', '/status', '/metrics']) {
    assert.doesNotMatch(await (await fetch(admin + page)).text(), /sesame/);
  }
  run.signal('SIGTERM');
  const { code, stdout, stderr } = await run.ended;
  assert.equal(code, 0);
  const lines = readFileSync(file('access.log'), 'utf8');
  assert.equal(lines.split('\n').length, 7);
  assert.doesNotMatch(stdout + stderr + lines, /sesame/);
});
