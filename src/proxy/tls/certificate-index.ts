import type { KeyPair, Secret } from '../../ir/index.ts';

/** A Secret with a key pair. */
export interface Certificate {
  readonly name: string;
  readonly hash: string;
  readonly content: KeyPair;
}

export function isCertificate(secret: Secret | undefined): secret is Secret & Certificate {
  return secret?.content.kind === 'keyPair';
}

/** Certificates that are shown side by side: one of each algorithm, and the client's ciphers choose. Never empty. */
export type Shown = readonly Certificate[];

/** Certificates of one listener by the server names that they are for. */
export interface CertificateIndex {
  /** Exact, then wildcard (one label), then the first of all. Undefined where there is none at all. */
  find(serverName: string): Shown | undefined;
}

/** Of several for one name the first of each algorithm counts, in the order of the listener. */
export function indexCertificates(certificates: readonly Certificate[]): CertificateIndex {
  const [first] = certificates;
  if (first === undefined) return { find: () => undefined };
  const others = certificates.filter(({ content }) => sameNames(content, first.content));
  const fallback = onePerAlgorithm(others);
  // One certificate is for whoever comes.
  if (others.length === certificates.length) return { find: () => fallback };
  const byName = new Map<string, Certificate[]>();
  for (const certificate of certificates) {
    for (const name of certificate.content.hostnames) byName.set(name, [...(byName.get(name) ?? []), certificate]);
  }
  const shown = new Map([...byName].map(([name, all]) => [name, onePerAlgorithm(all)]));
  return {
    find(serverName) {
      return shown.get(serverName) ?? shown.get(`*${serverName.slice(serverName.indexOf('.'))}`) ?? fallback;
    },
  };
}

function sameNames(a: KeyPair, b: KeyPair): boolean {
  return a.hostnames.length === b.hostnames.length && a.hostnames.every(name => b.hostnames.includes(name));
}

function onePerAlgorithm(certificates: readonly Certificate[]): Shown {
  const algorithms = new Set<string>();
  return certificates.filter(({ content: { algorithm } }) => algorithms.size < algorithms.add(algorithm).size);
}
