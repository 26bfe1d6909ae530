import { object, optional } from '../schema/build.ts';
import { l4Rules } from '../shapes/l4-rules.ts';
import { parentReferences } from '../shapes/references.ts';
import { useDefaultGateways } from '../shapes/route-rules.ts';
import { defineKind } from './kind.ts';

/** What TCPRoute and UDPRoute have in common: all but their names. */
const l4Route = {
  group: 'gateway.networking.k8s.io',
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
} as const;

export const tcpRoute = defineKind({ ...l4Route, kind: 'TCPRoute', plural: 'tcproutes' });
export const udpRoute = defineKind({ ...l4Route, kind: 'UDPRoute', plural: 'udproutes' });
