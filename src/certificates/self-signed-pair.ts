import { issueCertificate, type KeyPair } from './issue-certificate.ts';

/** A certificate that its own key has signed, and that key. */
export type SelfSignedPair = KeyPair;

const DAY = 86_400_000;
/** Clocks differ. */
const BEFORE = DAY;
const VALID = 90 * DAY;

/** For these DNS names, at least one; valid for 90 days. */
export function selfSignedPair(names: readonly string[]): SelfSignedPair {
  const now = Date.now();
  return issueCertificate({
    commonName: 'self-signed by sluice',
    names,
    validFrom: now - BEFORE,
    validTo: now + VALID,
  });
}
