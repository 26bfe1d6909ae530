import { createPrivateKey, generateKeyPairSync, randomBytes, sign, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { addressBytes } from './address-bytes.ts';
import { bitString, der, integer, objectId, octetString, pem, sequence, time, utf8 } from './der.ts';
import { subjectIn } from './subject-in.ts';

/** PEM of a certificate, and of its key. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

export interface CertificateWish {
  readonly commonName: string;
  /** DNS names and IP addresses; an authority has none. */
  readonly names: readonly string[];
  /** It signs others. */
  readonly authority?: boolean;
  /** ms since 1970. */
  readonly validFrom: number;
  readonly validTo: number;
}

const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2';
const COMMON_NAME = '2.5.4.3';
const KEY_USAGE = '2.5.29.15';
const SUBJECT_ALTERNATIVE_NAME = '2.5.29.17';
const BASIC_CONSTRAINTS = '2.5.29.19';
const EXTENDED_KEY_USAGE = '2.5.29.37';
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const TRUE = der(0x01, Buffer.of(0xff));
/** keyCertSign and cRLSign. */
const SIGNS_CERTIFICATES = der(0x03, Buffer.of(0x01, 0x06));
/** digitalSignature. */
const SIGNS = der(0x03, Buffer.of(0x07, 0x80));

/** An ECDSA certificate (X.509 v3, RFC 5280) with a key of its own. Without an issuer it is signed by that key. */
export function issueCertificate(wish: CertificateWish, issuer?: KeyPair): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(objectId(ECDSA_WITH_SHA256));
  const own = subject(wish.commonName);
  const body = sequence(
    der(0xa0, integer(Buffer.of(2))),
    integer(Buffer.concat([Buffer.of(1), randomBytes(15)])),
    algorithm,
    issuer ? subjectIn(new X509Certificate(issuer.certificate).raw) : own,
    sequence(time(wish.validFrom), time(wish.validTo)),
    own,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions(wish, issuer))),
  );
  const signature = sign('sha256', body, issuer ? createPrivateKey(issuer.key) : privateKey);
  return {
    certificate: pem('CERTIFICATE', sequence(body, algorithm, bitString(signature))),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function extensions({ names, authority }: CertificateWish, issuer: KeyPair | undefined): readonly Buffer[] {
  if (authority) return [critical(BASIC_CONSTRAINTS, sequence(TRUE)), critical(KEY_USAGE, SIGNS_CERTIFICATES)];
  // Who signs itself is its own authority to those who trust it: its use is left open.
  const use = issuer
    ? [critical(KEY_USAGE, SIGNS), extension(EXTENDED_KEY_USAGE, sequence(objectId(SERVER_AUTH)))]
    : [];
  return [extension(BASIC_CONSTRAINTS, sequence()), ...use, alternatives(names)];
}

function subject(commonName: string): Buffer {
  return sequence(der(0x31, sequence(objectId(COMMON_NAME), utf8(commonName))));
}

function alternatives(names: readonly string[]): Buffer {
  const parts = names.map(name =>
    isIP(name) === 0 ? der(0x82, Buffer.from(name, 'latin1')) : der(0x87, addressBytes(name)),
  );
  return extension(SUBJECT_ALTERNATIVE_NAME, sequence(...parts));
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(objectId(id), octetString(value));
}

function critical(id: string, value: Buffer): Buffer {
  return sequence(objectId(id), TRUE, octetString(value));
}
