import { json, list, object, oneOf, optional, text, withDefault } from '../schema/build.ts';
import { port } from '../shapes/names.ts';
import { defineKind } from './kind.ts';

/** Multi-Cluster Services (KEP-1645): a Service that other clusters export. */
export const serviceImport = defineKind({
  group: 'multicluster.x-k8s.io',
  kind: 'ServiceImport',
  plural: 'serviceimports',
  scope: 'Namespaced',
  versions: [{ name: 'v1alpha1', channel: 'core' }],
  schema: object({
    spec: object({
      type: oneOf('ClusterSetIP', 'Headless'),
      ports: list(
        object({
          name: optional(text()),
          protocol: withDefault(oneOf('TCP', 'UDP', 'SCTP'), 'TCP'),
          appProtocol: optional(text()),
          port,
        }),
      ),
      ips: optional(list(text(), { max: 2 })),
      ipFamilies: optional(list(oneOf('IPv4', 'IPv6'))),
      sessionAffinity: optional(oneOf('None', 'ClientIP')),
      sessionAffinityConfig: optional(json),
      internalTrafficPolicy: optional(text()),
      trafficDistribution: optional(text()),
    }),
  }),
});
