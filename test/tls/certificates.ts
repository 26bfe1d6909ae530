import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import {
  bitString,
  der,
  integer,
  octetString,
  objectId as oid,
  pem,
  sequence,
  time,
} from '../../src/certificates/der.ts';

/** A key and the certificate of its public half, as PEM. */
export interface Pair {
  readonly certificate: string;
  readonly key: string;
}

export interface Wanted {
  readonly subject?: string;
  /** subjectAltName. */
  readonly names?: readonly string[];
  readonly uris?: readonly string[];
  /** Itself, if absent. */
  readonly issuer?: Pair & { readonly subject: string };
  readonly key?: 'ec' | 'rsa';
  readonly authority?: boolean;
  /** Ms since 1970. */
  readonly notBefore?: number;
  readonly notAfter?: number;
}

const YEAR = 365 * 24 * 3_600_000;
const ECDSA_SHA256 = '1.2.840.10045.4.3.2';
const RSA_SHA256 = '1.2.840.113549.1.1.11';

/** Makes a key and its certificate (X.509 v3), for tests alone. */
export function makeCertificate(wanted: Wanted = {}): Pair {
  const { subject = 'test', key: kind = 'ec', issuer } = wanted;
  const { privateKey, publicKey } = newKey(kind);
  const signer = issuer === undefined ? privateKey : createPrivateKey(issuer.key);
  const algorithm =
    signer.asymmetricKeyType === 'rsa' ? sequence(oid(RSA_SHA256), der(0x05)) : sequence(oid(ECDSA_SHA256));
  const { notBefore = Date.now() - YEAR, notAfter = Date.now() + YEAR } = wanted;
  const body = sequence(
    der(0xa0, integer(Buffer.of(2))),
    integer(Buffer.concat([Buffer.of(1), randomBytes(15)])),
    algorithm,
    nameOf(issuer?.subject ?? subject),
    sequence(time(notBefore), time(notAfter)),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions(wanted))),
  );
  const signature = sign('sha256', body, signer);
  const whole = sequence(body, algorithm, bitString(signature));
  return {
    certificate: pem('CERTIFICATE', whole),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** An authority that others can be signed by. */
export function makeAuthority(subject: string): Pair & { readonly subject: string } {
  return { ...makeCertificate({ subject, authority: true }), subject };
}

function newKey(kind: 'ec' | 'rsa'): { privateKey: KeyObject; publicKey: KeyObject } {
  if (kind === 'ec') return generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const privateKey = createPrivateKey(RSA_KEY.privateKey);
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

/** Making one takes long, and nothing is proved by another. */
const RSA_KEY = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});

function extensions({ names = [], uris = [], authority = false }: Wanted): Buffer[] {
  const alternatives = [
    ...names.map(name => der(0x82, Buffer.from(name, 'latin1'))),
    ...uris.map(uri => der(0x86, Buffer.from(uri, 'latin1'))),
  ];
  const found = [extension('2.5.29.19', authority ? sequence(der(0x01, Buffer.of(0xff))) : sequence())];
  if (alternatives.length > 0) found.push(extension('2.5.29.17', sequence(...alternatives)));
  return found;
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(oid(id), octetString(value));
}

function nameOf(commonName: string): Buffer {
  return sequence(der(0x31, sequence(oid('2.5.4.3'), der(0x0c, Buffer.from(commonName)))));
}
