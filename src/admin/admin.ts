import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, isIP } from 'node:net';
import { hostPort, listenPlace } from '../ir/index.ts';
import { type AdminPages, type PageAnswer, refusalPage, textPage } from './admin-page.ts';

export interface Admin {
  /** Where it listens. */
  readonly url: string;
  close(): void;
}

/** Rejects with the system's error if the address can't be bound. */
export async function startAdmin(host: string, port: number, pages: AdminPages): Promise<Admin> {
  const server = createServer((request, response) => {
    void answer(request, host, pages)
      .catch(error => refusalPage(500, `internal error: ${error instanceof Error ? error.message : String(error)}`))
      .then(said => say(said, response));
  });
  const { port: bound } = await listen(server, host, port);
  return {
    url: `http://${hostPort(host, bound)}`,
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
  server.listen(listenPlace(host, port), () => listening.resolve(server.address() as AddressInfo));
  return listening.promise;
}

async function answer(
  { method, url = '', headers }: IncomingMessage,
  host: string,
  pages: AdminPages,
): Promise<PageAnswer> {
  if (method !== 'GET' && method !== 'HEAD') return textPage(405, 'only GET is answered here\n');
  if (isLoopback(host) && !isLocal(hostOf(headers.host ?? host)))
    return textPage(421, 'ask for localhost or an address\n');
  const end = url.includes('?') ? url.indexOf('?') : url.length;
  const path = url.slice(0, end);
  const page = Object.hasOwn(pages, path) ? pages[path] : undefined;
  if (page !== undefined) return page(new URLSearchParams(url.slice(end + 1)));
  return textPage(404, `there is nothing at this path; try one of\n${Object.keys(pages).join('\n')}\n`);
}

function say(said: PageAnswer, response: ServerResponse): void {
  if (said.kind === 'lines') sendLines(response, said);
  else if (said.kind === 'text') send(response, said.status, said.body, said.type ?? 'text/plain; charset=utf-8');
  else send(response, said.status, `${JSON.stringify(said.value, undefined, 2)}\n`, 'application/json');
}

function send(response: ServerResponse, status: number, body: string, type: string): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

function sendLines(response: ServerResponse, lines: PageAnswer & { readonly kind: 'lines' }): void {
  response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
  // `close` may have come while the page was asked.
  if (response.req.method === 'HEAD' || response.destroyed) response.end();
  else lines.open(response);
  response.flushHeaders();
}
