import type { IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { ApiClient, ApiFailure, Reply, RequestOptions, WatchEvent } from './api-client.ts';
import { readJson } from './body.ts';
import type { Connection } from './connection.ts';
import type { Credentials } from './credentials/credentials.ts';
import { type Answered, exchange, type HttpRequest } from './exchange.ts';
import { failureOfStatus, isOfTls, unreachable, unreadable } from './failure.ts';
import { retryAfterMs } from './retry-after.ts';
import { createSession, type Renew } from './session.ts';
import { readEvents } from './watch-stream.ts';

export interface ApiClientOptions {
  readonly credentials: Credentials;
  /** Asked after a 401, and when TLS fails after it has worked. */
  readonly renew?: Renew;
  /** How long an answer may keep us waiting; default 30,000 ms. */
  readonly patienceMs?: number;
  /** How much longer than its `timeoutSeconds` a watch may last before it is taken for dead; default 30,000 ms. */
  readonly slackMs?: number;
  /** How long a watch may say nothing before it is taken for dead; default 180,000 ms. Bookmarks come every minute or two. */
  readonly silenceMs?: number;
}

/** How often one request is repeated because the server asked for that. */
const REPEATS = 3;

type WatchOptions = Parameters<ApiClient['watch']>[1];

interface Opened {
  readonly status: number;
  readonly response: IncomingMessage;
  /** Why there are no better credentials. */
  readonly note: string | undefined;
}

/** Throws where the credentials can't be used: a URL that is none, a key that is none. */
export function createApiClient(options: ApiClientOptions): ApiClient {
  const { patienceMs = 30_000, slackMs = 30_000, silenceMs = 180_000 } = options;
  const session = createSession(options.credentials, options.renew);
  const { server } = options.credentials;
  const closing = new AbortController();
  let hasWorked = false;

  function requestOf(method: string, path: string, options: RequestOptions, signal: AbortSignal): HttpRequest {
    const { query, body, contentType = 'application/json', accept = 'application/json' } = options;
    const parameters = new URLSearchParams(query).toString();
    return {
      method,
      path: parameters === '' ? path : `${path}?${parameters}`,
      headers: { accept, ...(body !== undefined && { 'content-type': contentType }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal,
      patienceMs,
    };
  }

  function isRefused(answered: Answered, connection: Connection): boolean {
    if (answered.kind === 'failed') return hasWorked && isOfTls(answered.error);
    if (answered.status === 401) return true;
    connection.worked = true;
    hasWorked = true;
    return false;
  }

  /** Once more under other credentials, where those of now are refused. */
  async function authenticated(request: HttpRequest): Promise<Answered & { readonly note?: string }> {
    const connection = session.connection();
    const first = await exchange(connection, request);
    if (!isRefused(first, connection)) return first;
    const other = await session.instead(connection);
    if ('unusable' in other) return first.kind === 'answered' ? { ...first, note: other.unusable } : first;
    if (first.kind === 'answered') first.response.resume();
    const second = await exchange(other, request);
    isRefused(second, other);
    return second;
  }

  /** As often as the server asks to ask again. */
  async function opened(request: HttpRequest): Promise<Opened | ApiFailure> {
    for (let repeats = 0; ; repeats++) {
      const answered = await authenticated(request);
      if (answered.kind === 'failed') return unreachable(server, answered.error);
      const { status, response, note } = answered;
      const waitMs = retryAfterMs(status, response.headers['retry-after']);
      if (waitMs === undefined || repeats === REPEATS) return { status, response, note };
      response.resume();
      await pause(waitMs, undefined, { signal: request.signal }).catch(() => {});
    }
  }

  async function bodyOf({ status, response, note }: Opened): Promise<Reply> {
    try {
      const body = await readJson(response, patienceMs);
      if (status < 200 || status > 299) return failed(failureOfStatus(status, body, note));
      return body === undefined ? failed(unreadable(`${server} answered with what is no JSON`)) : { kind: 'ok', body };
    } catch (error) {
      return failed(unreachable(server, error));
    }
  }

  /** A load balancer keeps connections whose other end is gone: `dead` is called where nothing comes any more. */
  async function eventsOf(opened: Opened, options: WatchOptions, dead: () => void): Promise<ApiFailure | undefined> {
    if (opened.status !== 200) {
      const reply = await bodyOf(opened);
      return reply.kind === 'failed' ? reply.failure : failureOfStatus(opened.status, undefined);
    }
    options.onOpen?.();
    const silence = setTimeout(dead, silenceMs);
    const onEvent = (event: WatchEvent) => {
      silence.refresh();
      options.onEvent(event);
    };
    try {
      return await readEvents(opened.response, onEvent, error => unreachable(server, error));
    } finally {
      clearTimeout(silence);
    }
  }

  return {
    server,
    async request(method, path, options = {}) {
      const signal = both(closing.signal, options.signal);
      const result = await opened(requestOf(method, path, options, signal));
      return 'response' in result ? bodyOf(result) : failed(result);
    },
    async watch(path, options) {
      const signal = both(closing.signal, options.signal);
      const dead = new AbortController();
      const seconds = Number(options.query?.timeoutSeconds);
      const timer = setTimeout(() => dead.abort(), seconds > 0 ? seconds * 1000 + slackMs : FOREVER_MS);
      try {
        const result = await opened(requestOf('GET', path, options, AbortSignal.any([signal, dead.signal])));
        const failure = 'response' in result ? await eventsOf(result, options, () => dead.abort()) : result;
        return signal.aborted || dead.signal.aborted ? undefined : failure;
      } finally {
        clearTimeout(timer);
      }
    },
    close() {
      closing.abort();
      session.close();
    },
  };
}

/** The longest time that a timer takes. */
const FOREVER_MS = 2 ** 31 - 1;

const failed = (failure: ApiFailure): Reply => ({ kind: 'failed', failure });

function both(closing: AbortSignal, own: AbortSignal | undefined): AbortSignal {
  return own ? AbortSignal.any([closing, own]) : closing;
}
