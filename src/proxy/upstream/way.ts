import type { Backend, BackendTls } from '../../ir/index.ts';
import type { Socket } from '../socket.ts';

/**
 * How endpoints are spoken to, as a Backend says. The same object for as long as nothing of that changes: the connections of
 * a pool were all made in one way.
 */
export interface Way {
  readonly backend: Backend;
  /** What is spoken, in one text: two that are equal are one way. */
  readonly said: string;
  /** What is offered by ALPN, where that is not for the Backend to say. */
  readonly protocols: readonly string[] | undefined;
  /** For requests that want to go on as WebSockets, where that is another: few servers know how to in HTTP/2, all in HTTP/1.1. */
  readonly upgrading: Way | undefined;
}

const HTTP1: readonly string[] = ['http/1.1'];

export function wayTo(backend: Backend): Way {
  const { protocol, tls, proxyProtocol } = backend;
  const said = JSON.stringify([protocol, tls, proxyProtocol]);
  const upgrading = protocol === 'negotiated' ? { backend, said, protocols: HTTP1, upgrading: undefined } : undefined;
  return { backend, said, protocols: undefined, upgrading };
}

export function isSecured(backend: Backend): backend is Backend & { readonly tls: BackendTls } {
  return backend.tls !== undefined;
}

/** What is spoken on a connection that is open. */
export function isHttp2({ backend }: Way, socket: Socket): boolean {
  return backend.protocol === 'http2' || (backend.protocol === 'negotiated' && socket.protocol === 'h2');
}
