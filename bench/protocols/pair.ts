import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeCertificate } from '../../test/tls/certificates.ts';

/** Makes an ECDSA pair (P-256), in PEM files of `dir`. */
export function makePair(dir: string): { readonly certificate: string; readonly key: string } {
  const pair = makeCertificate({ subject: 'bench' });
  const [certificate, key] = [path.join(dir, 'pair.crt'), path.join(dir, 'pair.key')];
  writeFileSync(certificate, pair.certificate);
  writeFileSync(key, pair.key, { mode: 0o600 });
  return { certificate, key };
}
