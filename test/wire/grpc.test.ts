import assert from 'node:assert/strict';
import { once } from 'node:events';
import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { type Backend, type Route, seal, type Unit } from '../../src/ir/index.ts';
import { backendName, endpoints, forward, route } from './config.ts';
import { field } from './message.ts';
import { chunked, type Rig, startRig } from './rig.ts';

const CALL = 'Content-Type: application/grpc+proto\r\nTE: trailers\r\n';

function call(path: string, fields = '', body = chunked(['hello'])): string {
  return `POST ${path} HTTP/1.1\r\nHost: a.example\r\n${CALL}${fields}Transfer-Encoding: chunked\r\n\r\n${body}`;
}

function grpcRoute(rules: Parameters<typeof route>[0]): Route {
  const { hash: _, ...http } = route(rules);
  return seal({ ...http, name: 'GRPCRoute/default/wire@default/wire', grpc: true });
}

function http2Backend(name: string): Backend {
  const origin = { kind: 'Service', namespace: 'default', name } as const;
  return seal({ kind: 'Backend', name: backendName(name), protocol: 'http2', origin });
}

type Serve = (stream: http2.ServerHttp2Stream, headers: http2.IncomingHttpHeaders) => void;

/** A server of HTTP/2, in plaintext, by Node. */
async function startServer(serve: Serve): Promise<number> {
  const server = http2.createServer();
  const sessions = new Set<http2.ServerHttp2Session>();
  server.on('session', session => sessions.add(session));
  server.on('stream', (stream: http2.ServerHttp2Stream, headers) => {
    stream.on('error', () => undefined);
    serve(stream, headers);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  after(() => {
    for (const session of sessions) session.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

async function startGrpc(serve: Serve, more: Partial<Parameters<typeof route>[0][number]> = {}): Promise<Rig> {
  const port = await startServer(serve);
  const units: readonly Unit[] = [
    http2Backend('calls'),
    endpoints('calls', port),
    grpcRoute([{ path: '/pkg.Svc', action: forward({ calls: 1 }), ...more }]),
  ];
  return startRig({ after }, { units: () => units });
}

test('our own answers to calls are trailers alone, with the status of gRPC', async () => {
  const rig = await startRig(
    { after },
    {
      units: () => [
        http2Backend('gone'),
        endpoints('gone', 1),
        http2Backend('empty'),
        endpoints('empty'),
        grpcRoute([
          { path: '/refused', action: forward({ gone: 1 }) },
          { path: '/empty', action: forward({ empty: 1 }) },
          { path: '/unknown', action: forward({ nobody: 1 }) },
          { path: '/broken', action: { kind: 'failure', status: 500, reason: 'BackendNotFound 100%' } },
        ]),
      ],
    },
  );
  const table: readonly (readonly [path: string, status: string, message: string])[] = [
    ['/other', '12', 'no route matched'],
    ['/refused', '14', 'backend connection failed'],
    ['/empty', '14', 'no backend endpoints'],
    ['/unknown', '14', 'BackendNotFound'],
    ['/broken', '14', 'BackendNotFound 100%25'],
  ];
  for (const [path, status, message] of table) {
    const client = await rig.client();
    client.send(call(path));
    const answer = await client.answer();
    const said = ['content-type', 'grpc-status', 'grpc-message'].map(name => field(answer, name));
    assert.deepEqual([answer.status, ...said, answer.body], [200, 'application/grpc', status, message, ''], path);
    client.send(`POST ${path} HTTP/1.1\r\nHost: a.example\r\nContent-Length: 0\r\n\r\n`);
    assert.ok((await client.answer()).status >= 400, 'what is no call gets a plain answer');
  }
});

test('a call reaches a backend of HTTP/2, and its trailers come back', async () => {
  const rig = await startGrpc((stream, headers) => {
    assert.deepEqual([headers['content-type'], headers.te], ['application/grpc+proto', 'trailers']);
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0', 'grpc-message': 'fine' }));
    stream.pipe(stream);
  });
  const client = await rig.client();
  client.send(call('/pkg.Svc/Echo', '', chunked(['one', 'two'])));
  const answer = await client.answer();
  assert.deepEqual([answer.status, answer.body], [200, 'onetwo']);
  assert.deepEqual(Object.fromEntries(answer.trailers), { 'grpc-status': '0', 'grpc-message': 'fine' });
  assert.equal(field(answer, 'via'), '2.0 sluice');
});

test('an answer that is trailers alone passes', async () => {
  const rig = await startGrpc(stream => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '5' }, { endStream: true });
  });
  const client = await rig.client();
  client.send(call('/pkg.Svc/Find'));
  const answer = await client.answer();
  assert.deepEqual([answer.status, field(answer, 'grpc-status'), answer.body], [200, '5', '']);
});

test('a call that has had its time is told so, unless its rule gives it less', async () => {
  const deadlines: (readonly [fields: string, timeouts: object])[] = [
    ['grpc-timeout: 50m\r\n', {}],
    ['grpc-timeout: 1H\r\n', { request: 50 }],
    ['grpc-timeout: 50m\r\n', { request: 60_000 }],
  ];
  for (const [fields, timeouts] of deadlines) {
    const rig = await startGrpc(stream => stream.resume(), { action: forward({ calls: 1 }, timeouts) });
    const client = await rig.client();
    client.send(call('/pkg.Svc/Sleep', fields));
    const answer = await client.answer();
    assert.deepEqual([answer.status, field(answer, 'grpc-status')], [200, '4'], fields);
  }
});

test('a backend that resets a call is an answer, and others go on', async () => {
  const rig = await startGrpc((stream, headers) => {
    if (headers[':path'] === '/pkg.Svc/Reset') stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR);
    else stream.respond({ ':status': 200, 'grpc-status': '0' }, { endStream: true });
  });
  const client = await rig.client();
  client.send(call('/pkg.Svc/Reset'));
  assert.equal(field(await client.answer(), 'grpc-status'), '14');
  client.send(call('/pkg.Svc/Fine'));
  assert.equal(field(await client.answer(), 'grpc-status'), '0');
});

interface Called {
  readonly status: number;
  readonly fields: http2.IncomingHttpHeaders;
  readonly trailers: http2.IncomingHttpHeaders;
  readonly body: string;
}

/** A client of HTTP/2, by Node; the calls that it makes. */
async function connectHttp2(rig: Rig): Promise<http2.ClientHttp2Session> {
  const session = http2.connect(`http://127.0.0.1:${rig.port}`);
  after(() => session.destroy());
  await once(session, 'connect');
  return session;
}

function begin(session: http2.ClientHttp2Session, path: string, fields = {}): http2.ClientHttp2Stream {
  return session.request({
    ':method': 'POST',
    ':path': path,
    ':authority': 'a.example',
    'content-type': 'application/grpc',
    te: 'trailers',
    ...fields,
  });
}

async function outcome(stream: http2.ClientHttp2Stream): Promise<Called> {
  let fields: http2.IncomingHttpHeaders = {};
  let trailers: http2.IncomingHttpHeaders = {};
  let body = '';
  stream.on('response', found => {
    fields = found;
  });
  stream.on('trailers', found => {
    trailers = found;
  });
  stream.setEncoding('latin1').on('data', (text: string) => {
    body += text;
  });
  await once(stream, 'close');
  return { status: Number(fields[':status']), fields, trailers, body };
}

/** Sends back what comes, then that all is well. */
const echo: Serve = stream => {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.pipe(stream);
};

test('calls from HTTP/2 to HTTP/2: many at once, each with its trailers', async () => {
  const rig = await startGrpc(echo);
  const session = await connectHttp2(rig);
  const calls = Array.from({ length: 50 }, (_, index) => {
    const stream = begin(session, '/pkg.Svc/Echo');
    stream.end(`call ${index}`);
    return outcome(stream);
  });
  for (const [index, { status, body, trailers, fields }] of (await Promise.all(calls)).entries()) {
    assert.deepEqual([status, body, trailers['grpc-status']], [200, `call ${index}`, '0']);
    assert.equal(fields.via, '2.0 sluice');
  }
  assert.equal(rig.core.upstreamConnections, 1);
});

test('a call that goes both ways at once moves on with each message', async () => {
  const rig = await startGrpc(echo);
  const stream = begin(await connectHttp2(rig), '/pkg.Svc/Chat');
  const over = outcome(stream);
  for (const word of ['one', 'two', 'three']) {
    const back = once(stream, 'data');
    stream.write(word);
    assert.deepEqual(await back, [word]);
  }
  stream.end();
  const { body, trailers } = await over;
  assert.deepEqual([body, trailers['grpc-status']], ['onetwothree', '0']);
});

test('our own answers in HTTP/2 are one head that ends the stream', async () => {
  const rig = await startGrpc(stream => stream.resume());
  const session = await connectHttp2(rig);
  const table: readonly (readonly [path: string, fields: object, status: string])[] = [
    ['/other.Svc/Any', {}, '12'],
    ['/pkg.Svc/Sleep', { 'grpc-timeout': '50m' }, '4'],
  ];
  for (const [path, fields, status] of table) {
    const stream = begin(session, path, fields);
    stream.end('hello');
    const called = await outcome(stream);
    assert.deepEqual(
      [called.status, called.fields['grpc-status'], called.fields['content-length'], called.body, called.trailers],
      [200, status, undefined, '', {}],
    );
  }
});

test('a backend may end a call before it has heard all of it', async () => {
  const rig = await startGrpc(stream => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '8' }, { endStream: true });
  });
  const session = await connectHttp2(rig);
  for (let round = 0; round < 3; round++) {
    const stream = begin(session, '/pkg.Svc/Upload');
    stream.on('error', () => undefined);
    stream.write('the beginning');
    const { status, fields } = await outcome(stream);
    assert.deepEqual([status, fields['grpc-status']], [200, '8']);
  }
});

test('a call that its client gives up is given up at the backend', async () => {
  let left: Promise<unknown> | undefined;
  const rig = await startGrpc(stream => {
    left = once(stream, 'aborted');
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
    stream.write('hello');
  });
  const session = await connectHttp2(rig);
  const stream = begin(session, '/pkg.Svc/Watch');
  stream.on('error', () => undefined);
  await once(stream, 'data');
  stream.close(http2.constants.NGHTTP2_CANCEL);
  await left;
  const next = begin(session, '/other.Svc/Any');
  next.end();
  assert.equal((await outcome(next)).fields['grpc-status'], '12');
});
