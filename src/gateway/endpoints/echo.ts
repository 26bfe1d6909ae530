import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import type { Endpoint } from '../../ir/index.ts';
import { type Echoed, echoed } from './echoed.ts';

/** Answers for Services that nobody runs: one server per Service port, each saying what it received. */
export interface Echo {
  /** The address of the echo of a backend `Service/namespace/name/port`; started when first asked for. */
  endpointOf(backend: string): Promise<Endpoint>;
  close(): void;
}

const BODY_LIMIT = 1_048_576;

export function createEcho(): Echo {
  const servers = new Map<string, { readonly server: Server; readonly endpoint: Promise<Endpoint> }>();

  function open(backend: string) {
    const server = createServer({ keepAliveTimeout: 75_000, requestTimeout: 0 }, (request, response) => {
      answer(backend, request, response);
    });
    const listening = Promise.withResolvers<Endpoint>();
    server.once('error', listening.reject);
    server.listen(0, '127.0.0.1', () => {
      const { address, port } = server.address() as AddressInfo;
      listening.resolve({ address, port, state: 'ready' });
    });
    return { server, endpoint: listening.promise };
  }

  return {
    endpointOf(backend) {
      const opened = servers.get(backend) ?? open(backend);
      servers.set(backend, opened);
      return opened.endpoint;
    },
    close() {
      for (const { server } of servers.values()) server.close();
      servers.clear();
    },
  };
}

async function answer(backend: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const body = await readBody(request);
    const text = `${JSON.stringify(describe(backend, request, body), undefined, 2)}\n`;
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
    response.end(text);
  } catch {
    // The client went away in the middle of its body: nobody is left to answer to.
    response.destroy();
  }
}

/** Node drops repetitions of some headers; here every value shows. */
function describe(backend: string, request: IncomingMessage, body: string): Echoed {
  const { method = '', url = '', rawHeaders, httpVersion } = request;
  const headers = rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [[name, rawHeaders[at + 1]!] as const] : []));
  return echoed(backend, { method, target: url, headers, version: httpVersion, body });
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    if (size < BODY_LIMIT) chunks.push(chunk.subarray(0, BODY_LIMIT - size));
    size += chunk.length;
  }
  return Buffer.concat(chunks).toString();
}
