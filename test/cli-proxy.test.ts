import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  AUTHORITIES,
  answering,
  type Controller,
  configuration,
  SCOPE,
  SERVER_NAME,
  startController,
  temporaryFolder,
} from './agent/rig.ts';
import { launched, type Running, sluice } from './cli-rig.ts';

interface Setup {
  readonly controller: Controller;
  readonly proxy: Running;
  readonly tokenFile: string;
}

async function setup(t: TestContext, ...more: readonly string[]): Promise<Setup> {
  const folder = temporaryFolder(t);
  const [tokenFile, caFile] = [path.join(folder, 'token'), path.join(folder, 'ca.crt')];
  writeFileSync(tokenFile, 'first token\n');
  writeFileSync(caFile, AUTHORITIES);
  const controller = await startController(t);
  const args = [
    ...['--controller', `127.0.0.1:${controller.port}`, '--server-name', SERVER_NAME],
    ...['--token-file', tokenFile, '--ca-file', caFile, '--state-dir', path.join(folder, 'state')],
    ...['--health', '127.0.0.1:0', '--admin', '127.0.0.1:0', '--workers', '1', ...more],
  ];
  const env = { POD_NAMESPACE: 'shop', POD_NAME: 'pod-7', POD_IP: '10.0.0.7,fd00::7', HOST_IP: '192.0.2.1' };
  const proxy = launched(t, args, { command: 'proxy', env });
  return { controller, proxy, tokenFile };
}

const is = (name: string) => (event: { readonly event: string }) => event.event === name;

test('a proxy says who it is, serves what it is told, reads its token anew for each connection, and drains', async t => {
  const { controller, proxy, tokenFile } = await setup(t, '--shutdown-delay', '0');
  controller.publish(configuration('first'));
  await proxy.event(is('ready'));
  await controller.synced();
  const [{ facts } = { facts: undefined }] = controller.hub.proxies(SCOPE);
  assert.deepEqual(
    { ...facts, version: '' },
    { name: 'shop/pod-7', version: '', podAddresses: ['10.0.0.7', 'fd00::7'], hostAddresses: ['192.0.2.1'] },
  );
  writeFileSync(tokenFile, 'second token\n');
  await controller.hub.close();
  const next = await startController(t, controller.port);
  next.publish([...configuration('first').slice(1), answering('second')]);
  await next.synced();
  assert.deepEqual([controller.shown[0], next.shown[0]], ['first token', 'second token']);
  proxy.signal('SIGTERM');
  const { code, stderr } = await proxy.ended;
  assert.deepEqual([code, stderr], [0, '']);
  const told = proxy.events.map(({ event }) => event);
  assert.deepEqual(
    told.filter(event => event !== 'waiting'),
    ['connected', 'live', 'ready', 'connected', 'change', 'draining'],
  );
});

test('a second signal ends it at once', async t => {
  const { controller, proxy } = await setup(t, '--shutdown-delay', '1h');
  controller.publish(configuration('served'));
  await proxy.event(is('ready'));
  proxy.signal('SIGTERM');
  await proxy.event(is('draining'));
  proxy.signal('SIGINT');
  assert.equal((await proxy.ended).code, 130);
});

test('it waits for a controller that does not let it in, and says why', async t => {
  const folder = temporaryFolder(t);
  const absent = path.join(folder, 'token');
  const controller = ['--controller', '127.0.0.1:1', '--token-file', absent, '--ca-file', absent];
  const proxy = launched(t, [...controller, '--health', '127.0.0.1:0', '--admin', '127.0.0.1:0'], {
    command: 'proxy',
  });
  const waiting = await proxy.event(is('waiting'));
  assert.match(String(waiting.reason), /^the token can not be read: .*no such file/);
  proxy.signal('SIGTERM');
  assert.equal((await proxy.ended).code, 0);
});

const REFUSED: readonly (readonly [args: string, message: RegExp])[] = [
  ['', /^sluice proxy: needs --controller HOST:PORT\n/],
  ['--controller a:1', /^sluice proxy: needs --token-file FILE\n/],
  ['--controller a', /^sluice proxy: --controller a: must be HOST:PORT/],
  ['--controller a:1 --token-file t --ca-file c manifests', /^sluice proxy: .*: leave out manifests\n/],
  ['--controler a:1', /^sluice proxy: unknown flag --controler.*--controller/],
];

for (const [args, message] of REFUSED) {
  test(`refused: sluice proxy ${args}`, async () => {
    const { code, stderr } = await sluice(['proxy', ...args.split(' ').filter(Boolean)]);
    assert.equal(code, 2);
    assert.match(stderr, message);
  });
}
