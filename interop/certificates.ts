import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** A pair in files, as the programs of others want it. */
export interface PairFiles {
  readonly certificate: string;
  readonly key: string;
}

/** Makes an authority and pairs of it in a folder; `openssl` is the program. */
export class Authority {
  readonly certificate: string;
  private readonly key: string;
  private readonly openssl: string;
  private readonly dir: string;

  constructor(openssl: string, dir: string, name: string) {
    this.openssl = openssl;
    this.dir = dir;
    this.certificate = path.join(dir, `${name}.crt`);
    this.key = path.join(dir, `${name}.key`);
    this.call(
      'req',
      '-x509',
      ...KEY,
      '-keyout',
      this.key,
      '-out',
      this.certificate,
      '-days',
      '30',
      '-subj',
      `/CN=${name}`,
    );
  }

  /** Of `hostnames`, the first of which is also its subject. */
  issue(hostnames: readonly string[], algorithm: 'ecdsa' | 'rsa' = 'ecdsa'): PairFiles {
    const [name] = hostnames;
    const file = (ending: string) => path.join(this.dir, `${name}-${algorithm}.${ending}`);
    writeFileSync(file('ext'), `subjectAltName=${hostnames.map(each => `DNS:${each}`).join(',')}\n`);
    const key = algorithm === 'ecdsa' ? KEY : ['-newkey', 'rsa:2048', '-nodes'];
    this.call('req', '-new', ...key, '-keyout', file('key'), '-out', file('csr'), '-subj', `/CN=${name}`);
    const signer = ['-CA', this.certificate, '-CAkey', this.key, '-CAcreateserial'];
    this.call(
      'x509',
      '-req',
      '-in',
      file('csr'),
      ...signer,
      '-days',
      '30',
      '-extfile',
      file('ext'),
      '-out',
      file('crt'),
    );
    return { certificate: file('crt'), key: file('key') };
  }

  private call(...args: readonly string[]): void {
    execFileSync(this.openssl, args, { stdio: 'pipe' });
  }
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

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
