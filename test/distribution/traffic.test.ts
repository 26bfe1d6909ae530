import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type AgentEvent, createAgent } from '../../src/agent/index.ts';
import { DEFAULT_PROXY_OPTIONS } from '../../src/proxy/index.ts';
import { createSubscription } from '../../src/stream/index.ts';
import {
  becomes,
  type Cluster,
  caOf,
  freePort,
  gateway,
  getReady,
  giveAddress,
  type RunningController,
  route,
  shown,
  startCluster,
} from './rig.ts';

/** A whole data plane in this process, as the pod of a Gateway runs one. */
function startAgent(t: TestContext, { api }: Cluster, controller: RunningController, pod: string) {
  const token = `the token of ${pod}`;
  api.tokenOwners.set(token, {
    username: 'system:serviceaccount:default:shop-sluice',
    audiences: ['sluice.dev/config'],
    pod,
  });
  const events: AgentEvent[] = [];
  const agent = createAgent({
    subscribe: asked => createSubscription({ ...asked, pauses: { first: 5, most: 50 } }),
    controller: controller.address,
    token: async () => token,
    authorities: async () => caOf(api, 'shop-sluice'),
    facts: { name: `default/${pod}`, version: '0.0.1', hostAddresses: [], podAddresses: [] },
    proxy: DEFAULT_PROXY_OPTIONS,
    workers: 1,
    shutdownDelay: 0,
    drainTimeout: 1_000,
    onEvent: event => void events.push(event),
  });
  t.after(agent.close);
  void agent.start();
  void getReady(t, api, 'shop-sluice');
  return events;
}

test('what statuses say is what requests get, and goes on without the controller', async t => {
  const cluster = await startCluster(t);
  const { api, controller } = cluster;
  const port = await freePort();
  api.put(gateway('shop', [{ name: 'http', port, protocol: 'HTTP' }]));
  const leader = await controller('a');
  await giveAddress(api, 'shop');
  startAgent(t, cluster, leader, 'shop-1');
  await becomes(() => shown(api, { kind: 'Gateway', name: 'shop' }, 'Programmed'), 'True Programmed@1');
  const answer = async () => {
    const { status, headers } = await fetch(`http://127.0.0.1:${port}/`, { redirect: 'manual' });
    return `${status} ${new URL(headers.get('location') ?? 'http://none/none').pathname}`;
  };
  assert.equal(await answer(), '404 /none');
  api.put(route('web', 'shop'));
  await becomes(() => shown(api, { kind: 'HTTPRoute', name: 'web' }, 'Accepted'), 'True Accepted@1');
  assert.equal(await answer(), '302 /new', 'a status is true when it is written');

  await leader.stop();
  await api.stop();
  assert.equal(await answer(), '302 /new', 'nobody is needed to go on');
});
