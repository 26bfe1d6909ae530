import {
  boolean,
  integer,
  integerOrText,
  json,
  list,
  map,
  object,
  oneOf,
  optional,
  ruled,
  text,
  withDefault,
} from '../schema/build.ts';
import { namespaceName, port } from '../shapes/names.ts';
import { defineKind } from './kind.ts';

const servicePort = object({
  name: optional(text({ maxLength: 63 })),
  protocol: withDefault(oneOf('TCP', 'UDP', 'SCTP'), 'TCP'),
  appProtocol: optional(text()),
  port,
  targetPort: optional(integerOrText),
  nodePort: optional(integer({ min: 0, max: 65535 })),
});

function portsOfOneServiceAreNamed(ports: readonly { readonly name?: string }[]): string | undefined {
  const unnamed = ports.findIndex(entry => !entry.name);
  return ports.length > 1 && unnamed >= 0
    ? `a Service with several ports must name each; number ${unnamed + 1} has no name`
    : undefined;
}

const spec = object({
  type: withDefault(oneOf('ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'), 'ClusterIP'),
  selector: optional(map(text())),
  ports: withDefault(ruled(list(servicePort, { unique: ['port', 'protocol'] }), portsOfOneServiceAreNamed), []),
  clusterIP: optional(text()),
  clusterIPs: optional(list(text())),
  externalName: optional(text()),
  externalIPs: optional(list(text())),
  ipFamilies: optional(list(oneOf('IPv4', 'IPv6'))),
  ipFamilyPolicy: optional(oneOf('SingleStack', 'PreferDualStack', 'RequireDualStack')),
  publishNotReadyAddresses: optional(boolean),
  sessionAffinity: optional(oneOf('None', 'ClientIP')),
  sessionAffinityConfig: optional(json),
  internalTrafficPolicy: optional(oneOf('Cluster', 'Local')),
  externalTrafficPolicy: optional(oneOf('Cluster', 'Local')),
  trafficDistribution: optional(text()),
  healthCheckNodePort: optional(integer()),
  allocateLoadBalancerNodePorts: optional(boolean),
  loadBalancerClass: optional(text()),
  loadBalancerIP: optional(text()),
  loadBalancerSourceRanges: optional(list(text())),
});

export const service = defineKind({
  group: '',
  kind: 'Service',
  plural: 'services',
  scope: 'Namespaced',
  versions: [{ name: 'v1', channel: 'core' }],
  name: namespaceName,
  schema: object({ spec: withDefault(spec, {}) }),
});
