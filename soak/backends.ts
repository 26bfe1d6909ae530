import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** An HTTP server behind the gateway. */
export interface Backend {
  readonly port: number;
  /** As on SIGTERM: takes no more connections, and ends those that it has in order. */
  stop(): Promise<void>;
}

const BIG = Buffer.alloc(262_144, 'x');
const BIG_PIECES = 16;
/** Bytes of the answer to `/big`. */
export const BIG_BYTES = BIG.length * BIG_PIECES;

/** `/big` gives 4 MiB, `/slow` an answer after a second, all else the method and the length of the request's body. */
async function answer(server: Server, request: IncomingMessage, response: ServerResponse): Promise<void> {
  let length = 0;
  for await (const chunk of request) length += chunk.length;
  if (!server.listening) response.setHeader('connection', 'close');
  if (request.url?.endsWith('/big')) return sendBig(response);
  if (request.url?.endsWith('/slow')) {
    setTimeout(() => response.end('slow'), 1_000);
    return;
  }
  response.end(`${request.method} ${length}`);
}

function sendBig(response: ServerResponse): Promise<void> {
  response.setHeader('content-length', BIG_BYTES);
  return pipeline(Readable.from(Array.from({ length: BIG_PIECES }, () => BIG)), response);
}

/** WebSocket enough: agrees, and sends back whatever comes. */
function tunnel(request: IncomingMessage, socket: Socket): void {
  const key = request.headers['sec-websocket-key'];
  socket.on('error', () => {});
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${key}\r\n\r\n`,
  );
  socket.pipe(socket);
}

export async function startBackend(port = 0): Promise<Backend> {
  const server = createServer((request, response) => {
    response.on('error', () => {});
    answer(server, request, response).catch(() => response.destroy());
  });
  server.on('upgrade', (request, socket) => tunnel(request, socket as Socket));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise(resolve => {
        server.close(() => resolve());
      }),
  };
}
