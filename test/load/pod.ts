import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';

/** A real HTTP server that ends as the container of a pod does. */
export interface Pod {
  readonly port: number;
  /** Requests that it answered. */
  readonly served: number;
  /** Resolves when nobody has been connected for a while. */
  left(): Promise<void>;
  /** As on SIGTERM: takes no more connections, closes idle ones, and the others after the answers that are due. */
  stop(): Promise<void>;
}

/** The longest that an answer takes; ms. */
const WORK = 4;
/** Who has begun to connect is seen by then, as in the time that pods are given before they end; ms. */
const GRACE = 25;

/** Answers `name method generation length`: of the request's body, and what a filter wrote into `x-generation`. */
export async function startPod(name: string): Promise<Pod> {
  let served = 0;
  let connections = 0;
  const server = createServer((request, response) => {
    answer(server, name, request, response).then(
      () => served++,
      () => response.destroy(),
    );
  });
  server.on('connection', socket => {
    connections++;
    socket.on('close', () => connections--);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get served() {
      return served;
    },
    async left() {
      for (let quiet = false; !quiet; ) {
        quiet = connections === 0;
        await sleep(GRACE);
        // The connections that the system has made meanwhile are taken before this.
        await setImmediate();
        quiet &&= connections === 0;
      }
    },
    stop: () => ended(server),
  };
}

async function answer(server: Server, name: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  let length = 0;
  for await (const chunk of request) length += chunk.length;
  await sleep(Math.random() * WORK);
  if (!server.listening) response.setHeader('connection', 'close');
  response.end(`${name} ${request.method} ${request.headers['x-generation'] ?? '-'} ${length}`);
}

function ended(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve());
  });
}
