import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Request } from './message.ts';
import { type Peer, peer } from './peer.ts';

/** What a backend does with its connection number `index` (from 0); it may fail when the connection goes. */
export type Script = (connection: Peer, index: number) => void | Promise<void>;

export interface Backend {
  readonly port: number;
  readonly connections: readonly Peer[];
  /** Heads that came, whether or not their bodies did. */
  readonly heads: Request[];
  /** Whole requests that came. */
  readonly requests: Request[];
  stop(): void;
}

/** A server of raw connections; `script` decides on every byte it sends. */
export async function startBackend(script: Script): Promise<Backend> {
  const connections: Peer[] = [];
  const heads: Request[] = [];
  const requests: Request[] = [];
  const server = createServer({ allowHalfOpen: true }, socket => {
    const raw = peer(socket);
    const connection: Peer = {
      ...raw,
      async request(onHead) {
        const request = await raw.request(head => {
          heads.push(head);
          onHead?.(head);
        });
        requests.push(request);
        return request;
      },
    };
    connections.push(connection);
    Promise.resolve(script(connection, connections.length - 1)).catch(() => raw.socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = () => {
    server.close();
    for (const connection of connections) connection.socket.destroy();
  };
  return { port: (server.address() as AddressInfo).port, connections, heads, requests, stop };
}

/** `200` with a body of known length. */
export function ok(body: string, fields = ''): string {
  return `HTTP/1.1 200 OK\r\n${fields}Content-Length: ${body.length}\r\n\r\n${body}`;
}

/** Answers every request of every connection; by default with `METHOD target body`. */
export function answering(respond: (request: Request) => string = describe): Script {
  return async connection => {
    while (await connection.stream.any()) connection.send(respond(await connection.request()));
    connection.end();
  };
}

export function describe(request: Request): string {
  const text = `${request.method} ${request.target} ${request.body}`;
  return request.method === 'HEAD' ? 'HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n' : ok(text);
}

/** Waits until `condition` holds; fails with `what` when it does not come to. */
export async function eventually(condition: () => boolean, what: string): Promise<void> {
  for (const deadline = Date.now() + 4_000; !condition(); await sleep(5)) {
    if (Date.now() > deadline) throw new Error(`waited in vain until ${what}`);
  }
}
