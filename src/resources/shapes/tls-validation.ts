import { list, object, oneOf, optional, ruled, text } from '../schema/build.ts';
import { hostname, preciseHostname } from './names.ts';
import { localObjectReference } from './references.ts';

interface AltName {
  readonly type: string;
  readonly hostname?: string;
  readonly uri?: string;
}

function nameFollowsType({ type, hostname, uri }: AltName): string | undefined {
  if (type === 'Hostname' && !hostname) return 'type Hostname needs the field hostname';
  if (type !== 'Hostname' && hostname) return `the field hostname belongs to type Hostname, but type is ${type}`;
  if (type === 'URI' && !uri) return 'type URI needs the field uri';
  return type !== 'URI' && uri ? `the field uri belongs to type URI, but type is ${type}` : undefined;
}

const subjectAltName = ruled(
  object({
    type: oneOf('Hostname', 'URI'),
    hostname: optional(hostname),
    uri: optional(
      text({
        minLength: 1,
        maxLength: 253,
        pattern: /^(([^:/?#]+):)(\/\/([^/?#]*))([^?#]*)(\?([^#]*))?(#(.*))?/,
        meaning: 'a URI with scheme and authority, such as spiffe://mesh.example/ns/a',
      }),
    ),
  }),
  nameFollowsType,
);

interface Validation {
  readonly caCertificateRefs?: readonly unknown[];
  readonly wellKnownCACertificates?: string;
}

function oneSourceOfAuthorities({ caCertificateRefs, wellKnownCACertificates }: Validation): string | undefined {
  const own = Boolean(caCertificateRefs?.length);
  if (own === Boolean(wellKnownCACertificates)) return 'set either caCertificateRefs or wellKnownCACertificates';
  return undefined;
}

/** BackendTLSPolicyValidation: how the certificate of a backend is judged. */
export const tlsValidation = ruled(
  object({
    hostname: preciseHostname,
    caCertificateRefs: optional(list(localObjectReference, { max: 8 })),
    wellKnownCACertificates: optional(
      text({
        minLength: 1,
        maxLength: 253,
        pattern:
          /^(System|([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]))$/,
        meaning: 'System, or a domain and a name such as example.com/roots',
      }),
    ),
    subjectAltNames: optional(list(subjectAltName, { max: 5 })),
  }),
  oneSourceOfAuthorities,
);
