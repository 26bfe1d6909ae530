import net from 'node:net';
import { connect, TLSSocket } from 'node:tls';
import { IGNORE, NodeSocket, sharedReads, shareReads } from './raw-socket.ts';
import type { ConnectHandler, Connecting, HelloBytes, Socket } from './socket.ts';
import type { ClientTls } from './tls/client-tls.ts';
import type { SecureHandler, ServerTls } from './tls/server-tls.ts';
import { TlsFailure, tlsFailure } from './tls/tls-failure.ts';

/** What Node's own server asks of a socket whose handshake is done; not part of what is documented, so its shape is checked. */
interface Verified {
  verifyError(): Error | null | undefined;
}

function isVerified(handle: unknown): handle is Verified {
  return typeof handle === 'object' && handle !== null && 'verifyError' in handle;
}

/** As `SocketRuntime.secure`. */
export function secure(socket: Socket, tls: ServerTls, hello: HelloBytes, handler: SecureHandler): void {
  if (!(socket instanceof NodeSocket)) throw new TypeError('a socket of another runtime');
  const carrier = socket.raw;
  socket.handler = IGNORE;
  if (carrier.destroyed) {
    handler.onError(tlsFailure(undefined));
    return;
  }
  // It is read again below TLS, from the first byte.
  carrier.pause();
  carrier.removeAllListeners('data');
  carrier.unshift(Buffer.from(hello.bytes.subarray(hello.start, hello.end)));
  const inside = new TLSSocket(carrier, {
    isServer: true,
    secureContext: tls.context,
    requestCert: tls.clients !== undefined,
    rejectUnauthorized: tls.clients === 'valid-only',
    ...(tls.protocols !== undefined && { ALPNProtocols: tls.protocols }),
  });
  const fail = (error?: Error): void => {
    settle(inside, fail);
    inside.destroy();
    handler.onError(tlsFailure(error));
  };
  // Every 'error' is one of these too.
  inside.once('_tlsError', fail);
  inside.on('error', ignore);
  inside.once('close', fail);
  // Our side would stay open for what we may still have to say.
  inside.once('end', fail);
  inside.once('secure', () => {
    const fault = tls.clients === 'valid-only' ? faultOfClient(inside) : undefined;
    if (fault !== undefined) fail(fault);
    else {
      settle(inside, fail);
      inside.once('close', () => handler.onSecureClosed());
      const session = { version: inside.getProtocol() ?? '', resumed: inside.isSessionReused() };
      const within = new NodeSocket(inside, carrier, inside.alpnProtocol || '');
      handler.onSecure(within, session);
      shareReads(within);
    }
  });
}

function faultOfClient(inside: TLSSocket): Error | undefined {
  const handle = '_handle' in inside ? inside._handle : undefined;
  if (!isVerified(handle))
    return new TlsFailure('no-certificate', 'this Node can not say whether a client is who it says');
  return handle.verifyError() ?? undefined;
}

/** What happens from now on is the affair of the {@link NodeSocket} around it. */
function settle(inside: TLSSocket, fail: (error?: Error) => void): void {
  inside.off('_tlsError', fail);
  inside.off('error', fail);
  inside.off('close', fail);
  inside.off('end', fail);
  inside.on('error', ignore);
  inside.on('_tlsError', error => inside.destroy(error));
}

function ignore(): void {}

/** As `SocketRuntime.connect`. */
export function connectSecurely(
  host: string,
  port: number,
  handler: ConnectHandler,
  tls: ClientTls,
  preface?: Uint8Array,
): Connecting {
  const { context } = tls;
  if (context instanceof TlsFailure) return failLater(handler, context);
  const reads = sharedReads();
  const place = `${host}:${port}`;
  const session = tls.sessions.get(place);
  const carrier = preface && prefaced(host, port, preface);
  const raw = connect({
    ...(carrier === undefined ? { ...reads.options, host, port } : { socket: carrier }),
    secureContext: context,
    ALPNProtocols: [...tls.protocols],
    // Ours are more exact, and need no copy of the whole chain.
    checkServerIdentity: () => undefined,
    ...(net.isIP(tls.serverName) === 0 && { servername: tls.serverName }),
    ...(session !== undefined && { session }),
  });
  const fail = (error?: Error): void => {
    settle(raw, fail);
    raw.destroy();
    tls.sessions.drop(place);
    handler.onError(connected(raw) ? tlsFailure(error) : (error ?? tlsFailure(undefined)));
  };
  raw.setNoDelay();
  raw.once('error', fail);
  raw.once('close', fail);
  // Node tells of a session even after `secureConnect` refused the server: resumed, it would be taken for the right one.
  let accepted = false;
  let pending: Buffer | undefined;
  raw.on('session', (fresh: Buffer) => {
    if (accepted) tls.sessions.keep(place, fresh);
    else pending = fresh;
  });
  raw.once('secureConnect', () => {
    const certificate = raw.isSessionReused() ? undefined : raw.getPeerX509Certificate();
    const fault = certificate && tls.refuse(certificate);
    if (fault !== undefined) fail(fault);
    else {
      settle(raw, fail);
      accepted = true;
      if (pending !== undefined) tls.sessions.keep(place, pending);
      const protocol = raw.alpnProtocol || '';
      handler.onConnect(
        carrier === undefined
          ? reads.wrap(raw, undefined, protocol)
          : readByEvents(new NodeSocket(raw, carrier, protocol)),
      );
    }
  });
  return {
    cancel() {
      settle(raw, fail);
      raw.removeAllListeners('secureConnect');
      raw.destroy();
    },
  };
}

/** A stream that goes through another can't be told to use `onread`. */
function readByEvents(socket: NodeSocket): NodeSocket {
  socket.raw.on('data', (chunk: Buffer) => socket.received(chunk, chunk.length));
  return socket;
}

/** A connection that says something before TLS begins on it. */
function prefaced(host: string, port: number, preface: Uint8Array): net.Socket {
  const carrier = new net.Socket({ allowHalfOpen: true });
  carrier.once('connect', () => carrier.write(preface));
  return carrier.setNoDelay().connect({ host, port });
}

/** There is a connection below: what fails is TLS, not the way there. */
function connected(raw: TLSSocket): boolean {
  return !raw.connecting && raw.remotePort !== undefined;
}

function failLater(handler: ConnectHandler, failure: TlsFailure): Connecting {
  const timer = setImmediate(() => handler.onError(failure));
  return { cancel: () => clearImmediate(timer) };
}
