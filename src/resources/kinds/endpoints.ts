import { isIP } from 'node:net';
import { json, list, object, oneOf, optional, ruled, text, withDefault } from '../schema/build.ts';
import { port } from '../shapes/names.ts';
import { defineKind } from './kind.ts';

function isAddress(ip: string): string | undefined {
  return isIP(ip) === 0 ? `${JSON.stringify(ip)} is not an IP address` : undefined;
}

const addresses = list(
  object({
    ip: ruled(text({ minLength: 1 }), isAddress),
    hostname: optional(text()),
    nodeName: optional(text()),
    targetRef: optional(json),
  }),
);

export const endpoints = defineKind({
  group: '',
  kind: 'Endpoints',
  plural: 'endpoints',
  scope: 'Namespaced',
  versions: [{ name: 'v1', channel: 'core' }],
  schema: object({
    subsets: withDefault(
      list(
        object({
          addresses: optional(addresses),
          notReadyAddresses: optional(addresses),
          ports: optional(
            list(
              object({
                name: optional(text()),
                protocol: withDefault(oneOf('TCP', 'UDP', 'SCTP'), 'TCP'),
                port,
                appProtocol: optional(text()),
              }),
            ),
          ),
        }),
      ),
      [],
    ),
  }),
});
