import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, isIP } from 'node:net';

/** What the admin endpoint shows. */
export interface AdminPages {
  /** Why traffic is not served yet; undefined when it is. */
  notReady(): string | undefined;
  /** Prometheus text. */
  metrics(): Promise<string>;
  /** The IR that stands. It holds no secrets. */
  config(): unknown;
  status(): unknown;
}

export interface Admin {
  /** Where it listens. */
  readonly url: string;
  close(): void;
}

const PATHS = ['/readyz', '/livez', '/metrics', '/config', '/status'] as const;

/** Rejects with the system's error if the address can't be bound. */
export async function startAdmin(host: string, port: number, pages: AdminPages): Promise<Admin> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return send(response, 405, 'only GET is answered here\n');
    if (isLoopback(host) && !isLocal(hostOf(request.headers.host ?? host)))
      return send(response, 421, 'ask for localhost or an address\n');
    return answer((request.url ?? '').split('?', 1)[0] ?? '', pages, response);
  });
  const { port: bound } = await listen(server, host, port);
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

/**
 * A web page may have its own name point to 127.0.0.1, and have the browser of whoever reads it ask here: its requests
 * bear that name.
 */
function isLocal(host: string): boolean {
  return host === 'localhost' || isIP(host) !== 0;
}

function hostOf(authority: string): string {
  return authority.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1');
}

function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  const listening = Promise.withResolvers<AddressInfo>();
  server.once('error', listening.reject);
  server.listen(port, host, () => listening.resolve(server.address() as AddressInfo));
  return listening.promise;
}

async function answer(path: string, pages: AdminPages, response: ServerResponse): Promise<void> {
  switch (path) {
    case '/livez':
      return send(response, 200, 'ok\n');
    case '/readyz': {
      const reason = pages.notReady();
      return reason === undefined ? send(response, 200, 'ok\n') : send(response, 503, `not ready: ${reason}\n`);
    }
    case '/metrics':
      return send(response, 200, await pages.metrics(), 'text/plain; version=0.0.4; charset=utf-8');
    case '/config':
      return sendJson(response, pages.config());
    case '/status':
      return sendJson(response, pages.status());
    default:
      return send(response, 404, `there is nothing at this path; try one of\n${PATHS.join('\n')}\n`);
  }
}

function sendJson(response: ServerResponse, value: unknown): void {
  send(response, 200, `${JSON.stringify(value, undefined, 2)}\n`, 'application/json');
}

function send(response: ServerResponse, status: number, body: string, type = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
