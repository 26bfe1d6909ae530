import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { Connection } from './connection.ts';
import { USER_AGENT } from './user-agent.ts';

export interface HttpRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
  /** The longest time until the head of the answer. */
  readonly patienceMs: number;
}

/** The head of an answer, its body still to come; or why there is none. */
export type Answered =
  | { readonly kind: 'answered'; readonly status: number; readonly response: IncomingMessage }
  | { readonly kind: 'failed'; readonly error: unknown };

/** One request and its answer. An idle connection that turns out to be closed is no failure of a request that may be repeated. */
export async function exchange(connection: Connection, request: HttpRequest): Promise<Answered> {
  const first = await attempt(connection, request);
  const stale = first.kind === 'failed' && first.reused && request.method === 'GET' && !request.signal.aborted;
  return stale ? attempt(connection, request) : first;
}

type Attempt = Answered & { readonly reused: boolean };

function attempt(connection: Connection, request: HttpRequest): Promise<Attempt> {
  const { promise, resolve } = Promise.withResolvers<Attempt>();
  try {
    const sent = send(connection, request);
    const timer = setTimeout(() => sent.destroy(new Error('no answer')), request.patienceMs);
    promise.finally(() => clearTimeout(timer));
    sent.on('error', error => resolve({ kind: 'failed', error, reused: sent.reusedSocket }));
    sent.on('response', response => {
      // What is left of it when nobody reads any more is no failure of anyone.
      response.on('error', () => {});
      resolve({ kind: 'answered', status: response.statusCode ?? 0, response, reused: sent.reusedSocket });
    });
    sent.end(request.body);
  } catch (error) {
    // A header or a path that can't be written, such as a token with a line break in it.
    resolve({ kind: 'failed', error, reused: false });
  }
  return promise;
}

function send({ server, agent, headers }: Connection, request: HttpRequest): http.ClientRequest {
  const { method, path, signal } = request;
  const options = {
    agent,
    method,
    signal,
    host: server.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: server.port || (server.protocol === 'https:' ? 443 : 80),
    path: server.pathname.replace(/\/$/, '') + path,
    headers: { 'user-agent': USER_AGENT, ...request.headers, ...headers },
  };
  return server.protocol === 'https:' ? https.request(options) : http.request(options);
}
