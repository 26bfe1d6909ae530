import { type Question, readQuestion } from '../../explain/index.ts';
import type { MemoryRequest } from '../../proxy/index.ts';
import { parseHost } from '../../router/index.ts';
import type { RequestOptions } from './request.ts';

/** What a client knows before it connects. */
export interface Destination extends Pick<Question, 'port' | 'gateway'> {
  /** Lower case, without port; empty for a Host header that can't be read. */
  readonly host: string;
}

export interface WireRequest {
  readonly to: Destination;
  readonly request: MemoryRequest;
}

/** The request as it goes over the wire; of a text, path and query as they stand. Throws a TypeError for what no client could send. */
export async function wireRequest(asked: string | URL | Request, options: RequestOptions = {}): Promise<WireRequest> {
  const given = asked instanceof Request ? asked : undefined;
  const { client, gateway, method = given?.method } = options;
  const headers = [...new Headers(options.headers ?? given?.headers)];
  const url = asked instanceof Request ? asked.url : asked;
  const question = readQuestion({
    url,
    headers,
    ...(method !== undefined && { method }),
    ...(client !== undefined && { client }),
    ...(gateway !== undefined && { gateway }),
  });
  if ('refused' in question) throw new TypeError(`request: ${question.refused}`);
  const body = await bodyOf(given, options);
  const request = wireOf(question);
  const host = parseHost(request.headers[0]?.[1] ?? '') ?? '';
  return { to: { ...question, host }, request: { ...request, ...(body && { body }) } };
}

function wireOf({ method, scheme, target, authority, headers, client }: Question): MemoryRequest {
  if (scheme !== 'http') throw new TypeError('request: only http:// is served yet');
  const own = headers.find(([name]) => name === 'host')?.[1] ?? authority;
  if (own === undefined) throw new TypeError('request: the URL names no host: http://shop.example/cart');
  const others = headers.filter(([name]) => name !== 'host');
  return { method, target, headers: [['host', own], ...others], client };
}

async function bodyOf(given: Request | undefined, { body }: RequestOptions): Promise<Uint8Array | undefined> {
  if (body !== undefined) return typeof body === 'string' ? Buffer.from(body) : body;
  return given?.body ? new Uint8Array(await given.arrayBuffer()) : undefined;
}
