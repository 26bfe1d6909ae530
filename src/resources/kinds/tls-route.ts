import { isIP } from 'node:net';
import { list, object, optional, ruled } from '../schema/build.ts';
import { l4Rules } from '../shapes/l4-rules.ts';
import { hostname } from '../shapes/names.ts';
import { parentReferences } from '../shapes/references.ts';
import { useDefaultGateways } from '../shapes/route-rules.ts';
import { defineKind } from './kind.ts';

function hostnamesAreNoAddresses(hostnames: readonly string[]): string | undefined {
  const address = hostnames.find(name => isIP(name));
  return address && `${address} is an IP address; SNI carries DNS names only`;
}

export const tlsRoute = defineKind({
  group: 'gateway.networking.k8s.io',
  kind: 'TLSRoute',
  plural: 'tlsroutes',
  scope: 'Namespaced',
  versions: [
    { name: 'v1', channel: 'standard' },
    { name: 'v1alpha3', channel: 'experimental' },
    { name: 'v1alpha2', channel: 'experimental' },
  ],
  schema: object({
    spec: object({
      parentRefs: optional(parentReferences),
      useDefaultGateways: optional(useDefaultGateways),
      hostnames: ruled(list(hostname, { min: 1, max: 1024 }), hostnamesAreNoAddresses),
      rules: l4Rules,
    }),
  }),
});
