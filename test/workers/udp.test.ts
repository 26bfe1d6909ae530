import assert from 'node:assert/strict';
import dgram from 'node:dgram';
import { once } from 'node:events';
import { test } from 'node:test';
import { until } from '../until.ts';
import { endpoints } from '../wire/config.ts';
import { transportListener, transportRoute, UDP, udpBind } from '../wire/transport-config.ts';
import { deploy } from './deployment.ts';

const PATIENT = { timeout: 30_000 };
const CLIENTS = 40;

test('any worker sends the datagrams of a client to the same endpoint', PATIENT, async t => {
  const { publisher, workers, metric } = await deploy(t, { workers: 2 });
  const names = ['a', 'b', 'c'];
  const servers = await Promise.all(names.map(() => socket(t)));
  for (const [at, server] of servers.entries()) {
    server.on('message', (_bytes, { port }) => server.send(names[at]!, port, '127.0.0.1'));
  }
  const ports = servers.map(server => server.address().port);
  const units = [transportListener('UDP'), transportRoute({ api: 1 }, UDP), endpoints('api', ...ports), udpBind()];
  const { bound, failures } = await publisher.apply({ upserts: units, removals: [] });
  assert.deepEqual(failures, []);
  const { port } = bound[udpBind().name]!;

  const clients = await Promise.all(Array.from({ length: CLIENTS }, () => socket(t)));
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

async function socket(t: { after(work: () => void): void }): Promise<dgram.Socket> {
  const opened = dgram.createSocket('udp4').bind(0, '127.0.0.1');
  t.after(() => opened.close());
  await once(opened, 'listening');
  return opened;
}

/** Asks until there is an answer: datagrams may get lost. */
async function asked(client: dgram.Socket, port: number): Promise<string> {
  const answer = once(client, 'message');
  const again = setInterval(() => client.send('?', port, '127.0.0.1'), 100);
  client.send('?', port, '127.0.0.1');
  const [bytes] = await answer;
  clearInterval(again);
  return String(bytes);
}
