import {
  celRule,
  described,
  integer,
  integerOr,
  json,
  list,
  map,
  object,
  oneOf,
  optional,
  ruled,
  text,
} from '../schema/build.ts';
import type { Infer } from '../schema/schema.ts';
import { addressRange } from '../shapes/address-range.ts';
import { ownAnnotations, ownLabels } from '../shapes/labels.ts';
import { SLUICE_GROUP } from '../shapes/names.ts';
import { podSettings } from '../shapes/pod-settings.ts';
import { quantity } from '../shapes/quantity.ts';
import { trafficSettings } from '../shapes/traffic.ts';
import { defineKind } from './kind.ts';

const MOST_REPLICAS = 10_000;
const replicas = integer({ min: 0, max: MOST_REPLICAS });
const onePlus = integer({ min: 1, max: MOST_REPLICAS });
const name = text({ minLength: 1, maxLength: 253 });
/** GEP-2257, bounded so that rules may look at it. */
const duration = text({
  maxLength: 32,
  pattern: /^([0-9]{1,5}(h|m|s|ms)){1,4}$/,
  meaning: 'a duration such as 10s, 500ms or 1m30s',
});

const minIsAtMostMax = celRule(
  '!has(self.minReplicas) || self.minReplicas <= self.maxReplicas',
  'minReplicas must be at most maxReplicas',
  ({ minReplicas, maxReplicas }: { readonly minReplicas?: number; readonly maxReplicas: number }) =>
    minReplicas === undefined || minReplicas <= maxReplicas,
);

const oneOfBoth = celRule(
  'has(self.minAvailable) != has(self.maxUnavailable)',
  'a disruption budget has either minAvailable or maxUnavailable',
  (budget: { readonly minAvailable?: unknown; readonly maxUnavailable?: unknown }) =>
    (budget.minAvailable === undefined) !== (budget.maxUnavailable === undefined),
);

const countOrShare = integerOr({
  min: 0,
  max: MOST_REPLICAS,
  pattern: /^(100|[0-9]{1,2})%$/,
  meaning: 'a number of pods, or a share such as 50%',
});

const resources = object({
  requests: optional(map(quantity, { max: 16 })),
  limits: optional(map(quantity, { max: 16 })),
});

const service = object({
  type: optional(
    described(
      oneOf('LoadBalancer', 'ClusterIP', 'NodePort', 'HostNetwork'),
      'How clients get to the proxies; LoadBalancer by default. HostNetwork: on the ports of their nodes.',
    ),
  ),
  annotations: optional(ownAnnotations),
  labels: optional(ownLabels),
  loadBalancerClass: optional(name),
  loadBalancerSourceRanges: optional(list(addressRange, { max: 256 })),
  externalTrafficPolicy: optional(oneOf('Cluster', 'Local')),
});

const autoscaling = ruled(
  object({
    minReplicas: optional(onePlus),
    maxReplicas: onePlus,
    cpuUtilization: optional(
      described(integer({ min: 1, max: 1000 }), 'Percent of the requested CPU that is aimed at; 80 by default.'),
    ),
  }),
  minIsAtMostMax,
);

const patch = object({
  target: oneOf(
    'Deployment',
    'Service',
    'ServiceAccount',
    'ConfigMap',
    'PodDisruptionBudget',
    'HorizontalPodAutoscaler',
  ),
  patch: described(map(json), 'A strategic merge patch of the object of that kind.'),
});

const spec = object({
  mode: optional(
    described(
      oneOf('Dedicated', 'Merged'),
      'Of a GatewayClass: whether each Gateway has proxies of its own (the default), or all of the class share them.',
    ),
  ),
  gatewayParameters: optional(
    described(
      oneOf('Limited', 'All', 'None'),
      'Of a GatewayClass: what SluiceProxies of its Gateways may say. Limited, the default: nothing that asks for the right to make pods (patches, image, HostNetwork, priorityClassName, annotations that have pods changed). None: they have none.',
    ),
  ),
  replicas: optional(described(replicas, 'How many proxies; 1 by default, and no matter where there is autoscaling.')),
  workers: optional(
    described(
      integerOr({ min: 1, max: 256, pattern: /^auto$/, meaning: 'a number from 1 to 256, or auto' }),
      'Threads of each proxy; by default one per CPU of its limit, or else of its request.',
    ),
  ),
  image: optional(
    described(
      text({
        minLength: 1,
        maxLength: 512,
        pattern: /^\S+$/,
        meaning: 'an image, such as registry.example/sluice:1.0',
      }),
      "The proxies' image; the controller's choice by default.",
    ),
  ),
  imagePullPolicy: optional(oneOf('Always', 'IfNotPresent', 'Never')),
  imagePullSecrets: optional(list(object({ name }), { max: 16, unique: ['name'] })),
  resources: optional(described(resources, 'What a proxy requests and at most gets.')),
  service: optional(service),
  autoscaling: optional(autoscaling),
  disruptionBudget: optional(
    ruled(object({ minAvailable: optional(countOrShare), maxUnavailable: optional(countOrShare) }), oneOfBoth),
  ),
  pod: optional(podSettings),
  accessLog: optional(described(object({ format: oneOf('json', 'text') }), 'A line on stdout for each request.')),
  traffic: optional(described(trafficSettings, 'How connections and requests are treated.')),
  shutdown: optional(
    object({
      delay: optional(described(duration, 'How long a proxy that ends goes on accepting; 3s by default.')),
      timeout: optional(described(duration, 'How long what it began may then take.')),
    }),
  ),
  patches: optional(described(list(patch, { max: 16 }), 'Changes to the objects of a data plane, in this order.')),
});

export type SluiceProxySpec = Infer<typeof spec>;

/** How the proxies of a Gateway, or of a GatewayClass, are run in a cluster; parametersRef names it. */
export const sluiceProxy = defineKind({
  group: SLUICE_GROUP,
  kind: 'SluiceProxy',
  plural: 'sluiceproxies',
  scope: 'Namespaced',
  versions: [{ name: 'v1alpha1', channel: 'experimental' }],
  description: 'SluiceProxy says how the proxies of a Gateway, or of all Gateways of a GatewayClass, are run.',
  schema: object({ spec }),
});
