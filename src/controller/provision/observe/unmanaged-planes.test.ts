import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DeploymentFacts } from './deployment-facts.ts';
import type { ServiceFacts } from './service-facts.ts';
import { partsIn } from './unmanaged-planes.ts';

const deployment = (name: string, serviceAccount: string, labels: Record<string, string>): DeploymentFacts => ({
  name,
  serviceAccount,
  hostNetwork: false,
  labels,
  replicas: 1,
  readyReplicas: 1,
});
const service = (name: string, selector: Record<string, string>): ServiceFacts => ({
  name,
  selector,
  type: 'ClusterIP',
  clusterIPs: [],
  externalIPs: [],
  ipFamilies: [],
  ingress: [],
});

const EDGE = deployment('edge', 'edge', { app: 'edge', tier: 'front' });
const OTHER = deployment('other', 'other', { app: 'edge' });
const OPEN = deployment('open', 'default', { app: 'open' });

const rows: readonly (readonly [
  what: string,
  named: Parameters<typeof partsIn>[1],
  deployments: readonly DeploymentFacts[],
  services: readonly ServiceFacts[],
  expected: string,
])[] = [
  [
    'a Deployment and who selects it',
    { deployment: 'edge' },
    [EDGE],
    [service('z', { app: 'edge' }), service('a', {})],
    'edge z',
  ],
  [
    'the Service of its name before others',
    { deployment: 'edge' },
    [EDGE],
    [service('a', { app: 'edge' }), service('edge', { tier: 'front' })],
    'edge edge',
  ],
  ['a Deployment that nobody selects', { deployment: 'edge' }, [EDGE], [service('a', { app: 'x' })], 'edge -'],
  ['no such Deployment', { deployment: 'gone' }, [EDGE], [], '- - there is no Deployment ns/gone'],
  ['a Service and what it selects', { service: 's' }, [OTHER, EDGE], [service('s', { tier: 'front' })], 'edge s'],
  ['no such Service', { service: 's' }, [EDGE], [], '- - there is no Service ns/s'],
  [
    'a Service that selects nothing',
    { service: 's' },
    [EDGE],
    [service('s', { app: 'x' })],
    '- s Service ns/s selects the pods of no Deployment',
  ],
  [
    'a Service of two accounts',
    { service: 's' },
    [OTHER, EDGE],
    [service('s', { app: 'edge' })],
    '- s Service ns/s selects pods of Deployments with different ServiceAccounts (edge, other): let all of them have one',
  ],
  [
    'an account that any pod has',
    { deployment: 'open' },
    [OPEN],
    [service('s', { app: 'open' })],
    'open s Deployment ns/open runs as ServiceAccount default, as any pod may, and would share its certificates with them: give it one of its own',
  ],
];

for (const [what, named, deployments, services, expected] of rows) {
  test(`a data plane of somebody else: ${what}`, () => {
    const parts = partsIn('ns', named, deployments, services);
    const found = [parts.deployment?.name ?? '-', parts.service?.name ?? '-', parts.trouble];
    assert.equal(found.filter(each => each !== undefined).join(' '), expected);
  });
}
