import http from 'node:http';
import type { AddressInfo } from 'node:net';

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
}

export interface EchoBackend {
  readonly port: number;
  close(): void;
}

/**
 * A real HTTP server on loopback that stands for one port of a Service. A request may ask for a late answer
 * (`x-echo-delay`, in ms) or for another status (`x-echo-status`).
 */
export async function startEcho(service: string, servicePort: number): Promise<EchoBackend> {
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', chunk => chunks.push(chunk));
    request.on('end', () => {
      const echo = { service, port: servicePort, ...received(request), body: Buffer.concat(chunks).toString() };
      response.setHeader('content-type', 'application/json');
      response.setHeader('x-backend', `${service}:${servicePort}`);
      response.statusCode = Number(request.headers['x-echo-status'] ?? 200);
      setTimeout(() => response.end(JSON.stringify(echo)), Number(request.headers['x-echo-delay'] ?? 0));
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function received(request: http.IncomingMessage): Omit<Echo, 'service' | 'port' | 'body'> {
  const headers: Record<string, string> = {};
  for (const [name, values] of Object.entries(request.headersDistinct)) headers[name] = (values ?? []).join(', ');
  return { method: request.method ?? '', path: request.url ?? '', host: headers.host ?? '', headers };
}
