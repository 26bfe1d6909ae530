import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { KeyPair } from '../../certificates/index.ts';
import { isRecord } from '../../resources/index.ts';

/** What the Secret of the controller holds. */
export interface CredentialsRecord {
  readonly server: KeyPair;
  /** PEM of the authorities that proxies trust, the one that signed `server` first. */
  readonly trusted: readonly string[];
  /** The one that signs; absent: others issue these certificates, and the controller only reads them. */
  readonly authority?: KeyPair;
  /** The one that will sign when all proxies trust it. */
  readonly next?: KeyPair;
}

/** By the key in Secret.data. Those of kubernetes.io/tls, and what is needed to renew. */
export type SecretTexts = Readonly<Record<(typeof KEYS)[number], string | null>>;

const KEYS = ['tls.crt', 'tls.key', 'ca.crt', 'ca.key', 'next-ca.crt', 'next-ca.key'] as const;

/** What is absent is null, so that a merge removes it. */
export function textsOf({ server, trusted, authority, next }: CredentialsRecord): SecretTexts {
  return {
    'tls.crt': server.certificate,
    'tls.key': server.key,
    'ca.crt': trusted.join(''),
    'ca.key': authority?.key ?? null,
    'next-ca.crt': next?.certificate ?? null,
    'next-ca.key': next?.key ?? null,
  };
}

/** `data` of a Secret, in base64; or what is wrong with it, without what stands in it. */
export function readCredentials(data: unknown): CredentialsRecord | { readonly unusable: string } {
  const text = (key: (typeof KEYS)[number]) => {
    const value = isRecord(data) ? data[key] : undefined;
    return typeof value === 'string' && value !== '' ? Buffer.from(value, 'base64').toString() : undefined;
  };
  const server = pairOf(text('tls.crt'), text('tls.key'));
  if (!server) return { unusable: 'tls.crt and tls.key are no certificate and its key' };
  const trusted = certificatesIn(text('ca.crt') ?? '');
  const [first] = trusted;
  if (first === undefined) return { unusable: 'ca.crt holds no certificate' };
  const authority = pairOf(first, text('ca.key'));
  if (!authority && text('ca.key') !== undefined)
    return { unusable: 'ca.key is not the key of the first certificate in ca.crt' };
  const next = pairOf(text('next-ca.crt'), text('next-ca.key'));
  return { server, trusted, ...(authority && { authority }), ...(authority && next && { next }) };
}

function pairOf(certificate: string | undefined, key: string | undefined): KeyPair | undefined {
  if (certificate === undefined || key === undefined) return undefined;
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key)) ? { certificate, key } : undefined;
  } catch {
    return undefined;
  }
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n?/g;

function certificatesIn(pem: string): readonly string[] {
  return (pem.match(CERTIFICATE) ?? []).filter(isCertificate).map(each => `${each.trimEnd()}\n`);
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
