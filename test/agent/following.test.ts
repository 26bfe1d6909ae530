import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Bind, seal, type Unit } from '../../src/ir/index.ts';
import { until } from '../until.ts';
import { bind } from '../wire/config.ts';
import { answering, configuration, startAgent, startController, temporaryFolder } from './rig.ts';

test('what the controller says is served, and what it says next', async t => {
  const controller = await startController(t);
  const proxy = startAgent(t, controller.port);
  controller.publish(configuration('first'));
  await proxy.started;
  assert.deepEqual([await proxy.ask(), await proxy.ready()], ['first', 200]);
  assert.deepEqual(proxy.told(), ['connected', 'live', 'ready']);
  await controller.synced();
  controller.publish([answering('second')]);
  await controller.hub.taken();
  assert.equal(await proxy.ask(), 'second');
  assert.deepEqual(controller.outcome(), { failures: [], rejections: [] });
  assert.deepEqual(proxy.told(), ['connected', 'live', 'ready', 'change']);
  assert.equal(await proxy.metric('sluice_config_connected'), 1);
});

test('a data plane that has nothing to serve is ready', async t => {
  const controller = await startController(t);
  const proxy = startAgent(t, controller.port);
  controller.publish([]);
  await proxy.started;
  assert.equal(await proxy.ready(), 200);
});

test('without a controller a proxy serves on, and takes what has changed when there is one again', async t => {
  const controller = await startController(t);
  const proxy = startAgent(t, controller.port);
  controller.publish(configuration('first'));
  await proxy.started;
  await controller.hub.close();
  await until('it notices', () => proxy.told().includes('waiting'));
  assert.deepEqual([await proxy.ask(), await proxy.ready()], ['first', 200]);
  assert.equal(await proxy.metric('sluice_config_connected'), 0);
  const next = await startController(t, controller.port);
  next.publish(configuration('second'));
  await until('it is followed again', async () => (await proxy.ask()) === 'second');
});

/** A folder in which a proxy has saved a configuration that answers `saved`. */
async function savedBy(t: TestContext): Promise<{ readonly folder: string; readonly controllerPort: number }> {
  const folder = temporaryFolder(t);
  const controller = await startController(t);
  const proxy = startAgent(t, controller.port, { stateDir: folder });
  controller.publish(configuration('saved'));
  await proxy.started;
  await proxy.agent.close();
  await controller.hub.close();
  return { folder, controllerPort: controller.port };
}

test('a proxy starts with what was saved, where there is no controller, and follows one when it comes', async t => {
  const { folder, controllerPort } = await savedBy(t);
  const proxy = startAgent(t, controllerPort, { stateDir: folder });
  await proxy.started;
  assert.deepEqual([await proxy.ask(), await proxy.ready()], ['saved', 200]);
  assert.equal(proxy.events[0]?.event === 'live' && proxy.events[0].from, 'saved');
  const controller = await startController(t, controllerPort);
  controller.publish(configuration('fresh'));
  await until('the controller is followed', async () => (await proxy.ask()) === 'fresh');
});

test('what has gone from the configuration meanwhile goes', async t => {
  const { folder, controllerPort } = await savedBy(t);
  const proxy = startAgent(t, controllerPort, { stateDir: folder });
  await proxy.started;
  const [, listener, socket] = configuration('');
  const controller = await startController(t, controllerPort);
  controller.publish([listener!, socket!]);
  await until('the route is gone', async () => (await fetch(`http://127.0.0.1:${await proxy.port()}`)).status === 404);
});

test('what is saved follows each change, for nobody else to read', async t => {
  const folder = path.join(temporaryFolder(t), 'state');
  const controller = await startController(t);
  const proxy = startAgent(t, controller.port, { stateDir: folder });
  controller.publish(configuration('first'));
  await proxy.started;
  await controller.synced();
  controller.publish([answering('of the second change')]);
  const file = path.join(folder, 'config');
  await until('it is saved', () => {
    try {
      return readFileSync(file, 'utf8').includes('of the second change');
    } catch {
      return false;
    }
  });
  assert.deepEqual([statSync(folder).mode & 0o777, statSync(file).mode & 0o777], [0o700, 0o600]);
});

test('a file that can not be used is told of, and the controller waited for', async t => {
  const folder = temporaryFolder(t);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'config'), 'sluice configuration 1\n{"kind":"Ro');
  const controller = await startController(t);
  const proxy = startAgent(t, controller.port, { stateDir: folder });
  await until('it is told', () => proxy.told().includes('problem SavedConfigNotUsable'));
  controller.publish(configuration('fresh'));
  await proxy.started;
  assert.equal(await proxy.ask(), 'fresh');
  await until('it is mended', () => proxy.told().includes('solved SavedConfigNotUsable'));
});

test('a unit of the future is not taken: the last one of its name serves, the rest changes, and the controller hears of it', async t => {
  const controller = await startController(t);
  const proxy = startAgent(t, controller.port);
  controller.publish(configuration('known'));
  await proxy.started;
  await controller.synced();
  const future = seal({ ...answering('unknown'), rateLimit: { perSecond: 1 } }) as unknown as Unit;
  controller.publish([future, seal({ ...bind(), name: 'another' })]);
  await controller.hub.taken();
  assert.equal(await proxy.ask(), 'known');
  const [rejection, ...more] = controller.outcome()?.rejections ?? [];
  assert.deepEqual(more, []);
  assert.deepEqual({ ...rejection, message: '' }, { kind: 'Route', name: future.name, message: '' });
  assert.match(rejection?.message ?? '', /'rateLimit', a field that this proxy \(0\.0\.1\) does not know/);
  assert.ok(proxy.told().includes('problem RejectedByProxy'));
  controller.publish([answering('known again')]);
  await controller.hub.taken();
  assert.equal(await proxy.ask(), 'known again');
  assert.deepEqual(controller.outcome()?.rejections, []);
  assert.ok(proxy.told().includes('solved RejectedByProxy'));
});

test('a socket takes the place of one that is in its way and goes, without a pause', async t => {
  const controller = await startController(t);
  const proxy = startAgent(t, controller.port, { rebindAfter: 600_000, workers: 2 });
  const at = (host: string, port: number): Bind => seal({ ...bind(), name: host, host, port });
  controller.publish([...configuration('served').slice(0, 2), at('127.0.0.1', 0)]);
  await proxy.started;
  await controller.synced();
  controller.publish([at('0.0.0.0', await proxy.port())], [{ kind: 'Bind', name: '127.0.0.1' }]);
  await controller.hub.taken();
  assert.deepEqual(controller.outcome(), { failures: [], rejections: [] });
  assert.equal(await proxy.ask(), 'served');
  assert.ok(!proxy.told().includes('problem PortUnavailable'));
});

test('a port that somebody else has is told of, and served when it is free', async t => {
  const other = createServer().listen(0, '127.0.0.1');
  t.after(() => other.close());
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const taken: Bind = seal({ ...bind(), port });
  const controller = await startController(t);
  const proxy = startAgent(t, controller.port);
  controller.publish([...configuration('served').slice(0, 2), taken]);
  await proxy.started;
  await controller.synced();
  assert.equal(await proxy.ready(), 200);
  const [failure] = controller.outcome()?.failures ?? [];
  assert.deepEqual([failure?.bind, failure?.code], [taken.name, 'EADDRINUSE']);
  assert.ok(proxy.told().includes('problem PortUnavailable'));
  other.close();
  await until('it is told that it is served', () => controller.outcome()?.failures.length === 0);
  assert.equal(await proxy.ask(), 'served');
  assert.ok(proxy.told().includes('solved PortUnavailable'));
});
