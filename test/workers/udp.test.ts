import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../until.ts';
import { endpoints } from '../wire/config.ts';
import { transportListener, transportRoute, UDP, udpBind } from '../wire/transport-config.ts';
import { answering, asked, datagramSocket } from './datagrams.ts';
import { deploy } from './deployment.ts';

const PATIENT = { timeout: 30_000 };
const CLIENTS = 40;

test('any worker sends the datagrams of a client to the same endpoint', PATIENT, async t => {
  const { publisher, workers, metric } = await deploy(t, { workers: 2 });
  const servers = await Promise.all(['a', 'b', 'c'].map(name => answering(t, name)));
  const ports = servers.map(server => server.address().port);
  const units = [transportListener('UDP'), transportRoute({ api: 1 }, UDP), endpoints('api', ...ports), udpBind()];
  const { bound, failures } = await publisher.apply({ upserts: units, removals: [] });
  assert.deepEqual(failures, []);
  const { port } = bound[udpBind().name]!;

  const clients = await Promise.all(Array.from({ length: CLIENTS }, () => datagramSocket(t)));
  const first = await Promise.all(clients.map(client => asked(client, port)));
  assert.equal(await metric('sluice_transport_connections'), CLIENTS);
  const own = await Promise.all(workers.map(async worker => (await worker.report()).readings));
  const flows = own.map(readings => readings.find(({ name }) => name === 'sluice_transport_connections')?.samples);
  const counts = flows.map(samples => [...(samples ?? [])].reduce((sum, [, value]) => sum + value, 0));
  assert.ok(
    counts.every(count => count > 0),
    `both have some: ${counts}`,
  );

  // With one worker the other's clients come to it, and to the endpoints that they had.
  await publisher.resize(1, 2_000);
  await until('one is left', async () => (await metric('sluice_workers')) === 1);
  const second = await Promise.all(clients.map(client => asked(client, port)));
  assert.deepEqual(second, first);
});
