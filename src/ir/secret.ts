import type { Origin } from './origin.ts';

/**
 * Certificates, and the only place of the IR where private keys stand: whoever shows, logs or stores units leaves `key` and
 * `keys` out.
 */
export interface Secret {
  readonly kind: 'Secret';
  /** `Kind/namespace/name` of the object: a Secret, or a ConfigMap (authorities); of the keys of sessions `sessions`. */
  readonly name: string;
  readonly hash: string;
  readonly content: KeyPair | Authorities | SessionKeys;
  readonly origin: Origin;
}

/** A chain of certificates, the server's or client's own first, and its key. */
export interface KeyPair {
  readonly kind: 'keyPair';
  /** PEM. */
  readonly chain: string;
  /** PEM, without passphrase. */
  readonly key: string;
  readonly algorithm: 'rsa' | 'ecdsa' | 'other';
  /** DNS names that it is for, lower case, wildcards as they stand. */
  readonly hostnames: readonly string[];
}

/** Certificates that others are judged by. */
export interface Authorities {
  readonly kind: 'authorities';
  /** PEM, one or more. */
  readonly pem: string;
}

/** What seals the tokens of sessions: the same for all proxies of a data plane, so that any of them knows whom another one chose. */
export interface SessionKeys {
  readonly kind: 'sessionKeys';
  /** 32 bytes each, in base64; the first seals, all open. Never empty. */
  readonly keys: readonly string[];
}
