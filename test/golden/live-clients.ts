import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import type { KeyPair } from '../../src/ir/index.ts';
import { headersOf, methodOf, type Offers, type RequestSpec, serverNameOf, targetOf } from './check.ts';

/** What came back: an answer of HTTP, or of a datagram its text; status 0 where nobody answered. */
export interface Reply {
  readonly status: number;
  /** Names in lower case, repeated values joined; trailers among them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** PEM of the certificate that the client was shown. */
  readonly shown?: string;
}

/** How a request is sent: on which port, with which header fields besides its own, showing which pair. */
export interface Sending {
  readonly port: number;
  readonly fields: Readonly<Record<string, string>>;
  readonly pair: KeyPair | undefined;
}

const NOBODY: Reply = { status: 0, headers: {}, body: '' };
/** A datagram that did not come back by then was dropped: turns of the loop that all ends share, however busy the machine is; ms each. */
const TURNS = 12;
const TURN = 8;

/** Clients that are kept between requests. */
export interface LiveClients {
  send(request: RequestSpec, sending: Sending): Promise<Reply>;
  close(): void;
}

export function createLiveClients(): LiveClients {
  const agent = new http.Agent({ keepAlive: true });
  return {
    send(request, sending) {
      const { scheme } = targetOf(request);
      if (scheme === 'udp') return datagram(sending.port);
      if (scheme === 'http' && request.version !== 2)
        return overHttp1(http.request({ agent, ...options(request, sending) }), request);
      if (scheme === 'tcp')
        return quietly(overHttp1(http.request({ agent: false, ...options(request, sending) }), request));
      if (scheme === 'grpc' || scheme === 'http')
        return quietly(overHttp2(`http://127.0.0.1:${sending.port}`, {}, request, sending));
      return quietly(overTls(request, sending));
    },
    close: () => agent.destroy(),
  };
}

/** Who is refused by a connection's end has no answer. */
async function quietly(reply: Promise<Reply>): Promise<Reply> {
  return reply.catch(() => NOBODY);
}

function options(request: RequestSpec, { port, fields }: Sending): http.RequestOptions {
  const { authority, path, query } = targetOf(request);
  const target = query === '' ? path : `${path}?${query}`;
  return { host: '127.0.0.1', port, method: methodOf(request), path: target, headers: { ...fields, host: authority } };
}

function overHttp1(sent: http.ClientRequest, request: RequestSpec): Promise<Reply> {
  return new Promise((resolve, reject) => {
    sent.on('response', response => collect(response).then(resolve, reject));
    sent.on('error', reject);
    sent.end(request.body);
  });
}

async function collect(response: http.IncomingMessage): Promise<Reply> {
  const body = await textOf(response);
  const headers: Record<string, string> = {};
  for (const [name, values] of Object.entries({ ...response.headersDistinct, ...response.trailersDistinct })) {
    headers[name] = (values ?? []).join(', ');
  }
  return { status: response.statusCode ?? 0, headers, body };
}

async function overTls(request: RequestSpec, sending: Sending): Promise<Reply> {
  const { scheme } = targetOf(request);
  const two = scheme === 'grpcs' || request.version === 2;
  const socket = connect({
    host: '127.0.0.1',
    port: sending.port,
    servername: serverNameOf(request),
    rejectUnauthorized: false,
    ALPNProtocols: [two ? 'h2' : 'http/1.1'],
    ...(sending.pair && { cert: sending.pair.chain, key: sending.pair.key }),
    ...offered(request.offers),
  });
  await once(socket, 'secureConnect');
  const shown = socket.getPeerX509Certificate()?.toString();
  const reply = two
    ? await overHttp2(`https://127.0.0.1:${sending.port}`, { createConnection: () => socket }, request, sending)
    : await overHttp1(https.request({ ...options(request, sending), createConnection: () => socket }), request);
  socket.destroy();
  return { ...reply, ...(shown !== undefined && { shown }) };
}

/** OpenSSL's level 0 lets a client offer what is too old for anybody to take. */
function offered({ maxVersion, ciphers, signatures }: Offers = {}): ConnectionOptions {
  return {
    ...(maxVersion !== undefined && { maxVersion, minVersion: maxVersion, ciphers: 'DEFAULT@SECLEVEL=0' }),
    ...(ciphers !== undefined && { ciphers }),
    ...(signatures !== undefined && { sigalgs: signatures }),
  };
}

async function overHttp2(
  url: string,
  how: { createConnection?: () => Socket | TLSSocket },
  request: RequestSpec,
  { fields }: Sending,
): Promise<Reply> {
  const { authority, path, query } = targetOf(request);
  const session = http2.connect(url, how);
  session.on('error', () => {});
  const stream = session.request({
    ':method': methodOf(request),
    ':path': query === '' ? path : `${path}?${query}`,
    ':authority': authority,
    ...headersOf(request),
    ...fields,
  });
  try {
    return await answerOf(stream, request.body);
  } finally {
    session.destroy();
  }
}

async function answerOf(stream: http2.ClientHttp2Stream, body: string | undefined): Promise<Reply> {
  let trailers: http2.IncomingHttpHeaders = {};
  stream.on('trailers', fields => {
    trailers = fields;
  });
  const answered = once(stream, 'response') as Promise<[http2.IncomingHttpHeaders]>;
  stream.end(body);
  const [head] = await Promise.race([answered, unanswered(stream)]);
  const text = await textOf(stream);
  const { ':status': status, ...headers } = { ...head, ...trailers } as Record<string, string | string[]>;
  return { status: Number(status), headers: joined(headers), body: text };
}

/** Who is cut off after the handshake (TLS 1.3) hears of no error. */
async function unanswered(stream: http2.ClientHttp2Stream): Promise<never> {
  await once(stream, 'close');
  throw new Error('closed without an answer');
}

function joined(headers: Readonly<Record<string, string | string[]>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : String(value)]),
  );
}

async function textOf(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

async function datagram(port: number): Promise<Reply> {
  const socket = createSocket('udp4');
  const answered = once(socket, 'message') as Promise<[Buffer]>;
  socket.send('who?', port, '127.0.0.1');
  let label: string | undefined;
  for (let turn = 0; turn < TURNS && label === undefined; turn++) {
    const [message] = (await Promise.race([answered, sleep(TURN)])) ?? [];
    label = message?.toString();
  }
  socket.close();
  return label === undefined ? NOBODY : { status: 200, headers: { 'x-backend': label }, body: '' };
}
