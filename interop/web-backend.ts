import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import type { PairFiles } from './certificates.ts';

/** Of the answer to `/large`, bytes. */
export const LARGE = 8 * 1024 * 1024;
const large = Buffer.alloc(LARGE, 'sluice ');

/** `/large`: 8 MiB; `/trailers`: content with a trailer; all else: method, path and the body again. */
const answer: RequestListener = (request, response) => {
  if (request.url === '/large') response.end(large);
  else if (request.url === '/trailers') withTrailers(response);
  else void echo(request, response).catch(() => response.destroy());
};

function withTrailers(response: ServerResponse): void {
  response.writeHead(200, { Trailer: 'x-sum' });
  response.write('content');
  response.addTrailers({ 'x-sum': '42' });
  response.end();
}

async function echo(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body: Buffer[] = [];
  for await (const chunk of request) body.push(chunk as Buffer);
  response.setHeader('x-arrived-by', `${request.headers.via}`);
  response.end(Buffer.concat([Buffer.from(`${request.method} ${request.url}\n`), ...body]));
}

/** The port on which it listens. */
export function startWebBackend(): Promise<number> {
  return listen(createServer(answer));
}

export function startSecureBackend({ certificate, key }: PairFiles): Promise<number> {
  return listen(createSecureServer({ cert: readFileSync(certificate), key: readFileSync(key) }, answer));
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
