import {
  type Destination,
  hostHeader,
  isOfBytes,
  isSecure,
  type Question,
  readQuestion,
  sentRequest,
  serverNameOf,
} from '../../probe/index.ts';
import type { MemoryRequest } from '../../proxy/index.ts';
import { parseHost } from '../../router/index.ts';
import { questionOf, type RequestOptions } from './request.ts';

export interface WireRequest {
  readonly to: Destination;
  readonly request: MemoryRequest;
  /** What the client sends as SNI; absent: plaintext. */
  readonly serverName?: string;
}

/** The request as it goes over the wire; of a text, path and query as they stand. Throws a TypeError for what no client could send. */
export async function wireRequest(asked: string | URL | Request, options: RequestOptions = {}): Promise<WireRequest> {
  const given = asked instanceof Request ? asked : undefined;
  const { method = given?.method, headers = given?.headers, client, gateway, serverName } = options;
  const url = asked instanceof Request ? asked.url : asked;
  const question = readQuestion(
    questionOf(url, { method, headers, client, gateway, ...(serverName !== undefined && { serverName }) }),
  );
  if ('refused' in question) throw new TypeError(`request: ${question.refused}`);
  const body = await bodyOf(given, options);
  const request = wireOf(question);
  const { port } = question;
  const host = parseHost(hostHeader(request) ?? '') ?? '';
  const name = serverNameOf(options, parseHost(question.authority ?? '') ?? host).toLowerCase();
  return {
    to: { port, host, gateway },
    request: { ...request, ...(body && { body }) },
    ...(isSecure(question.scheme) && { serverName: name }),
  };
}

function wireOf(question: Question): MemoryRequest {
  if (isOfBytes(question.scheme))
    throw new TypeError(`request: ${question.scheme}:// has no answer; explain says where it leads`);
  const host = hostHeader(question);
  if (host === undefined) throw new TypeError('request: the URL names no host: http://shop.example/cart');
  return { ...sentRequest(question, host), client: question.client, version: question.version };
}

async function bodyOf(given: Request | undefined, { body }: RequestOptions): Promise<Uint8Array | undefined> {
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof Uint8Array) return body;
  if (body !== undefined)
    throw new TypeError('request: body must be a text or a Uint8Array; a Request may have any other');
  return given?.body ? new Uint8Array(await given.arrayBuffer()) : undefined;
}
