import type { Origin } from './origin.ts';

/** One listener of a Gateway or ListenerSet, accepted and free of conflicts. Routes point to it by name. */
export interface Listener {
  readonly kind: 'Listener';
  /** `namespace/gateway/section`; of a ListenerSet `namespace/gateway/set-namespace/set/section`. */
  readonly name: string;
  readonly hash: string;
  /** `namespace/name` of the Gateway, for metrics and explanations. */
  readonly gateway: string;
  readonly section: string;
  /** The port that the manifest names (redirects use it), whatever port a socket was mapped to. */
  readonly port: number;
  readonly protocol: 'HTTP' | 'HTTPS' | 'TLS' | 'TCP' | 'UDP';
  /** Lower case; `*.example.com` for a wildcard, `*` when every host is meant. */
  readonly hostname: string;
  /** Of HTTPS and TLS, always there. */
  readonly tls?: ListenerTls;
  readonly origin: Origin;
}

/** Passed through: the bytes belong to the backend (TLSRoute). Terminated: what is inside is HTTP (HTTPS) or mere bytes (TLS). */
export type ListenerTls = { readonly mode: 'passthrough' } | TlsTermination;

export interface TlsTermination {
  readonly mode: 'terminate';
  /** Names of Secret units with key pairs; never empty. */
  readonly certificates: readonly string[];
  /** Default TLSv1.2. */
  readonly minVersion?: 'TLSv1.2' | 'TLSv1.3';
  /** As OpenSSL lists them. */
  readonly ciphers?: string;
  readonly clients?: ClientValidation;
}

/** Clients show a certificate (GEP-91). All listeners of a port have the same. */
export interface ClientValidation {
  /** `insecure-fallback`: who has none, or one that isn't good, is let in all the same. */
  readonly mode: 'valid-only' | 'insecure-fallback';
  /** Names of Secret units with authorities; never empty. */
  readonly authorities: readonly string[];
}

/**
 * A socket that takes connections or datagrams for some listeners: the place where a Gateway's port really is. Made by whoever
 * decides addresses and ports (the standalone gateway, the controller), never by translation.
 */
export interface Bind {
  readonly kind: 'Bind';
  /** Stable for as long as the socket should stay open, e.g. `127.0.0.1:8080`, `udp:127.0.0.1:53`. */
  readonly name: string;
  readonly hash: string;
  /** Absent: TCP. */
  readonly transport?: 'udp';
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Names of listeners; one that is not known (yet) is as if it were not there. */
  readonly listeners: readonly string[];
  /** CIDRs of peers whose connections begin with a header of the PROXY protocol; absent: none do. */
  readonly proxyProtocol?: readonly string[];
}
