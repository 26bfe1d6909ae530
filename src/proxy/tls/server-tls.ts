import type { SecureContext } from 'node:tls';
import type { Socket } from '../socket.ts';
import type { TlsFailure } from './tls-failure.ts';

/** How one handshake with a client goes. */
export interface ServerTls {
  readonly context: SecureContext;
  /** Those of ALPN that we choose from, in the form of the wire; absent: ALPN is not answered. */
  readonly protocols: Buffer | undefined;
  /** What becomes of clients without a good certificate; absent: none is asked for. */
  readonly clients: 'valid-only' | 'insecure-fallback' | undefined;
}

/** Who waits for a handshake to end: `onSecure` or `onError`, once. */
export interface SecureHandler {
  onSecure(socket: Socket, session: TlsSession): void;
  onError(failure: TlsFailure): void;
  /** After `onSecure`: the socket is closed, whoever has it by then. */
  onSecureClosed(): void;
}

export interface TlsSession {
  /** `TLSv1.2`, `TLSv1.3`. */
  readonly version: string;
  readonly resumed: boolean;
}

/** Names as ALPN lists them (RFC 7301 §3.1). */
export function wireProtocols(...names: readonly string[]): Buffer {
  return Buffer.concat(names.flatMap(name => [Buffer.from([name.length]), Buffer.from(name, 'latin1')]));
}
