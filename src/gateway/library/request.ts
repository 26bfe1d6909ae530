import type { RawQuestion } from '../../explain/index.ts';
import type { ArrivedRequest, MemoryAnswer, RequestFacts } from '../../proxy/index.ts';

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
  /** Of https: SNI, where it is not the host of the URL; '' for none. */
  readonly serverName?: string;
}

/** A request as a backend got it. */
export interface BackendRequest extends ArrivedRequest {
  /** `Service/namespace/name/port`. */
  readonly backend: string;
}

/** What the client gets, and how it came about. */
export interface GatewayAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Which listener, route, rule, match, backend and endpoint, how often it was tried, why there was no backend. */
  readonly facts: RequestFacts;
  /** What backends received, in the order of arrival; the copies of mirrors and further tries too. */
  readonly arrived: readonly BackendRequest[];
  text(): Promise<string>;
  json(): Promise<unknown>;
  bytes(): Promise<Uint8Array>;
}

/** `backendAt`: whose an endpoint is. */
export function answerOf(
  { status, headers, body, facts, arrived }: MemoryAnswer,
  backendAt: (address: string, port: number) => string | undefined,
): GatewayAnswer {
  const text = () => Buffer.from(body).toString();
  const fields = new Headers();
  for (const [name, value] of headers) fields.append(name, value);
  return {
    status,
    headers: fields,
    facts,
    arrived: arrived.map(each => ({ backend: backendAt(each.address, each.port) ?? '', ...each })),
    text: async () => text(),
    json: async () => JSON.parse(text()),
    bytes: async () => body,
  };
}

/** What is asked about. */
export function questionOf(
  url: string | URL,
  { method, headers, client, gateway, serverName }: RequestOptions = {},
): RawQuestion {
  return {
    url,
    headers: [...new Headers(headers)],
    ...(method !== undefined && { method }),
    ...(client !== undefined && { client }),
    ...(gateway !== undefined && { gateway }),
    ...(serverName !== undefined && { serverName }),
  };
}
