import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseBackendName } from '../../ir/index.ts';
import type { BackendOverride } from '../endpoints/override-resolver.ts';
import { type HandledReply, handle } from './handled-request.ts';
import type { BackendHandler } from './handlers.ts';

export interface HandlerServers {
  /** Where the data plane finds the handlers. */
  readonly overrides: readonly BackendOverride[];
  close(): void;
}

/** A server on a loopback port for each handler. */
export async function startHandlers(handlers: ReadonlyMap<string, BackendHandler>): Promise<HandlerServers> {
  const servers = [...handlers].map(([backend, handler]) => ({ backend, server: serverOf(handler) }));
  const overrides = await Promise.all(servers.map(({ backend, server }) => listen(backend, server)));
  return {
    overrides,
    close() {
      for (const { server } of servers) {
        server.close();
        server.closeAllConnections();
      }
    },
  };
}

function serverOf(handler: BackendHandler): Server {
  // The data plane closes connections that idle, before this would.
  return createServer({ keepAliveTimeout: 75_000, requestTimeout: 0 }, (request, response) => {
    void answer(handler, request, response);
  });
}

function listen(backend: string, server: Server): Promise<BackendOverride> {
  const { namespace, name, port } = parseBackendName(backend);
  const listening = Promise.withResolvers<BackendOverride>();
  server.once('error', listening.reject);
  server.listen(0, '127.0.0.1', () => {
    const { address, port: bound } = server.address() as AddressInfo;
    listening.resolve({ service: `${namespace}/${name}`, port, to: { host: address, port: bound } });
  });
  return listening.promise;
}

async function answer(handler: BackendHandler, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const { method = '', url: target = '' } = request;
    const asked = { method, target, headers: fieldsOf(request), body: await bodyOf(request) };
    send(response, await handle(handler, asked).catch(failure));
  } catch {
    // The client went away in the middle of its body: nobody is left to answer to.
    response.destroy();
  }
}

function failure(error: unknown): HandledReply {
  const message = error instanceof Error ? error.message : String(error);
  const body = Buffer.from(`the handler of this backend failed: ${message}\n`);
  return { status: 500, headers: [['content-type', 'text/plain; charset=utf-8']], body };
}

function send(response: ServerResponse, { status, headers, body }: HandledReply): void {
  const length = ['content-length', String(body.length)] as const;
  response.writeHead(status, [...headers.filter(isNotLength), length].flat());
  response.end(body);
}

function isNotLength([name]: readonly [string, string]): boolean {
  return name !== 'content-length' && name !== 'transfer-encoding';
}

function fieldsOf({ rawHeaders }: IncomingMessage): [string, string][] {
  return rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [[name, rawHeaders[at + 1]!] as [string, string]] : []));
}

async function bodyOf(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
