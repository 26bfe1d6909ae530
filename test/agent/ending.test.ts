import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { until } from '../until.ts';
import { answering as answersWith, type Script, startBackend } from '../wire/backend.ts';
import { backend, bind, forward, listener, route } from '../wire/config.ts';
import { field } from '../wire/message.ts';
import { connectTo } from '../wire/peer.ts';
import { configuration, startAgent, startController } from './rig.ts';

/** Longer than any test. */
const AGES = 1_000_000;
const GET = 'GET / HTTP/1.1\r\nHost: a.example\r\n\r\n';

async function isRefused(port: number): Promise<boolean> {
  return connectTo(port).then(
    peer => {
      peer.reset();
      return false;
    },
    () => true,
  );
}

test('who is to end is not ready at once, takes connections for a while, and lets each go with its next answer', async t => {
  const controller = await startController(t);
  const proxy = startAgent(t, controller.port, { shutdownDelay: AGES });
  controller.publish(configuration('served'));
  await proxy.started;
  const port = await proxy.port();
  const kept = await connectTo(port);
  kept.send(GET);
  assert.equal(field(await kept.answer(), 'connection'), undefined);
  await controller.synced();
  void proxy.agent.drain(1_000);
  assert.equal(await proxy.ready(), 503);
  await until('the controller waits for it no more', () => controller.hub.proxies('ns/proxies')[0]?.leaving === true);
  for (const peer of [kept, await connectTo(port)]) {
    await until('the workers know', async () => {
      const probe = await connectTo(port);
      probe.send(GET);
      return field(await probe.answer(), 'connection') === 'close';
    });
    peer.send(GET);
    const answer = await peer.answer();
    assert.deepEqual([answer.body, field(answer, 'connection')], ['served', 'close']);
  }
});

/** A proxy in front of a backend. */
async function proxyBefore(t: TestContext, script: Script) {
  const server = await startBackend(script);
  t.after(server.stop);
  const controller = await startController(t);
  const proxy = startAgent(t, controller.port);
  controller.publish([...backend('app', server.port), route([{ action: forward({ app: 1 }) }]), listener(), bind()]);
  await proxy.started;
  return { proxy, server };
}

test('a request that is under way is answered before the end', async t => {
  const release = Promise.withResolvers<void>();
  const { proxy, server } = await proxyBefore(t, async connection => {
    await connection.request();
    await release.promise;
    connection.send('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate');
  });
  const port = await proxy.port();
  const client = await connectTo(port);
  client.send(GET);
  await until('the backend has it', () => server.requests.length === 1);
  const ended = proxy.agent.drain(60_000);
  await until('no connection is taken any more', () => isRefused(port));
  release.resolve();
  const answer = await client.answer();
  assert.deepEqual([answer.body, field(answer, 'connection')], ['late', 'close']);
  await ended;
});

test('who serves nothing yet ends at once', async t => {
  const controller = await startController(t);
  const proxy = startAgent(t, controller.port, { shutdownDelay: AGES });
  await until('it is connected', () => proxy.told().includes('connected'));
  await proxy.agent.drain(AGES);
  await proxy.agent.close();
  await proxy.started;
  assert.deepEqual(proxy.told(), ['connected', 'draining']);
});

test('an endpoint of its own that can not listen is an error of who starts it', async t => {
  const { proxy } = await proxyBefore(t, answersWith());
  const taken = { host: '127.0.0.1', port: await proxy.port() };
  const second = startAgent(t, 1, { health: taken });
  const reason = `the health endpoint can't listen: port ${taken.port} on 127.0.0.1 is already in use`;
  await assert.rejects(second.started, { name: 'StartError', message: reason });
});
