import { isIP } from 'node:net';
import {
  boolean,
  integer,
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

const VERSIONS: Readonly<Record<string, number>> = { IPv4: 4, IPv6: 6 };

interface Slice {
  readonly addressType: string;
  readonly endpoints: readonly { readonly addresses: readonly string[] }[];
}

/** A name in the place of an address would be looked up, wherever the resolver sends it. */
function addressesAreOfTheType({ addressType, endpoints }: Slice): string | undefined {
  const version = VERSIONS[addressType];
  if (version === undefined) return undefined;
  const other = endpoints.flatMap(({ addresses }) => addresses).find(address => isIP(address) !== version);
  return other === undefined ? undefined : `${JSON.stringify(other)} is not an address of type ${addressType}`;
}

export const endpointSlice = defineKind({
  group: 'discovery.k8s.io',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  scope: 'Namespaced',
  versions: [
    { name: 'v1', channel: 'core' },
    { name: 'v1beta1', channel: 'retired' },
  ],
  schema: ruled(
    object({
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
    addressesAreOfTheType,
  ),
});
