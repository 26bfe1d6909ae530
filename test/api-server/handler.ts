import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { setTimeout as later } from 'node:timers/promises';
import { type Answer, failureStatus, noSuchResource, refusal } from './answer.ts';
import { discover } from './discovery.ts';
import type { Fault, FaultTable } from './faults.ts';
import type { Installation } from './installation.ts';
import type { InstalledKind } from './installed-kind.ts';
import { type Permissions, verbOf } from './permissions.ts';
import { asksForLists, asksForMetadata } from './presentation.ts';
import type { Reads } from './reads.ts';
import { parseApiPath, type ResourcePath } from './resource-path.ts';
import { isLetIn, type Security } from './security.ts';
import { reviewToken, type TokenOwner } from './token-reviews.ts';
import type { Writes } from './writes.ts';

/** A request as it came. */
export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly userAgent: string | undefined;
  readonly accept: string | undefined;
  readonly authorization: string | undefined;
  /** As whom: the header Impersonate-User. */
  readonly impersonated: string | undefined;
  /** Parsed; undefined if there was none. */
  readonly body: unknown;
}

export interface HandlerOptions {
  readonly installation: Installation;
  readonly reads: Reads;
  readonly writes: Writes;
  readonly permissions: Permissions;
  readonly faults: FaultTable;
  readonly security: Security;
  readonly tokenOwners: ReadonlyMap<string, TokenOwner>;
  beforeStatusWrite(kind: InstalledKind, namespace: string, name: string): void;
}

export interface Handler {
  readonly answer: RequestListener;
  readonly requests: readonly LoggedRequest[];
}

export function createHandler(options: HandlerOptions): Handler {
  const requests: LoggedRequest[] = [];
  return {
    requests,
    async answer(request, response) {
      const url = new URL(request.url ?? '/', 'http://localhost');
      const body = await readBody(request);
      requests.push(logged(request, url, body));
      if (await happens(options.faults.take(faulty(request, url)), response)) return;
      const answer = decide({ request, response, url, body }, options);
      if (answer) send(response, answer);
    },
  };
}

const isWatch = (url: URL) => url.searchParams.get('watch') === 'true';

const faulty = (request: IncomingMessage, url: URL) => ({
  method: request.method ?? 'GET',
  url: request.url ?? '/',
  watch: isWatch(url),
});

function logged(request: IncomingMessage, url: URL, body: unknown): LoggedRequest {
  const { authorization, accept, 'user-agent': userAgent } = request.headers;
  const query = Object.fromEntries(url.searchParams);
  return {
    method: request.method ?? 'GET',
    path: url.pathname,
    query,
    userAgent,
    accept,
    authorization,
    impersonated: request.headers['impersonate-user']?.toString(),
    body,
  };
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = await request.toArray();
  if (chunks.length === 0) return undefined;
  const text = Buffer.concat(chunks).toString();
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** True if the fault is all the answer there is. */
async function happens(fault: Fault | undefined, response: ServerResponse): Promise<boolean> {
  switch (fault?.kind) {
    case undefined:
      return false;
    case 'late':
      await later(fault.ms);
      return false;
    case 'silence':
      return true;
    case 'reset':
      response.socket?.resetAndDestroy();
      return true;
    case 'garbage':
      response.writeHead(200, { 'content-type': 'application/json' }).end(fault.text);
      return true;
    case 'status': {
      const headers = fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) };
      const message = fault.message ?? `a fault of this test (${fault.code})`;
      send(response, { status: fault.code, body: failureStatus(fault.code, message), headers });
      return true;
    }
  }
}

function send(response: ServerResponse, { status, body, headers }: Answer): void {
  const isText = typeof body === 'string';
  const type = isText ? 'text/plain; charset=utf-8' : 'application/json';
  response.writeHead(status, { 'content-type': type, ...headers }).end(isText ? body : JSON.stringify(body));
}

interface Arrival {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly body: unknown;
}

/** Undefined if the answer streams already. */
function decide(arrival: Arrival, options: HandlerOptions): Answer | undefined {
  const { request, url } = arrival;
  if (!isLetIn(request, options.security)) return refusal(401, 'Unauthorized');
  const path = parseApiPath(url.pathname);
  if (!path) return noSuchResource();
  if (path.kind !== 'resource') return discover(path, options.installation);
  const kind = options.installation.find(path.group, path.version, path.plural);
  const verb = verbOf(request.method ?? '', path, isWatch(url));
  if (!kind) return noSuchResource();
  if (!verb) return refusal(405, `${request.method} is not served here`);
  return options.permissions.refusal(verb, path) ?? act(arrival, path, kind, options);
}

function act(
  { request, response, url, body }: Arrival,
  path: ResourcePath,
  kind: InstalledKind,
  { reads, writes, tokenOwners, beforeStatusWrite }: HandlerOptions,
): Answer | undefined {
  const { method = 'GET', headers } = request;
  if (method === 'GET') {
    const metadataOnly = asksForMetadata(headers.accept);
    const asLists = asksForLists(headers.accept);
    return reads.answer({ path, query: url.searchParams, kind, metadataOnly, asLists }, response);
  }
  if (kind.kind === 'TokenReview') return reviewToken(tokenOwners, body);
  if (path.subresource === 'status' && path.name !== undefined)
    beforeStatusWrite(kind, path.namespace ?? '', path.name);
  return writes.answer({
    method,
    path,
    kind,
    body,
    query: url.searchParams,
    contentType: headers['content-type'] ?? '',
  });
}
