import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { until } from '../until.ts';
import { BIND, bind } from '../wire/config.ts';
import { connectTo } from '../wire/peer.ts';
import { ask } from './clients.ts';
import { deploy } from './deployment.ts';
import { connectToEach, ownCount } from './look.ts';

const PATIENT = { timeout: 30_000 };

test('connections go to all workers, and are counted together', PATIENT, async t => {
  const deployment = await deploy(t, { workers: 2 });
  const [ones, twos] = await connectToEach(deployment, 1);
  const open = ones!.length + twos!.length;
  assert.equal(await deployment.metric('sluice_downstream_connections'), open);
  assert.equal(await deployment.metric('sluice_http_requests_total'), open);
  assert.equal(await deployment.metric('sluice_workers'), 2);
  assert.equal(await ownCount(deployment, 0, 'sluice_downstream_connections'), ones!.length);
});

test('a limit of connections holds over all workers', PATIENT, async t => {
  const { port } = await deploy(t, { workers: 2, proxy: { maxConnections: 5 } });
  const statuses: (number | undefined)[] = [];
  for (let n = 0; n < 12; n++) {
    const peer = await connectTo(port);
    statuses.push((await ask(peer))?.status);
  }
  assert.equal(statuses.filter(status => status === 200).length, 5);
});

test('a port is shared by the workers of one data plane, and with nobody else', PATIENT, async t => {
  const { port } = await deploy(t, { workers: 2 });
  const other = await deploy(t, { workers: 2 });
  const taken = bind();
  const named = { ...taken, name: 'taken', port };
  const { failures, bound } = await other.publisher.apply({ upserts: [named], removals: [] });
  assert.deepEqual(
    failures.map(failure => [failure.bind, failure.code]),
    [['taken', 'EADDRINUSE']],
  );
  assert.deepEqual(Object.keys(bound), [BIND]);
  const stranger = createServer().listen(port, '127.0.0.1');
  const [error] = await once(stranger, 'error');
  assert.equal(error.code, 'EADDRINUSE');
});

test('a drain lets every worker finish what is under way, and takes nothing new', PATIENT, async t => {
  const slow = Promise.withResolvers<void>();
  const deployment = await deploy(t, {
    workers: 2,
    async script(peer) {
      for (;;) {
        if ((await peer.request()).target === '/slow') await slow.promise;
        peer.send('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
      }
    },
  });
  const peers = (await connectToEach(deployment, 1)).flat();
  for (const peer of peers) peer.send('GET /slow HTTP/1.1\r\nHost: a.example\r\n\r\n');
  await until(
    'all are under way',
    () => deployment.backend.heads.filter(each => each.target === '/slow').length === peers.length,
  );
  const drained = deployment.publisher.drain(5_000);
  await until('nobody listens', async () => {
    const probe = await connectTo(deployment.port).catch(() => undefined);
    probe?.socket.destroy();
    return probe === undefined;
  });
  slow.resolve();
  const answers = await Promise.all(peers.map(peer => peer.answer()));
  assert.ok(answers.every(({ status }) => status === 200));
  for (const peer of peers) peer.socket.destroy();
  await drained;
});
