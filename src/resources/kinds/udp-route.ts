import { object, optional } from '../schema/build.ts';
import { l4Rules } from '../shapes/l4-rules.ts';
import { parentReferences } from '../shapes/references.ts';
import { useDefaultGateways } from '../shapes/route-rules.ts';
import { defineKind } from './kind.ts';

export const udpRoute = defineKind({
  group: 'gateway.networking.k8s.io',
  kind: 'UDPRoute',
  plural: 'udproutes',
  scope: 'Namespaced',
  versions: [
    { name: 'v1', channel: 'standard' },
    { name: 'v1alpha2', channel: 'experimental' },
  ],
  schema: object({
    spec: object({
      parentRefs: optional(parentReferences),
      useDefaultGateways: optional(useDefaultGateways),
      rules: l4Rules,
    }),
  }),
});
