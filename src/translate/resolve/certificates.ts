import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { Secret } from '../../resources/index.ts';

/** What a Secret is worth as the certificate of a listener. Nothing of what it holds is kept. */
export interface CertificateView {
  /** Why it can't be used, as said of the Secret: `has no tls.key…`. */
  readonly fault?: string;
}

/**
 * Whether a Secret of type kubernetes.io/tls holds a chain of certificates and the key of the first. That one of them
 * has expired is not looked at: translation knows no clock.
 */
export function viewSecret(secret: Secret): CertificateView {
  const fault = certificateFault(secret);
  return fault === undefined ? {} : { fault };
}

function certificateFault(secret: Secret): string | undefined {
  if (secret.type !== 'kubernetes.io/tls')
    return 'is not of type kubernetes.io/tls, as a certificate with its key must be';
  const chain = textOf(secret, 'tls.crt');
  const key = textOf(secret, 'tls.key');
  const missing = chain === '' ? 'tls.crt' : key === '' ? 'tls.key' : undefined;
  if (missing !== undefined) return `has no ${missing}; it must have tls.crt and tls.key, both as PEM`;
  const certificates = readChain(chain);
  const unreadable = certificates.indexOf(undefined);
  const [leaf] = certificates;
  if (unreadable >= 0) return `has a tls.crt of which certificate ${unreadable + 1} can't be read; write it anew`;
  if (!leaf) return 'has a tls.crt without certificate: it must be PEM, with lines -----BEGIN CERTIFICATE-----';
  return keyFault(leaf, key);
}

function keyFault(leaf: X509Certificate, key: string): string | undefined {
  if (key.includes('ENCRYPTED')) return 'has a tls.key that is encrypted; it must be without passphrase';
  const belongs = attempt(() => leaf.checkPrivateKey(createPrivateKey(key)));
  if (belongs === undefined)
    return 'has a tls.key without private key: it must be PEM, with a line -----BEGIN PRIVATE KEY-----';
  return belongs
    ? undefined
    : 'has a tls.key that does not belong to its tls.crt; the first certificate must be that of the key';
}

/** '' where there is none. What stands under stringData counts more, as in the API server. */
function textOf({ data, stringData }: Secret, name: string): string {
  return stringData[name] ?? Buffer.from(data[name] ?? '', 'base64').toString();
}

const BEGIN = '-----BEGIN CERTIFICATE-----';

/** The certificates of a chain, undefined for each that can't be read. */
function readChain(pem: string): readonly (X509Certificate | undefined)[] {
  const blocks = pem.split(BEGIN).slice(1);
  return blocks.map(block => attempt(() => new X509Certificate(BEGIN + block)));
}

/** The errors of the library say nothing to a user, and might quote what they read. */
function attempt<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
