import type { RawQuestion } from '../explain/index.ts';
import type { ArrivedRequest, MemoryAnswer, MemoryRequest, RequestFacts } from '../proxy/index.ts';

/** What is asked besides a URL; the rest as in `fetch`. */
export interface RequestOptions {
  /** Default GET. */
  readonly method?: string | undefined;
  /** `host` replaces the one that the URL makes. */
  readonly headers?: ConstructorParameters<typeof Headers>[0] | undefined;
  readonly body?: string | Uint8Array | undefined;
  /** IP address of the client; default 127.0.0.1. */
  readonly client?: string | undefined;
  /** `namespace/name` of a Gateway, where several have the port, each at an address of its own. */
  readonly gateway?: string | undefined;
}

/** What the client gets, and how it came about. */
export interface GatewayAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Which listener, route, rule, match, backend and endpoint, how often it was tried, why there was no backend. */
  readonly facts: RequestFacts;
  /** What backends received, in the order of arrival; the copies of mirrors too. */
  readonly arrived: readonly ArrivedRequest[];
  text(): Promise<string>;
  json(): Promise<unknown>;
  bytes(): Promise<Uint8Array>;
}

/** What a client knows before it connects. */
export interface Destination {
  /** Lower case, without port. */
  readonly host: string;
  /** As in the manifest, or of the socket. */
  readonly port: number;
  readonly gateway?: string | undefined;
}

export interface WireRequest {
  readonly to: Destination;
  readonly request: MemoryRequest;
}

/** The request as it goes over the wire; of a text, path and query as they stand. Throws a TypeError for what no client could send. */
export async function wireRequest(asked: string | URL | Request, options: RequestOptions = {}): Promise<WireRequest> {
  const isRequest = asked instanceof Request;
  const url = new URL(isRequest ? asked.url : asked);
  if (url.protocol !== 'http:')
    throw new TypeError(`request: ${url.href} must start with http://: nothing else is served yet`);
  const headers = new Headers(options.headers ?? (isRequest ? asked.headers : {}));
  const body = await bodyOf(asked, options);
  const host = headers.get('host') ?? url.host;
  headers.delete('host');
  const method = options.method ?? (isRequest ? asked.method : 'GET');
  return {
    to: { host: hostnameOf(host), port: Number(url.port || 80), gateway: options.gateway },
    request: {
      method,
      target: typeof asked === 'string' ? rawTarget(asked) : url.pathname + url.search,
      headers: [['host', host], ...headers],
      ...(body && { body }),
      ...(options.client !== undefined && { client: options.client }),
    },
  };
}

/** `URL` resolves dot segments, and what is done about those is the data plane's affair. */
function rawTarget(url: string): string {
  const [, target = ''] = /^[^/]*\/\/[^/?#]*([^#]*)/.exec(url.trim()) ?? [];
  return target.startsWith('/') ? target : `/${target}`;
}

/** What is asked about, for an explanation. */
export function questionOf(url: string | URL, { method, headers, client, gateway }: RequestOptions = {}): RawQuestion {
  return {
    url,
    headers: [...new Headers(headers)],
    ...(method !== undefined && { method }),
    ...(client !== undefined && { client }),
    ...(gateway !== undefined && { gateway }),
  };
}

async function bodyOf(asked: string | URL | Request, { body }: RequestOptions): Promise<Uint8Array | undefined> {
  if (typeof body === 'string') return Buffer.from(body);
  if (body) return body;
  return asked instanceof Request && asked.body ? new Uint8Array(await asked.arrayBuffer()) : undefined;
}

function hostnameOf(authority: string): string {
  return authority.replace(/:\d*$/, '').toLowerCase();
}

export function answerOf({ status, headers, body, facts, arrived }: MemoryAnswer): GatewayAnswer {
  const text = () => Buffer.from(body).toString();
  const fields = new Headers();
  for (const [name, value] of headers) fields.append(name, value);
  return {
    status,
    headers: fields,
    facts,
    arrived,
    text: async () => text(),
    json: async () => JSON.parse(text()),
    bytes: async () => body,
  };
}
