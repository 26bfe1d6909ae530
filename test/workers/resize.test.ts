import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../until.ts';
import { connectTo, type Peer } from '../wire/peer.ts';
import { ask, keptAlive, passing } from './clients.ts';
import { deploy } from './deployment.ts';
import { clientsOf, connectToEach } from './look.ts';

const PATIENT = { timeout: 30_000 };

test('workers come and go under load: no connection that is kept loses a request', PATIENT, async t => {
  const deployment = await deploy(t, { workers: 1 });
  const { publisher, port } = deployment;
  const [kept, fleeting] = [keptAlive(port, 12), passing(port, 4)];
  for (const count of [3, 1, 2, 1]) {
    const answered = kept.tally.answered;
    await publisher.resize(count, 5_000);
    await until('requests are answered', () => kept.tally.answered > answered + 200);
    assert.equal(await deployment.metric('sluice_workers'), count);
  }
  await Promise.all([kept.stop(), fleeting.stop()]);
  t.diagnostic(`kept ${JSON.stringify(kept.tally)}, one request each ${JSON.stringify(fleeting.tally)}`);
  assert.equal(kept.tally.lost, 0);
  const counted = await deployment.metric('sluice_http_requests_total');
  assert.ok(counted >= kept.tally.answered + fleeting.tally.answered, `${counted} were counted`);
  assert.deepEqual(deployment.deaths, []);
});

/** What the system takes for a socket in the very moment in which that closes, it resets: who tries again is served. */
async function connectBesides(port: number): Promise<Peer> {
  return connectTo(port).catch(() => connectTo(port));
}

test('a surplus worker lets idle connections have one more answer', PATIENT, async t => {
  const deployment = await deploy(t, { workers: 2 });
  const [, leaving] = await connectToEach(deployment, 1);
  const gone = deployment.publisher.resize(1, 5_000);
  const others: Peer[] = [];
  await until('it takes no more connections', async () => {
    const before = clientsOf(deployment, 1);
    const peers = await Promise.all(Array.from({ length: 8 }, () => connectBesides(deployment.port)));
    for (const peer of peers) await ask(peer);
    others.push(...peers);
    return clientsOf(deployment, 1) === before;
  });
  for (const peer of others) peer.socket.destroy();
  for (const peer of leaving!) {
    peer.send('GET / HTTP/1.1\r\nHost: a.example\r\n\r\n');
    const { status, fields } = await peer.answer();
    assert.equal(status, 200);
    assert.ok(fields.some(([name, value]) => name === 'connection' && value === 'close'));
    peer.socket.destroy();
  }
  await gone;
  assert.equal(await deployment.metric('sluice_workers'), 1);
});
