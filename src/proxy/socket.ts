import type { ClientTls } from './tls/client-tls.ts';
import type { SecureHandler, ServerTls } from './tls/server-tls.ts';

/**
 * The small socket that the data plane is written against; one adapter per runtime. Callbacks are plain methods of one
 * handler object (no closures per socket event), and a handler may be replaced while the socket lives.
 */
export interface Socket {
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** Its own end; absent where that is not known. */
  readonly local?: { readonly address: string; readonly port: number } | undefined;
  /** What ALPN came to: `h2`, `http/1.1`; '' without TLS, or where the two agreed on nothing. */
  readonly protocol: string;
  handler: SocketHandler;
  /**
   * Writes bytes [start, end) before it returns or keeps a copy of what the system did not take, so the caller may reuse
   * the buffer at once. False: the peer is slow; stop and wait for `onDrain`.
   */
  write(bytes: Uint8Array, start: number, end: number): boolean;
  /** Bytes accepted by `write` that the system has not taken yet. */
  readonly pending: number;
  /** Whether the peer has reset the connection, where the system can tell: for sockets that are paused. */
  readonly lost: boolean;
  /** Stops reading: a paused socket delivers no data (whether it delivers an end or a close is the runtime's affair). */
  pause(): void;
  resume(): void;
  /** Sends what is pending, then FIN. The other direction stays open. */
  end(): void;
  /** Closes both directions at once; `reset` sends RST where the runtime can. `onClose` still comes, once. */
  destroy(reset?: boolean): void;
}

export interface SocketHandler {
  /** `bytes[start..end)` is only valid during the call. */
  onData(bytes: Uint8Array, start: number, end: number): void;
  onDrain(): void;
  /** The peer sent FIN. */
  onEnd(): void;
  /** The last event. `error` is set when it did not end in order (reset, timeout of the system). */
  onClose(error: Error | undefined): void;
}

/** What a runtime offers. */
export interface SocketRuntime {
  /** Resolves with the port that was bound; rejects with the system's error (`code`: EADDRINUSE, EACCES, EADDRNOTAVAIL …). */
  listen(options: ListenOptions, onConnection: (socket: Socket) => void): Promise<ListenSocket>;
  /**
   * `onConnect` or `onError`, once; then the handler's events. With `tls` the handshake comes before `onConnect`, and a server that
   * is not who it must be is an `onError` (`TlsFailure`): nothing was sent to it. `preface`: goes first, before TLS too.
   */
  connect(host: string, port: number, handler: ConnectHandler, tls?: ClientTls, preface?: Uint8Array): Connecting;
  /**
   * The server's side of a handshake on `socket`, whose first bytes [start, end) were read already: `onSecure` with the socket of
   * what is inside, or `onError`. `socket` is spent. Absent: whoever comes by TLS
   * can't be served.
   */
  secure?(socket: Socket, tls: ServerTls, hello: HelloBytes, handler: SecureHandler): void;
}

export interface HelloBytes {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** Connections that the system may make before we take them. */
export const BACKLOG = 4_096;

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  /** No socket of another program may have the port, and none of ours has it yet. Else other threads of ours may. Default true. */
  readonly claim?: boolean;
}

export interface ListenSocket {
  readonly host: string;
  readonly port: number;
  /** Stops accepting; open connections live on. */
  close(): void;
}

export interface ConnectHandler {
  onConnect(socket: Socket): void;
  onError(error: Error): void;
}

export interface Connecting {
  /** Gives up; neither `onConnect` nor `onError` comes any more. */
  cancel(): void;
}
