import { X509Certificate } from 'node:crypto';

/** Certificates of a PEM text, at least one, or why it has none that can be used. */
export type Certificates =
  | {
      readonly list: readonly [X509Certificate, ...X509Certificate[]];
      /** Only the certificates: what stands between them is left out. */
      readonly pem: string;
    }
  | { readonly fault: string };

/** OpenSSL refuses shorter ones at its default level. */
export const leastRsaBits = 2048;

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]*(?:-----END CERTIFICATE-----)?/g;

/** `field`: where the text stands, as in `tls.crt`. */
export function readCertificates(pem: string, field: string): Certificates {
  const blocks = pem.match(BLOCK) ?? [];
  const list: X509Certificate[] = [];
  for (const [at, block] of blocks.entries()) {
    const certificate = read(block);
    if (!certificate) return { fault: `has a ${field} of which certificate ${at + 1} can't be read; write it anew` };
    list.push(certificate);
  }
  const [first, ...others] = list;
  if (!first)
    return { fault: `has a ${field} without certificate: it must be PEM, with lines -----BEGIN CERTIFICATE-----` };
  return { list: [first, ...others], pem: `${blocks.join('\n')}\n` };
}

export function isShortKey({ publicKey }: X509Certificate): boolean {
  const { asymmetricKeyType, asymmetricKeyDetails } = publicKey;
  return asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) < leastRsaBits;
}

/** The errors of the library say nothing to a user, and might quote what they read. */
function read(block: string): X509Certificate | undefined {
  try {
    const certificate = new X509Certificate(block);
    // Keys of a kind that OpenSSL does not know show only here.
    void certificate.publicKey;
    return certificate;
  } catch {
    return undefined;
  }
}
