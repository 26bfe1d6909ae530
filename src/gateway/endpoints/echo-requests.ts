import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import http2, { type Http2Server, type ServerHttp2Stream } from 'node:http2';
import net, { type AddressInfo, type Server, type Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { OpenEcho } from './echo.ts';
import { type Echoed, echoed } from './echoed.ts';

const BODY_LIMIT = 1_048_576;
/** RFC 9113, section 3.4: a client that knows that it is HTTP/2 begins so, and HTTP/1 has no such method. */
const PREFACE = 'PRI ';
/** A message of no fields, which any type of protobuf can be. */
const EMPTY_MESSAGE = Buffer.alloc(5);

/** Answers requests of HTTP/1.1 and HTTP/2 in plaintext on one port, calls of gRPC among them. */
export function openRequestEcho(backend: string): OpenEcho {
  const http1 = http.createServer({ keepAliveTimeout: 75_000, requestTimeout: 0 }, (request, response) => {
    answer(backend, request, response);
  });
  let http2Server: Promise<Http2Server> | undefined;
  const door = net.createServer(socket => {
    socket.on('error', () => {});
    socket.once('data', (first: Buffer) => {
      socket.pause().unshift(first);
      if (first.toString('latin1', 0, PREFACE.length) === PREFACE) {
        http2Server ??= openHttp2(backend);
        void http2Server.then(server => passOn(socket, server));
      } else http1.emit('connection', socket.resume());
    });
  });
  return {
    endpoint: listening(door).then(() => {
      const { address, port } = door.address() as AddressInfo;
      return { address, port, state: 'ready' };
    }),
    close() {
      door.close();
      http1.close();
      void http2Server?.then(server => server.close());
    },
  };
}

function listening(server: Server): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(0, '127.0.0.1', resolve);
  return promise;
}

/** node:http2 reads its sockets from below, so one of which something was read already is of no use to it. */
function passOn(socket: Socket, server: Http2Server): void {
  const onward = net.connect((server.address() as AddressInfo).port, '127.0.0.1');
  onward.on('error', () => {}).on('close', () => socket.destroy());
  socket.on('close', () => onward.destroy());
  socket.pipe(onward).pipe(socket);
}

async function openHttp2(backend: string): Promise<Http2Server> {
  const server = http2.createServer();
  server.on('sessionError', () => {});
  server.on('stream', (stream: ServerHttp2Stream, headers, _, raw) => {
    stream.on('error', () => {});
    void answerStream(backend, stream, headers, raw);
  });
  await listening(server);
  return server;
}

async function answer(backend: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const body = await readBody(request);
    const { method = '', url = '', rawHeaders, httpVersion } = request;
    const headers = pairs(rawHeaders);
    const text = asText(echoed(backend, { method, target: url, headers, version: httpVersion, body }));
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
    response.end(text);
  } catch {
    // The client went away in the middle of its body: nobody is left to answer to.
    response.destroy();
  }
}

async function answerStream(
  backend: string,
  stream: ServerHttp2Stream,
  head: http2.IncomingHttpHeaders,
  raw: readonly string[],
): Promise<void> {
  try {
    const body = await readBody(stream);
    const { ':method': method = '', ':path': target = '', ':authority': host } = head;
    const fields = pairs(raw).filter(([name]) => !name.startsWith(':'));
    const headers = host === undefined ? fields : [['host', host] as const, ...fields];
    const said = echoed(backend, { method, target, headers, version: '2.0', body });
    if (head['content-type']?.startsWith('application/grpc')) answerCall(stream, said);
    else {
      stream.respond({ ':status': 200, 'content-type': 'application/json' });
      stream.end(asText(said));
    }
  } catch {
    stream.destroy();
  }
}

/** What was received stands in the metadata of the answer: its message is of a type that nobody knows here. */
function answerCall(stream: ServerHttp2Stream, { body: _, ...said }: Echoed): void {
  const head = { ':status': 200, 'content-type': 'application/grpc', 'x-echo': asField(said) };
  stream.respond(head, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.end(EMPTY_MESSAGE);
}

/** Node drops repetitions of some headers; here every value shows. */
function pairs(raw: readonly string[]): (readonly [string, string])[] {
  return raw.flatMap((name, at) => (at % 2 === 0 ? [[name, raw[at + 1]!] as const] : []));
}

/** What is not ASCII stands as JSON escapes it. */
function asField(said: Omit<Echoed, 'body'>): string {
  return JSON.stringify(said).replace(/[^ -~]/g, each => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function asText(said: Echoed): string {
  return `${JSON.stringify(said, undefined, 2)}\n`;
}

async function readBody(request: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    if (size < BODY_LIMIT) chunks.push(chunk.subarray(0, BODY_LIMIT - size));
    size += chunk.length;
  }
  return Buffer.concat(chunks).toString();
}
