import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPodCommand, type SluiceProxySpec } from '../../resources/index.ts';
import { beyondClass } from './beyond-class.ts';

const annotated = (key: string): SluiceProxySpec => ({ pod: { annotations: { [key]: 'x' } } });
const PATCHES = [{ target: 'Deployment', patch: { spec: { template: { spec: { hostPID: true } } } } }];
const INJECTED = 'sidecar.istio.io/proxyImage';

/** What the class says, what the Gateway says, and what of it is too much. */
const CASES: readonly (readonly [string, SluiceProxySpec, SluiceProxySpec, string | undefined])[] = [
  ['nothing', {}, {}, undefined],
  ['patches', {}, { patches: PATCHES }, 'spec.patches'],
  ['patches, where the class has its own', { patches: PATCHES }, { patches: PATCHES }, 'spec.patches'],
  ['no patches', {}, { patches: [] }, undefined],
  ['another image', { image: 'a' }, { image: 'b' }, 'spec.image'],
  ['an image', {}, { image: 'b' }, 'spec.image'],
  ['the image of the class', { image: 'a' }, { image: 'a' }, undefined],
  ['the network of nodes', {}, { service: { type: 'HostNetwork' } }, 'spec.service.type HostNetwork'],
  ['it, as the class', { service: { type: 'HostNetwork' } }, { service: { type: 'HostNetwork' } }, undefined],
  ['less than the class', { service: { type: 'HostNetwork' } }, { service: { type: 'ClusterIP' } }, undefined],
  ['a priority', {}, { pod: { priorityClassName: 'system-node-critical' } }, 'spec.pod.priorityClassName'],
  ['that of the class', { pod: { priorityClassName: 'a' } }, { pod: { priorityClassName: 'a' } }, undefined],
  ['a sidecar', {}, annotated(INJECTED), `spec.pod.annotations["${INJECTED}"]`],
  ['that of the class', annotated(INJECTED), annotated(INJECTED), undefined],
  [
    'all that is left',
    {},
    {
      replicas: 3,
      workers: 'auto',
      imagePullPolicy: 'Always',
      imagePullSecrets: [{ name: 'registry' }],
      resources: { limits: { cpu: 2 } },
      service: { type: 'NodePort', annotations: { 'example.com/pool': 'a' } },
      autoscaling: { maxReplicas: 4 },
      disruptionBudget: { minAvailable: 1 },
      pod: { labels: { a: 'b' }, annotations: { 'prometheus.io/scrape': 'true' }, nodeSelector: { a: 'b' } },
      accessLog: { format: 'json' },
      traffic: { trustedProxies: ['10.0.0.0/8'], timeouts: { head: '1s' }, limits: { connections: 0 } },
      shutdown: { delay: '1s' },
    },
    undefined,
  ],
];

for (const [name, ofClass, own, beyond] of CASES) {
  test(`what a Gateway's parameters may not say: ${name}`, () => assert.equal(beyondClass(ofClass, own), beyond));
}

test('annotations by which pods are changed are those of injectors and their subdomains', () => {
  const commands = ['istio.io/rev', INJECTED, 'k8s.v1.cni.cncf.io/networks', 'Vault.HashiCorp.com/agent-inject'];
  const others = ['key1', 'prometheus.io/scrape', 'notistio.io/a', 'example.com/istio.io', 'istio.io'];
  assert.deepEqual([...commands, ...others].filter(isPodCommand), commands);
});
