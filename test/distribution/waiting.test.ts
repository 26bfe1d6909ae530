import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../until.ts';
import { startCluster } from './rig.ts';

test('a controller that finds no API server says so at once, and begins when there is one', async t => {
  const { api, controller } = await startCluster(t);
  await api.stop();
  const one = await controller('a');
  const told = () => one.events.flatMap(each => (each.event === 'problem' ? each.problem.message : []));
  await until('it is told', () => told().some(message => /^can't reach .*: connection refused/.test(message)));
  assert.equal(await one.readiness(), 503);
  await api.resume();
  await one.started;
  assert.equal(await one.readiness(), 200);
});
