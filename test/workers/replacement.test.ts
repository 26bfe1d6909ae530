import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../until.ts';
import { connectTo } from '../wire/peer.ts';
import { ask } from './clients.ts';
import { deploy } from './deployment.ts';
import { clientsOf, connectToEach } from './look.ts';

const PATIENT = { timeout: 30_000 };

test('a worker that dies costs its own connections, and nothing else', PATIENT, async t => {
  const slow = Promise.withResolvers<void>();
  const deployment = await deploy(t, {
    workers: 2,
    async script(peer) {
      for (;;) {
        const { target } = await peer.request();
        if (target === '/slow') await slow.promise;
        peer.send('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
      }
    },
  });
  const [survivors, victims] = await connectToEach(deployment, 2);
  victims![0]!.send('GET /slow HTTP/1.1\r\nHost: a.example\r\n\r\n');
  const { memory } = deployment.workers[0]!;
  const underWay = () => new Int32Array(memory.flights).reduce((sum, count) => sum + count, 0);
  await until('the request is under way', () => underWay() === 1);
  const before = await deployment.metric('sluice_http_requests_total');
  const replaced = deployment.replaced();
  deployment.strike({ lane: 1, end: 'throw' });
  assert.equal((await victims![0]!.stream.rest()).bytes.length, 0);
  for (const peer of survivors!) assert.equal((await ask(peer))?.status, 200);
  await replaced;
  slow.resolve();
  assert.deepEqual(deployment.deaths, ['struck']);
  assert.equal(underWay(), 0, 'nothing of the dead is counted');
  assert.equal(await deployment.metric('sluice_http_requests_total'), before + survivors!.length);
  assert.equal(await deployment.metric('sluice_worker_restarts_total'), 1);
  for (const peer of survivors!) assert.equal((await ask(peer))?.status, 200);
  const third = deployment.workers[2]!;
  assert.equal(third.lane, 1);
  await until('the new one has connections', async () => {
    assert.equal((await ask(await connectTo(deployment.port)))?.status, 200);
    return clientsOf(deployment, 2) > 0;
  });
});

test('a worker that hangs is replaced while others serve', PATIENT, async t => {
  const deployment = await deploy(t, { workers: 2, publisher: { patience: 2_000 } });
  const [survivors, victims] = await connectToEach(deployment, 1);
  const replaced = deployment.replaced();
  deployment.strike({ lane: 1, end: 'hang' });
  assert.equal((await ask(survivors![0]!))?.status, 200);
  await replaced;
  assert.match(deployment.deaths.join(), /^its event loop stood still for 2 s$/);
  assert.equal((await ask(survivors![0]!))?.status, 200);
  assert.equal((await victims![0]!.stream.rest()).bytes.length, 0);
  await until(
    'all connections are answered',
    async () => (await ask(await connectTo(deployment.port)))?.status === 200,
  );
});
