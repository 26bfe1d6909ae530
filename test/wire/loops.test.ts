import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Filter } from '../../src/ir/index.ts';
import { backend, endpoints, forward, route } from './config.ts';
import { field } from './message.ts';
import { get, startRig } from './rig.ts';

const NO_VIA: Filter = { kind: 'requestHeaders', set: [], add: [], remove: ['via'] };

for (const [name, filters] of [
  ['a request that comes back to the gateway', []],
  ['a request that comes back without what a filter removes', [NO_VIA]],
] as const) {
  test(`${name} ends with 508 after a bounded number of rounds`, async t => {
    const units = (port: number) => [...backend('api', port), route([{ action: forward({ api: 1 }), filters }])];
    const rig = await startRig(t, { units });
    await rig.apply([endpoints('api', rig.port)]);
    const client = await rig.client();
    client.send(get('/'));
    assert.equal((await client.answer()).status, 508);
    const connections = Number(/^sluice_upstream_connections (\d+)/m.exec(rig.proxy.metrics())?.[1]);
    assert.ok(connections < 20, `${connections} connections`);
  });
}

test('a filter that removes Via takes away what others said, and not the round that is counted', async t => {
  const units = (port: number) => [
    ...backend('api', port),
    route([{ action: forward({ api: 1 }), filters: [NO_VIA] }]),
  ];
  const rig = await startRig(t, { units });
  const client = await rig.client();
  client.send(get('/', 'Via: 1.1 other, 1.1 sluice (x), 1.0 sluicegate\r\n'));
  await client.answer();
  assert.equal(field(rig.backend.requests[0]!, 'via'), '1.1 sluice, 1.1 sluice');
});
