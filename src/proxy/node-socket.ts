import { lookup } from 'node:dns/promises';
import net from 'node:net';
import { connectSecurely, secure } from './node-tls.ts';
import { NodeSocket, sharedReads } from './raw-socket.ts';
import {
  BACKLOG,
  type ConnectHandler,
  type Connecting,
  type ListenOptions,
  type ListenSocket,
  type Socket,
  type SocketRuntime,
} from './socket.ts';
import type { ClientTls } from './tls/client-tls.ts';

/** Errors of a write to somebody who has reset the connection. */
const RESETS: ReadonlySet<unknown> = new Set(['EPIPE', 'ECONNRESET']);

/**
 * A connection to a server. One that answers early and leaves has the rest of the request reset; what it said before lies in
 * the system still, and would be lost if the failed write closed the socket, as it does with net.Socket.
 */
class ServerConnection extends net.Socket {
  private failure: Error | undefined = undefined;

  override destroy(error?: Error): this {
    const writeFailed = error !== undefined && 'syscall' in error && error.syscall === 'write' && 'code' in error;
    if (!writeFailed || !RESETS.has(error.code) || this.failure !== undefined || this.readableEnded) {
      return super.destroy(error);
    }
    this.failure = error;
    return this;
  }

  /** The end of what can be read; behind a failed write it is none in order. */
  override push(chunk: unknown, encoding?: BufferEncoding): boolean {
    if (chunk !== null || this.failure === undefined) return super.push(chunk, encoding);
    this.destroy(this.failure);
    return false;
  }
}

/** The part of a listening server that a connection reaches before the server makes a stream of it. */
interface Acceptor {
  onconnection(this: unknown, error: number, connection: unknown): void;
}

function hasAcceptor(server: net.Server): server is net.Server & { _handle: Acceptor } {
  const acceptor = '_handle' in server ? server._handle : undefined;
  return typeof acceptor === 'object' && acceptor !== null && 'onconnection' in acceptor;
}

/** That net.Socket takes such a handle is documented for bound sockets only, so the shape of this one is checked. */
function isHandle(connection: unknown): connection is net.BoundSocket {
  if (typeof connection !== 'object' || connection === null) return false;
  return 'readStart' in connection && 'useUserBuffer' in connection;
}

/**
 * A server can't be told to use `onread`, so connections are taken from it as mere handles. Where this Node has none, or
 * others, they come as the server's own streams (`adoptSlowly`).
 */
function takeHandles(server: net.Server, onConnection: (socket: Socket) => void): void {
  if (!hasAcceptor(server)) return;
  const acceptor = server._handle;
  const ordinary = acceptor.onconnection;
  acceptor.onconnection = function (error, connection) {
    if (error !== 0 || !isHandle(connection)) ordinary.call(this, error, connection);
    else onConnection(adopt(connection));
  };
}

function adopt(handle: net.BoundSocket): Socket {
  const reads = sharedReads();
  const raw = new net.Socket({ ...reads.options, handle }).setNoDelay();
  return reads.wrap(raw, raw);
}

let warned = false;

/** The same behaviour, some 20 % dearer; it is said once. */
function adoptSlowly(accepted: net.Socket): Socket {
  if (!warned) process.emitWarning('this Node has no shared read buffer for accepted connections; reads cost more');
  warned = true;
  return plainSocket(accepted);
}

/** The same adapter over ordinary 'data' events. */
export function plainSocket(raw: net.Socket): Socket {
  const socket = new NodeSocket(raw, raw);
  raw.on('data', (chunk: Buffer) => socket.received(chunk, chunk.length));
  // A socket accepted with pauseOnConnect does not start by itself.
  raw.resume();
  return socket;
}

/**
 * Several threads may listen on one port, each with a socket of its own, and the system gives each connection to one of them. Not
 * every system can, and who can't runs one thread.
 */
export const SHARES_PORTS = /^(?:linux|freebsd)$/.test(process.platform) && typeof net.BoundSocket === 'function';

/**
 * A port that is shared could also be shared with another Sluice of the same user, so it is first taken for us alone: bound,
 * not listened on, so that no connection comes to grief when that socket closes.
 */
async function claimPort(host: string, port: number): Promise<void> {
  const { address } = await lookup(host);
  new net.BoundSocket({ host: address, port }).close();
}

async function listen(options: ListenOptions, onConnection: (socket: Socket) => void): Promise<ListenSocket> {
  const { host, port, claim = true } = options;
  if (SHARES_PORTS && claim && port !== 0) await claimPort(host, port);
  return listenAt(host, port, onConnection);
}

function listenAt(host: string, port: number, onConnection: (socket: Socket) => void): Promise<ListenSocket> {
  const server = net.createServer({ pauseOnConnect: true, allowHalfOpen: true, noDelay: true });
  server.on('connection', accepted => onConnection(adoptSlowly(accepted)));
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, backlog: BACKLOG, exclusive: true, reusePort: SHARES_PORTS }, () => {
      server.off('error', reject);
      server.on('error', onAcceptError);
      takeHandles(server, onConnection);
      const { address, port } = server.address() as net.AddressInfo;
      resolve({ host: address, port, close: () => void server.close() });
    });
  });
}

/** Too many open files, mostly: that connection is lost, the next may do. */
function onAcceptError(error: Error): void {
  process.emitWarning(`a connection could not be accepted: ${error.message}`);
}

function connect(
  host: string,
  port: number,
  handler: ConnectHandler,
  tls?: ClientTls,
  preface?: Uint8Array,
): Connecting {
  if (tls !== undefined) return connectSecurely(host, port, handler, tls, preface);
  const reads = sharedReads();
  const raw = new ServerConnection(reads.options);
  const fail = (error: Error): void => handler.onError(error);
  raw.once('error', fail);
  raw.once('connect', () => {
    raw.off('error', fail);
    if (preface !== undefined) raw.write(preface);
    handler.onConnect(reads.wrap(raw, raw));
  });
  try {
    raw.setNoDelay().connect({ host, port });
  } catch (error) {
    raw.destroy(error as Error);
  }
  return {
    cancel() {
      raw.removeAllListeners('connect');
      raw.off('error', fail);
      raw.on('error', () => {});
      raw.destroy();
    },
  };
}

/** Sockets of Node: `node:net` with one shared read buffer and writes that need no buffer of their own. */
export const nodeRuntime: SocketRuntime = { listen, connect, secure };
