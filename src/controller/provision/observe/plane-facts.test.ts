import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DataPlaneSpec } from '../data-plane-spec.ts';
import { planeFacts } from './plane-facts.ts';

const PLANE: DataPlaneSpec = {
  ...{ scope: 'a/gw', namespace: 'a', name: 'gw', mode: 'dedicated', className: 'sluice' },
  ...{ gateways: [], labels: {}, annotations: {}, ports: [], addresses: [], parameters: {} },
};

const CASES = [
  ['HostNetwork', [], []],
  ['HostNetwork', ['192.0.2.1', '2001:db8::1'], ['IPv4']],
  ['HostNetwork', ['2001:db8::1', '2001:db8::2'], ['IPv6']],
  // Pods have addresses of other families than their nodes.
  ['LoadBalancer', ['2001:db8::1'], []],
] as const;

for (const [type, hosts, families] of CASES) {
  test(`without a Service, ${type} on ${hosts.join(' and ') || 'nodes that are not known'} is of ${families.join() || 'no family yet'}`, () => {
    const evidence = { service: undefined, deployment: undefined, troubles: [], refused: false };
    const plane = { ...PLANE, parameters: { service: { type } } };
    assert.deepEqual(planeFacts({ plane, hosts, ...evidence }).ipFamilies, families);
  });
}
