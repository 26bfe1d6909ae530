import { execFileSync } from 'node:child_process';
import path from 'node:path';

/** Makes an ECDSA pair (P-256) with openssl, in PEM files of `dir`. */
export function makePair(dir: string, openssl = 'openssl'): { readonly certificate: string; readonly key: string } {
  const [certificate, key] = [path.join(dir, 'pair.crt'), path.join(dir, 'pair.key')];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const out = ['-keyout', key, '-out', certificate, '-days', '9', '-subj', '/CN=bench'];
  execFileSync(openssl, ['req', '-x509', ...kind, ...out], { stdio: 'pipe' });
  return { certificate, key };
}
