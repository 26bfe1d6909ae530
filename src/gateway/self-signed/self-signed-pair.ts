import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { bitString, der, integer, objectId, octetString, pem, sequence, time, utf8 } from './der.ts';

/** PEM of a certificate that its own key has signed, and of that key. */
export interface SelfSignedPair {
  readonly certificate: string;
  readonly key: string;
}

const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2';
const COMMON_NAME = '2.5.4.3';
const SUBJECT_ALTERNATIVE_NAME = '2.5.29.17';
const BASIC_CONSTRAINTS = '2.5.29.19';
const DAY = 86_400_000;
/** Clocks differ. */
const BEFORE = DAY;
const VALID = 90 * DAY;

/** An ECDSA certificate (X.509 v3, RFC 5280) for these DNS names, at least one; valid for 90 days. */
export function selfSignedPair(names: readonly string[]): SelfSignedPair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const now = Date.now();
  const algorithm = sequence(objectId(ECDSA_WITH_SHA256));
  const name = subject('self-signed by sluice');
  const body = sequence(
    der(0xa0, integer(Buffer.of(2))),
    integer(Buffer.concat([Buffer.of(1), randomBytes(15)])),
    algorithm,
    name,
    sequence(time(now - BEFORE), time(now + VALID)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(extension(BASIC_CONSTRAINTS, sequence()), alternatives(names))),
  );
  const signature = sign('sha256', body, privateKey);
  return {
    certificate: pem('CERTIFICATE', sequence(body, algorithm, bitString(signature))),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function subject(commonName: string): Buffer {
  return sequence(der(0x31, sequence(objectId(COMMON_NAME), utf8(commonName))));
}

function alternatives(names: readonly string[]): Buffer {
  return extension(SUBJECT_ALTERNATIVE_NAME, sequence(...names.map(name => der(0x82, Buffer.from(name, 'latin1')))));
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(objectId(id), octetString(value));
}
