import { object, oneOf, optional, ruled, text } from '../schema/build.ts';
import { port, preciseHostname } from '../shapes/names.ts';
import { secretReference } from '../shapes/references.ts';
import { tlsValidation } from '../shapes/tls-validation.ts';
import { defineKind } from './kind.ts';

const DNS_LABEL = /^$|^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

function hostnameIsOutside(hostname: string): string | undefined {
  return hostname.endsWith('.cluster.local')
    ? 'must be outside of the cluster, not end with .cluster.local'
    : undefined;
}

function nameIsLabel(name: string): string | undefined {
  return DNS_LABEL.test(name) ? undefined : 'must be a DNS label (lower-case letters, digits and -)';
}

function certificateFollowsMode(tls: { mode: string; clientCertificateRef?: unknown }): string | undefined {
  const wanted = tls.mode === 'ClientAndServer';
  if (wanted === (tls.clientCertificateRef !== undefined)) return undefined;
  return 'clientCertificateRef belongs to mode ClientAndServer and is required there';
}

const tls = ruled(
  object({
    mode: oneOf('None', 'ServerOnly', 'ClientAndServer'),
    clientCertificateRef: optional(secretReference),
    validation: optional(tlsValidation),
  }),
  certificateFollowsMode,
);

function memberFollowsBackendType(spec: { type: string; externalHostname?: unknown }): string | undefined {
  if ((spec.type === 'ExternalHostname') === (spec.externalHostname !== undefined)) return undefined;
  return 'externalHostname belongs to type ExternalHostname and is required there';
}

/** A backend outside of the cluster, such as a model provider. */
export const xBackend = defineKind({
  group: 'gateway.networking.x-k8s.io',
  kind: 'XBackend',
  plural: 'xbackends',
  scope: 'Namespaced',
  versions: [{ name: 'v1alpha1', channel: 'experimental' }],
  schema: object({
    spec: ruled(
      object({
        type: oneOf('ExternalHostname'),
        externalHostname: optional(object({ hostname: ruled(preciseHostname, hostnameIsOutside) })),
        port: object({ name: optional(ruled(text({ maxLength: 63 }), nameIsLabel)), port }),
        protocol: optional(oneOf('TCP', 'HTTP', 'HTTP2', 'HTTP11', 'H2C', 'MCP')),
        tls: optional(tls),
      }),
      memberFollowsBackendType,
    ),
  }),
});
