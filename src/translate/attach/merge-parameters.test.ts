import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SluiceProxySpec } from '../../resources/index.ts';
import { mergeParameters } from './merge-parameters.ts';

const patch = (replicas: number) => ({ target: 'Deployment', patch: { spec: { replicas } } });

/** What the class says, what the Gateway says, what holds. */
const CASES: readonly (readonly [string, SluiceProxySpec, SluiceProxySpec, SluiceProxySpec])[] = [
  ['nothing on nothing', {}, {}, {}],
  ['a field of one of both', { replicas: 2 }, { workers: 4 }, { replicas: 2, workers: 4 }],
  [
    'a field of both is the Gateway’s',
    { replicas: 2, workers: 'auto' },
    { replicas: 0 },
    { replicas: 0, workers: 'auto' },
  ],
  [
    'fields within fields',
    { service: { type: 'NodePort', annotations: { a: '1', b: '1' } } },
    { service: { annotations: { b: '2' } } },
    { service: { type: 'NodePort', annotations: { a: '1', b: '2' } } },
  ],
  [
    'traffic by its fields',
    { traffic: { trustedProxies: ['10.0.0.0/8'], grpcWeb: true, timeouts: { head: '1s', idle: '1s' } } },
    { traffic: { trustedProxies: [], timeouts: { idle: '0s' }, limits: { streams: 0 } } },
    {
      traffic: { trustedProxies: [], grpcWeb: true, timeouts: { head: '1s', idle: '0s' }, limits: { streams: 0 } },
    },
  ],
  [
    'resources by their names',
    { resources: { requests: { cpu: 1, memory: '1Gi' } } },
    { resources: { requests: { cpu: '100m' }, limits: { cpu: 2 } } },
    { resources: { requests: { cpu: '100m', memory: '1Gi' }, limits: { cpu: 2 } } },
  ],
  [
    'lists in the place of lists',
    { imagePullSecrets: [{ name: 'a' }, { name: 'b' }] },
    { imagePullSecrets: [{ name: 'c' }] },
    { imagePullSecrets: [{ name: 'c' }] },
  ],
  [
    'a budget as a whole, for it has one field of two',
    { disruptionBudget: { minAvailable: 1 } },
    { disruptionBudget: { maxUnavailable: '50%' } },
    { disruptionBudget: { maxUnavailable: '50%' } },
  ],
  [
    'autoscaling as a whole, for its bounds belong together',
    { autoscaling: { minReplicas: 5, maxReplicas: 10 } },
    { autoscaling: { maxReplicas: 3 } },
    { autoscaling: { maxReplicas: 3 } },
  ],
  ['patches one after the other', { patches: [patch(1)] }, { patches: [patch(2)] }, { patches: [patch(1), patch(2)] }],
  ['patches of the class alone', { patches: [patch(1)] }, {}, { patches: [patch(1)] }],
  [
    'keys that objects have anyway',
    {},
    { pod: { labels: { constructor: 'x' } } },
    { pod: { labels: { constructor: 'x' } } },
  ],
];

for (const [name, ofClass, own, merged] of CASES) {
  test(`parameters are merged: ${name}`, () => {
    const before = JSON.stringify([ofClass, own]);
    assert.deepEqual(mergeParameters(ofClass, own), merged);
    assert.equal(JSON.stringify([ofClass, own]), before);
  });
}
