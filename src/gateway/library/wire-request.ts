import { type Destination, hostHeader, type Question, readQuestion, sentRequest } from '../../probe/index.ts';
import type { MemoryRequest } from '../../proxy/index.ts';
import { parseHost } from '../../router/index.ts';
import { questionOf, type RequestOptions } from './request.ts';

export interface WireRequest {
  readonly to: Destination;
  readonly request: MemoryRequest;
}

/** The request as it goes over the wire; of a text, path and query as they stand. Throws a TypeError for what no client could send. */
export async function wireRequest(asked: string | URL | Request, options: RequestOptions = {}): Promise<WireRequest> {
  const given = asked instanceof Request ? asked : undefined;
  const { method = given?.method, headers = given?.headers, client, gateway } = options;
  const url = asked instanceof Request ? asked.url : asked;
  const question = readQuestion(questionOf(url, { method, headers, client, gateway }));
  if ('refused' in question) throw new TypeError(`request: ${question.refused}`);
  const body = await bodyOf(given, options);
  const request = wireOf(question);
  const { port } = question;
  const host = parseHost(hostHeader(request) ?? '') ?? '';
  return { to: { port, host, gateway }, request: { ...request, ...(body && { body }) } };
}

function wireOf(question: Question): MemoryRequest {
  if (question.scheme !== 'http') throw new TypeError('request: only http:// is served yet');
  const host = hostHeader(question);
  if (host === undefined) throw new TypeError('request: the URL names no host: http://shop.example/cart');
  return { ...sentRequest(question, host), client: question.client };
}

async function bodyOf(given: Request | undefined, { body }: RequestOptions): Promise<Uint8Array | undefined> {
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof Uint8Array) return body;
  if (body !== undefined)
    throw new TypeError('request: body must be a text or a Uint8Array; a Request may have any other');
  return given?.body ? new Uint8Array(await given.arrayBuffer()) : undefined;
}
