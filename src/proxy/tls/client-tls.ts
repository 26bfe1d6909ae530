import type { X509Certificate } from 'node:crypto';
import type { SecureContext } from 'node:tls';
import type { TlsFailure } from './tls-failure.ts';

/** How handshakes with one backend go. It stays the same object for as long as nothing of it changes, and keeps its sessions. */
export interface ClientTls {
  /** Or why no connection can be made. */
  readonly context: SecureContext | TlsFailure;
  /** Sent as SNI. */
  readonly serverName: string;
  /** Offered by ALPN, the best first; empty: none. */
  readonly protocols: readonly string[];
  /** Why the certificate is not the one of the server that is wanted. It is one of an authority that is trusted. */
  refuse(certificate: X509Certificate): TlsFailure | undefined;
  readonly sessions: ClientSessions;
}

/** Endpoints whose session is kept. */
const MOST = 512;

/** The last session with each endpoint. Some servers give another only with a whole handshake, so it is resumed more than once. */
export class ClientSessions {
  private readonly byPlace = new Map<string, Buffer>();

  /** @param place `host:port` */
  keep(place: string, session: Buffer): void {
    if (this.byPlace.size >= MOST && !this.byPlace.has(place)) this.byPlace.clear();
    this.byPlace.set(place, session);
  }

  get(place: string): Buffer | undefined {
    return this.byPlace.get(place);
  }

  /** No connection came of it. */
  drop(place: string): void {
    this.byPlace.delete(place);
  }
}
