import type http from 'node:http';
import type { TLSSocket } from 'node:tls';
import { startAnyServer } from './any-backend.ts';

/** What a backend answers with: who it is and what it received. */
export interface Echo {
  /** `namespace/name` of the Service. */
  readonly service: string;
  readonly port: number;
  readonly method: string;
  /** The target as received. */
  readonly path: string;
  readonly host: string;
  /** Names in lower case, repeated values joined with `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Absent in memory, where the way to a backend is left out. */
  readonly way?: Way;
}

/** How a request came to a backend. */
export interface Way {
  /** Of HTTP: `1.1` or `2.0`. */
  readonly version: string;
  /** SNI; `none` without, and without TLS. */
  readonly serverName: string;
  /** `namespace/name` of the Secret whose certificate was shown; of what a server echoes, PEM. `none` without. */
  readonly certificate: string;
}

export interface EchoBackend {
  readonly port: number;
  /** X-Request-Id of all that came, copies included. */
  readonly requestIds: readonly string[];
  close(): void;
}

/**
 * A real server on loopback that stands for one port of a Service, of all protocols. A request may ask for a late answer
 * (`x-echo-delay`, in ms) or for another status (`x-echo-status`), and both only for its first tries (`x-echo-tries`,
 * their number).
 */
export async function startEcho(service: string, servicePort: number): Promise<EchoBackend> {
  const requestIds: string[] = [];
  const tries = new Map<string, number>();
  const label = `${service}:${servicePort}`;
  const server = await startAnyServer(label, (request, response) => {
    requestIds.push(String(request.headers['x-request-id']));
    const chunks: Buffer[] = [];
    request.on('data', chunk => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const echo: Echo = { service, port: servicePort, ...received(request), body, way: wayOf(request) };
      response.setHeader('content-type', 'application/json');
      response.setHeader('x-backend', label);
      if (request.headers['content-type'] === 'application/grpc') response.setHeader('grpc-status', '0');
      const asked = isEarly(request, tries) ? request.headers : {};
      response.statusCode = Number(asked['x-echo-status'] ?? 200);
      setTimeout(() => response.end(JSON.stringify(echo)), Number(asked['x-echo-delay'] ?? 0));
    });
  });
  return { port: server.port, requestIds, close: server.close };
}

/** Tries of one request have its id in common. */
function isEarly({ headers }: http.IncomingMessage, tries: Map<string, number>): boolean {
  const id = String(headers['x-request-id']);
  const nth = (tries.get(id) ?? 0) + 1;
  tries.set(id, nth);
  return nth <= Number(headers['x-echo-tries'] ?? Number.POSITIVE_INFINITY);
}

function received(request: http.IncomingMessage): Omit<Echo, 'service' | 'port' | 'body' | 'way'> {
  const headers: Record<string, string> = {};
  // Requests of HTTP/2 have them joined already.
  for (const [name, value] of Object.entries(request.headersDistinct ?? request.headers)) {
    if (!name.startsWith(':')) headers[name] = Array.isArray(value) ? value.join(', ') : (value ?? '');
  }
  const host = headers.host ?? String(request.headers[':authority'] ?? '');
  return { method: request.method ?? '', path: request.url ?? '', host, headers };
}

function wayOf({ httpVersion: version, socket }: http.IncomingMessage): Way {
  const { servername, encrypted } = socket as Partial<TLSSocket>;
  const shown = encrypted ? (socket as TLSSocket).getPeerX509Certificate()?.toString() : undefined;
  return { version, serverName: servername || 'none', certificate: shown ?? 'none' };
}
