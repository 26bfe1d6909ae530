import { isIP } from 'node:net';
import { list, map, object, oneOf, optional, ruled, text, withDefault } from '../schema/build.ts';
import { keysAreQualifiedNames, labelValue } from '../shapes/labels.ts';
import { annotationValue, listeners } from '../shapes/listener.ts';
import { DOMAIN_PATH, HOSTNAME, objectName, port } from '../shapes/names.ts';
import { localObjectReference, objectReference, secretReference } from '../shapes/references.ts';
import { labelSelector } from '../shapes/selector.ts';
import { defineKind } from './kind.ts';

interface Address {
  readonly type: string;
  readonly value?: string;
}

function valueFollowsType({ type, value }: Address): string | undefined {
  if (value === undefined) return undefined;
  if (type === 'Hostname' && !HOSTNAME.test(value)) return `${JSON.stringify(value)} is not a DNS name`;
  return type === 'IPAddress' && !isIP(value) ? `${JSON.stringify(value)} is not an IP address` : undefined;
}

function addressesAreDistinct(addresses: readonly Address[]): string | undefined {
  const checked = addresses.filter(
    ({ type, value }) => value !== undefined && ['IPAddress', 'Hostname'].includes(type),
  );
  const repeated = checked.find((a, i) => checked.findIndex(b => a.type === b.type && a.value === b.value) !== i);
  return repeated && `${repeated.type} ${repeated.value} is listed twice`;
}

const address = ruled(
  object({
    type: withDefault(
      text({
        minLength: 1,
        maxLength: 253,
        // Anchored as loosely as in the CRD: what the API server takes is taken here.
        pattern: new RegExp(`^Hostname|IPAddress|NamedAddress|${DOMAIN_PATH}$`),
        meaning: 'IPAddress, Hostname, NamedAddress, or a domain and a path',
      }),
      'IPAddress',
    ),
    value: optional(text({ maxLength: 253 })),
  }),
  valueFollowsType,
);

const infrastructure = object({
  labels: optional(ruled(map(labelValue, { max: 8 }), keysAreQualifiedNames)),
  annotations: optional(ruled(map(annotationValue, { max: 16 }), keysAreQualifiedNames)),
  parametersRef: optional(localObjectReference),
});

const allowedListeners = object({
  namespaces: withDefault(
    object({
      from: withDefault(oneOf('All', 'Selector', 'Same', 'None'), 'None'),
      selector: optional(labelSelector),
    }),
    { from: 'None' },
  ),
});

const frontendTLS = object({
  validation: optional(
    object({
      caCertificateRefs: list(objectReference, { min: 1, max: 16 }),
      mode: withDefault(oneOf('AllowValidOnly', 'AllowInsecureFallback'), 'AllowValidOnly'),
    }),
  ),
});

const gatewayTLS = object({
  backend: optional(object({ clientCertificateRef: optional(secretReference) })),
  frontend: optional(
    object({
      default: frontendTLS,
      perPort: optional(list(object({ port, tls: frontendTLS }), { max: 64, unique: ['port'] })),
    }),
  ),
});

export const gateway = defineKind({
  group: 'gateway.networking.k8s.io',
  kind: 'Gateway',
  plural: 'gateways',
  scope: 'Namespaced',
  versions: [
    { name: 'v1', channel: 'standard' },
    { name: 'v1beta1', channel: 'standard' },
    { name: 'v1alpha2', channel: 'retired' },
  ],
  schema: object({
    spec: object({
      gatewayClassName: objectName,
      listeners,
      addresses: optional(ruled(list(address, { max: 16 }), addressesAreDistinct)),
      infrastructure: optional(infrastructure),
      allowedListeners: optional(allowedListeners),
      tls: optional(gatewayTLS),
      defaultScope: optional(oneOf('All', 'None')),
    }),
  }),
});
