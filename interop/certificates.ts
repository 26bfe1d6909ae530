import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeAuthority, makeCertificate } from '../test/tls/certificates.ts';

/** A pair in files, as the programs of others want it. */
export interface PairFiles {
  readonly certificate: string;
  readonly key: string;
}

/** An authority and what it signs, in files of a folder. */
export interface Authority {
  /** File of its certificate. */
  readonly certificate: string;
  /** A pair for `hostnames`, the first of which is also its subject. */
  issue(hostnames: readonly [string, ...string[]], key?: 'ec' | 'rsa'): PairFiles;
}

export function authorityIn(dir: string, name: string): Authority {
  const write = (file: string, text: string) => {
    const at = path.join(dir, file);
    writeFileSync(at, text, { mode: 0o600 });
    return at;
  };
  const issuer = makeAuthority(name);
  return {
    certificate: write(`${name}.crt`, issuer.certificate),
    issue(hostnames, key = 'ec') {
      const [subject] = hostnames;
      const pair = makeCertificate({ subject, names: hostnames, issuer, key });
      const file = `${subject}-${key}`;
      return { certificate: write(`${file}.crt`, pair.certificate), key: write(`${file}.key`, pair.key) };
    },
  };
}

/** The Secret of a pair. */
export function secretManifest(name: string, { certificate, key }: PairFiles): string {
  const data = { 'tls.crt': base64(certificate), 'tls.key': base64(key) };
  return JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name }, type: 'kubernetes.io/tls', data });
}

/** The ConfigMap with the certificate of an authority. */
export function authorityManifest(name: string, certificate: string): string {
  const data = { 'ca.crt': readFileSync(certificate, 'utf8') };
  return JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data });
}

function base64(file: string): string {
  return readFileSync(file).toString('base64');
}
