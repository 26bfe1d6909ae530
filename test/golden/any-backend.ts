import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import type { Duplex } from 'node:stream';

/**
 * A server on loopback that answers by whatever protocol it is spoken to: HTTP/1.1, HTTP/2 with prior knowledge, both over
 * TLS, and datagrams (with `label`). Behind all of HTTP stands one listener of requests.
 */
export interface AnyServer {
  readonly port: number;
  close(): void;
}

const PREFACE = 'PRI ';
/** The type of a TLS record that holds a handshake. */
const HANDSHAKE = 0x16;

/** Certificates that `identity/README.md` says more of. */
const read = (name: string) => readFileSync(path.join(import.meta.dirname, 'identity', name));
const IDENTITY = { cert: read('backend.crt'), key: read('backend.key'), ca: read('authority.crt') };

export async function startAnyServer(label: string, onRequest: http.RequestListener): Promise<AnyServer> {
  const plain = http.createServer(onRequest);
  // node:http2 offers what node:http does, under types of its own.
  const listener = onRequest as unknown as (
    request: http2.Http2ServerRequest,
    answer: http2.Http2ServerResponse,
  ) => void;
  const h2c = http2.createServer(listener);
  const secure = http2.createSecureServer(
    { ...IDENTITY, allowHTTP1: true, requestCert: true, rejectUnauthorized: false },
    listener,
  );
  const sockets = new Set<Duplex>();
  const server = net.createServer({ noDelay: true }, socket => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    socket.once('data', (first: Buffer) => {
      socket.pause();
      socket.unshift(first);
      if (first[0] === HANDSHAKE) return passOn(socket, secure);
      if (first.toString('latin1').startsWith(PREFACE)) return passOn(socket, h2c);
      plain.emit('connection', socket);
      socket.resume();
    });
  });
  for (const each of [h2c, secure]) each.on('sessionError', () => {});
  secure.on('tlsClientError', () => {});
  const servers = [server, h2c, secure];
  for (const each of servers) each.listen(0, '127.0.0.1');
  await Promise.all(servers.map(each => once(each, 'listening')));
  const { port } = server.address() as AddressInfo;
  const datagrams = createSocket('udp4').bind(port, '127.0.0.1');
  datagrams.on('message', (_, from) => datagrams.send(label, from.port, from.address));
  await once(datagrams, 'listening');
  return {
    port,
    close() {
      for (const each of servers) each.close();
      datagrams.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** node:http2 reads its sockets from below: what was read already would be lost. */
function passOn(socket: net.Socket, server: http2.Http2Server | http2.Http2SecureServer): void {
  const { port } = server.address() as AddressInfo;
  const onward = net.connect({ port, host: '127.0.0.1', noDelay: true });
  onward.on('error', () => {}).on('close', () => socket.destroy());
  socket.on('close', () => onward.destroy());
  socket.pipe(onward).pipe(socket);
}
