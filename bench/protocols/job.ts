import type { Running } from '../job.ts';

/** Doors that a proxy is asked to open, each a free port of 127.0.0.1. */
export interface Doors {
  /** HTTP/1.1 and HTTP/2 over TLS, to HTTP/1.1. */
  readonly https: number;
  /** HTTP/2 in plaintext, to HTTP/1.1. */
  readonly h2c: number;
  /** HTTP/2 in plaintext, to HTTP/2 in plaintext. */
  readonly grpc: number;
  /** Bytes, to the backend of HTTP/1.1. */
  readonly tcp: number;
  readonly udp: number;
}

/** What every proxy of the comparison is asked to do. */
export interface ProtocolJob {
  readonly doors: Doors;
  readonly backends: Backends;
  /** PEM files of an ECDSA pair (P-256). */
  readonly certificate: string;
  readonly key: string;
  /** An empty directory of its own. */
  readonly dir: string;
}

/** Ports of what stands behind. */
export interface Backends {
  readonly http: number;
  readonly grpc: number;
  /** Sends datagrams back. */
  readonly udp: number;
}

export interface ProtocolPeer {
  readonly name: string;
  find(): string | undefined;
  /** What it can't do, by door; said in the table. */
  readonly lacks: readonly (keyof Doors)[];
  start(program: string, job: ProtocolJob): Promise<Running>;
}
