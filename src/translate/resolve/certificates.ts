import { createPrivateKey, type X509Certificate } from 'node:crypto';
import { type KeyPair, type Secret as SecretUnit, seal } from '../../ir/index.ts';
import { refKey, refOf, type Secret } from '../../resources/index.ts';
import { isShortKey, leastRsaBits, readCertificates } from './pem.ts';

/** What a Secret is worth as a certificate with its key. */
export type CertificateView = CertificatePair | Faulty;

export interface CertificatePair {
  readonly fault?: undefined;
  /** Name of its Secret unit. */
  readonly unit: string;
  readonly content: KeyPair;
  /** From when until when the certificate is valid, in ms since 1970: translation itself knows no clock. */
  readonly begins: number;
  readonly expires: number;
}

export interface Faulty {
  /** Why it can't be used, as said of the object: `has no tls.key…`. */
  readonly fault: string;
}

/** A Secret of type kubernetes.io/tls holds a chain of certificates and the key of the first. */
export function viewSecret(secret: Secret): CertificateView {
  if (secret.type !== 'kubernetes.io/tls')
    return { fault: 'is not of type kubernetes.io/tls, as a certificate with its key must be' };
  const chain = textOf(secret, 'tls.crt');
  const key = textOf(secret, 'tls.key');
  const missing = chain === '' ? 'tls.crt' : key === '' ? 'tls.key' : undefined;
  if (missing !== undefined) return { fault: `has no ${missing}; it must have tls.crt and tls.key, both as PEM` };
  const certificates = readCertificates(chain, 'tls.crt');
  if ('fault' in certificates) return certificates;
  const [leaf] = certificates.list;
  const fault = keyFault(leaf, key) ?? weaknessOf(certificates.list);
  if (fault !== undefined) return { fault };
  const content: KeyPair = { kind: 'keyPair', chain: certificates.pem, key, ...described(leaf) };
  const { validFromDate, validToDate } = leaf;
  return {
    unit: refKey(refOf(secret)),
    content,
    begins: validFromDate.getTime(),
    expires: validToDate.getTime(),
  };
}

/** The unit of what can be used: a pair, or authorities. */
export function secretUnit({ unit, content }: Pick<SecretUnit, 'content'> & { readonly unit: string }): SecretUnit {
  const [kind, namespace, name] = unit.split('/') as [string, string, string];
  return seal({ kind: 'Secret', name: unit, content, origin: { kind, namespace, name } });
}

function keyFault(leaf: X509Certificate, key: string): string | undefined {
  if (key.includes('ENCRYPTED')) return 'has a tls.key that is encrypted; it must be without passphrase';
  const belongs = belongsTo(leaf, key);
  if (belongs === undefined)
    return 'has a tls.key without private key: it must be PEM, with a line -----BEGIN PRIVATE KEY-----';
  return belongs
    ? undefined
    : 'has a tls.key that does not belong to its tls.crt; the first certificate must be that of the key';
}

/** The errors of the library say nothing to a user, and might quote what they read. */
function belongsTo(leaf: X509Certificate, key: string): boolean | undefined {
  try {
    return leaf.checkPrivateKey(createPrivateKey(key));
  } catch {
    return undefined;
  }
}

function weaknessOf(chain: readonly X509Certificate[]): string | undefined {
  const weak = chain.findIndex(isShortKey);
  return weak < 0
    ? undefined
    : `has a tls.crt of which certificate ${weak + 1} has an RSA key of less than ${leastRsaBits} bits`;
}

/** '' where there is none. What stands under stringData counts more, as in the API server. */
function textOf({ data, stringData }: Secret, name: string): string {
  if (Object.hasOwn(stringData, name)) return stringData[name]!;
  return Object.hasOwn(data, name) ? Buffer.from(data[name]!, 'base64').toString() : '';
}

function described(leaf: X509Certificate): Pick<KeyPair, 'algorithm' | 'hostnames'> {
  const type = leaf.publicKey.asymmetricKeyType;
  return { algorithm: type === 'rsa' ? 'rsa' : type === 'ec' ? 'ecdsa' : 'other', hostnames: hostnamesOf(leaf) };
}

const DNS_NAME = /^(\*\.)?[a-z0-9_]([-a-z0-9_]*[a-z0-9_])?(\.[a-z0-9_]([-a-z0-9_]*[a-z0-9_])?)*$/;

/** RFC 6125: the common name counts only where no DNS name is given. What Node puts in quotes is no DNS name. */
function hostnamesOf({ subjectAltName = '', subject = '' }: X509Certificate): readonly string[] {
  const unquoted = subjectAltName.replace(/"(?:[^"\\]|\\.)*"/g, '');
  const alternatives = unquoted.split(', ').flatMap(each => (each.startsWith('DNS:') ? [each.slice(4)] : []));
  const common = subject.split('\n').flatMap(each => (each.startsWith('CN=') ? [each.slice(3)] : []));
  const names = (alternatives.length > 0 ? alternatives : common).map(each => each.toLowerCase());
  return [...new Set(names)].filter(each => DNS_NAME.test(each));
}
