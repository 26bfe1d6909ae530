import type { Origin } from './origin.ts';

/** Something to forward to, in one way: one port of a Service, ServiceImport or XBackend. */
export interface Backend {
  readonly kind: 'Backend';
  /** As `backendName` makes it: `Service/namespace/name/port`, with `;variant` behind it where there is more than one way to it. */
  readonly name: string;
  readonly hash: string;
  /** Of HTTP: what is spoken without asking, or (`negotiated`, with `tls` alone) whichever of both ALPN comes to. */
  readonly protocol: 'http1' | 'http2' | 'negotiated';
  /** Absent: plaintext. */
  readonly tls?: BackendTls;
  /** Its addresses are those that this name resolves to (XBackend, Service of type ExternalName); else others list them. */
  readonly resolve?: { readonly hostname: string; readonly port: number };
  /** The connection begins with a header that says who the client is (PROXY protocol). */
  readonly proxyProtocol?: 'v1' | 'v2';
  readonly origin: Origin;
}

/** How a backend must prove who it is (BackendTLSPolicy); where it can't, no byte is sent. */
export interface BackendTls {
  /** Sent as SNI; also the name that the certificate must be for, unless `names` are given. */
  readonly serverName: string;
  /** One of them must be in the certificate; empty: `serverName` must. */
  readonly names: readonly { readonly kind: 'dns' | 'uri'; readonly value: string }[];
  /** Names of {@link Secret} units with authorities, or those that the system trusts. */
  readonly authorities: 'system' | readonly string[];
  /** Name of the Secret unit with the pair that we show (Gateway spec.tls.backend). */
  readonly clientCertificate?: string;
}

/** The addresses of a Backend. They come on a lane of their own and never pass through translation. */
export interface Endpoints {
  readonly kind: 'Endpoints';
  /** As `endpointsName` makes it of the name of a {@link Backend}: all variants share them. */
  readonly name: string;
  readonly hash: string;
  readonly endpoints: readonly Endpoint[];
}

export interface Endpoint {
  readonly address: string;
  readonly port: number;
  /** `draining` (serving but terminating) gets requests only when nothing is `ready`. */
  readonly state: 'ready' | 'draining';
}
