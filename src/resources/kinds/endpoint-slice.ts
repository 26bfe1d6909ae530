import { boolean, integer, json, list, map, object, oneOf, optional, text, withDefault } from '../schema/build.ts';
import { defineKind } from './kind.ts';

/** A nil condition means: ready and serving, not terminating. */
const conditions = object({
  ready: optional(boolean),
  serving: optional(boolean),
  terminating: optional(boolean),
});

const endpoint = object({
  addresses: list(text(), { min: 1, max: 100, unique: true }),
  conditions: optional(conditions),
  hostname: optional(text()),
  nodeName: optional(text()),
  zone: optional(text()),
  hints: optional(json),
  targetRef: optional(json),
  deprecatedTopology: optional(map(text())),
});

export const endpointSlice = defineKind({
  group: 'discovery.k8s.io',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  scope: 'Namespaced',
  versions: [
    { name: 'v1', channel: 'core' },
    { name: 'v1beta1', channel: 'retired' },
  ],
  schema: object({
    addressType: oneOf('IPv4', 'IPv6', 'FQDN'),
    endpoints: withDefault(list(endpoint, { max: 1000 }), []),
    ports: withDefault(
      list(
        object({
          name: optional(text()),
          protocol: withDefault(oneOf('TCP', 'UDP', 'SCTP'), 'TCP'),
          port: optional(integer({ min: 1, max: 65535 })),
          appProtocol: optional(text()),
        }),
        { max: 20_000 },
      ),
      [],
    ),
  }),
});
