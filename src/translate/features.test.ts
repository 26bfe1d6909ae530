import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseObject } from '../resources/index.ts';
import { supportedFeatures } from './features.ts';
import { createTranslator } from './translator.ts';

const ALL = supportedFeatures({ standard: false, provisions: true }).map(({ name }) => name);

test('supportedFeatures are ascending, distinct and no more than the API allows', () => {
  const names = ALL;
  assert.deepEqual(names, [...new Set(names)].sort());
  assert.ok(names.length <= 64);
});

/** What a class promises where HTTPRoute is installed of a channel, and its proxies are run in a mode. */
function promised(channel: string, provisions = true, mode = 'Dedicated'): readonly string[] {
  const translator = createTranslator({ provisions });
  const annotations = {
    'gateway.networking.k8s.io/bundle-version': 'v1.6.3',
    'gateway.networking.k8s.io/channel': channel,
  };
  for (const raw of [
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'GatewayClass',
      metadata: { name: 'sluice' },
      spec: {
        controllerName: 'sluice.dev/gateway-controller',
        parametersRef: { group: 'sluice.dev', kind: 'SluiceProxy', name: 'all', namespace: 'infra' },
      },
    },
    {
      apiVersion: 'sluice.dev/v1alpha1',
      kind: 'SluiceProxy',
      metadata: { name: 'all', namespace: 'infra' },
      spec: { mode },
    },
    {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'httproutes.gateway.networking.k8s.io', annotations },
    },
  ]) {
    const parsed = parseObject(raw);
    assert.ok('resource' in parsed && parsed.resource, JSON.stringify(parsed));
    translator.upsert(parsed.resource);
  }
  translator.settle();
  const status = translator.statusOf({ kind: 'GatewayClass', namespace: '', name: 'sluice' });
  assert.ok(status && 'supportedFeatures' in status);
  return status.supportedFeatures?.map(({ name }) => name) ?? [];
}

test('what the standard channel has no field for is not promised there', () => {
  assert.deepEqual(promised('experimental'), ALL);
  assert.deepEqual(
    ALL.filter(name => !promised('standard').includes(name)),
    ['HTTPRouteRetry', 'HTTPRouteRetryBackendTimeout', 'HTTPRouteRetryConnectionError'],
  );
});

test('labels on pods are promised only where Gateways have pods of their own', () => {
  for (const without of [promised('experimental', false), promised('experimental', true, 'Merged')]) {
    assert.deepEqual(
      ALL.filter(name => !without.includes(name)),
      ['GatewayInfrastructure'],
    );
  }
});
