import type { BackendHandler } from './handlers.ts';

type Fields = readonly (readonly [name: string, value: string])[];

export interface HandledRequest {
  readonly method: string;
  /** As on the request line. */
  readonly target: string;
  readonly headers: Fields;
  readonly body: Uint8Array;
}

export interface HandledReply {
  readonly status: number;
  readonly headers: Fields;
  readonly body: Uint8Array;
}

/** Puts a request to a handler; rejects with what that throws. */
export async function handle(handler: BackendHandler, request: HandledRequest): Promise<HandledReply> {
  return replyOf(await handler(asRequest(request)));
}

function asRequest({ method, target, headers, body }: HandledRequest): Request {
  const host = headers.find(([name]) => name.toLowerCase() === 'host')?.[1] ?? 'localhost';
  const url = URL.parse(`http://${host}${target}`) ?? new URL('http://localhost/');
  const sent = new Headers();
  for (const [name, value] of headers) sent.append(name, value);
  const bodiless = body.length === 0 || method === 'GET' || method === 'HEAD';
  return new Request(url, { method, headers: sent, ...(bodiless ? {} : { body: new Uint8Array(body) }) });
}

/** Checked: whoever writes JavaScript has no types. */
async function replyOf(response: Response): Promise<HandledReply> {
  if (typeof response?.arrayBuffer !== 'function')
    throw new TypeError(`a handler must give a Response, not ${kindOf(response)}`);
  const body = new Uint8Array(await response.arrayBuffer());
  return { status: response.status, headers: [...response.headers], body };
}

function kindOf(value: unknown): string {
  return value === null || value === undefined ? String(value) : `a ${typeof value}`;
}
