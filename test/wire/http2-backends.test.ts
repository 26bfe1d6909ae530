import assert from 'node:assert/strict';
import { once } from 'node:events';
import http2 from 'node:http2';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { test } from 'node:test';
import { type Retry, seal, type Unit } from '../../src/ir/index.ts';
import { makeAuthority, makeCertificate } from '../tls/certificates.ts';
import { authorities, secretName } from '../tls/tls-units.ts';
import { answering, eventually, ok } from './backend.ts';
import { backend, backendName, endpoints, forward, route } from './config.ts';
import { frame, framePeer, GREETING, getBlock, word } from './http2-peer.ts';
import { field } from './message.ts';
import { chunked, get, post, type Rig, startRig } from './rig.ts';

type OnStream = (stream: http2.ServerHttp2Stream, headers: http2.IncomingHttpHeaders) => void;

interface Server {
  readonly port: number;
  readonly sessions: Set<http2.ServerHttp2Session>;
  readonly seen: http2.IncomingHttpHeaders[];
  stop(): void;
}

/** A backend of nghttp2's making, in plaintext. */
async function serve(onStream: OnStream, settings: http2.Settings = {}): Promise<Server> {
  const server = http2.createServer({ settings });
  const sessions = new Set<http2.ServerHttp2Session>();
  const seen: http2.IncomingHttpHeaders[] = [];
  server.on('session', session => {
    sessions.add(session);
    session.on('error', () => {});
    session.on('close', () => sessions.delete(session));
  });
  server.on('stream', (stream: http2.ServerHttp2Stream, headers) => {
    stream.on('error', () => {});
    seen.push(headers);
    onStream(stream, headers);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = () => {
    for (const session of sessions) session.destroy();
    server.close();
  };
  return { port: (server.address() as AddressInfo).port, sessions, seen, stop };
}

/** The backend `api`, spoken to in HTTP/2 without asking. */
function http2Backend(...ports: number[]): Unit[] {
  return backend('api', ...ports).map(unit => (unit.kind === 'Backend' ? seal({ ...unit, protocol: 'http2' }) : unit));
}

async function rigOf(
  t: { after(work: () => void): void },
  onStream: OnStream,
  settings: http2.Settings = {},
  retry?: Retry,
): Promise<Rig & { readonly server: Server }> {
  const server = await serve(onStream, settings);
  t.after(() => server.stop());
  const action = forward({ api: 1 }, {}, retry);
  const rig = await startRig(t, { units: () => [...http2Backend(server.port), route([{ action }])] });
  return { ...rig, server };
}

/** Answers with `METHOD path body`. */
const echo: OnStream = (stream, headers) => {
  let body = '';
  stream.setEncoding('latin1').on('data', data => {
    body += data;
  });
  stream.on('end', () => {
    stream.respond({ ':status': 200, 'content-type': 'text/plain' });
    stream.end(`${headers[':method']} ${headers[':path']} ${body}`);
  });
};

test('requests and answers pass, many on one connection', async t => {
  const rig = await rigOf(t, echo);
  const clients = await Promise.all(Array.from({ length: 20 }, () => rig.client()));
  for (let round = 0; round < 5; round++) {
    await Promise.all(
      clients.map(async (client, i) => {
        client.send(i % 2 === 0 ? get(`/${round}/${i}`) : post(`/${round}/${i}`, 'hello'));
        const answer = await client.answer();
        assert.equal(answer.status, 200);
        assert.equal(answer.body.trim(), i % 2 === 0 ? `GET /${round}/${i}` : `POST /${round}/${i} hello`);
        assert.equal(field(answer, 'content-type'), 'text/plain');
        assert.equal(field(answer, 'via'), '2.0 sluice');
      }),
    );
  }
  assert.equal(rig.server.sessions.size, 1);
  const seen = rig.server.seen[0]!;
  assert.equal(seen[':authority'], 'a.example');
  assert.equal(seen[':scheme'], 'http');
  assert.equal(seen['x-forwarded-proto'], 'http');
  assert.equal(seen.connection, undefined);
  assert.equal(seen.host, undefined);
});

test('trailers pass both ways, and chunks are content', async t => {
  const rig = await rigOf(t, stream => {
    let sum: unknown;
    stream.on('trailers', fields => {
      sum = fields['x-sum'];
    });
    stream.on('end', () => {
      stream.respond({ ':status': 200, trailer: 'x-sum' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sum': `${sum}!` }));
      stream.end('some content');
    });
    stream.resume();
  });
  const client = await rig.client();
  client.send(
    `POST / HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n${chunked(['one', 'two'], 'X-Sum: 6\r\n')}`,
  );
  const answer = await client.answer();
  assert.equal(answer.body, 'some content');
  assert.deepEqual(answer.trailers, [['x-sum', '6!']]);
  client.send(get('/'));
  assert.equal((await client.answer()).body, 'some content');
});

test('answers without content, and HEAD, keep the connection of the client', async t => {
  const rig = await rigOf(t, (stream, headers) => {
    if (headers[':path'] === '/204') stream.respond({ ':status': 204 }, { endStream: true });
    else if (headers[':path'] === '/304') stream.respond({ ':status': 304, etag: '"1"' }, { endStream: true });
    else {
      stream.respond({ ':status': 200, 'content-length': 3 });
      stream.end(headers[':method'] === 'HEAD' ? undefined : 'abc');
    }
  });
  const client = await rig.client();
  for (const [target, status, body] of [
    ['/204', 204, ''],
    ['/304', 304, ''],
    ['/', 200, 'abc'],
  ] as const) {
    client.send(get(target));
    const answer = await client.answer();
    assert.deepEqual([answer.status, answer.body], [status, body]);
  }
  client.send('HEAD / HTTP/1.1\r\nHost: a.example\r\n\r\n');
  const head = await client.answer('HEAD');
  assert.deepEqual([head.status, field(head, 'content-length')], [200, '3']);
  client.send(get('/'));
  assert.equal((await client.answer()).body, 'abc');
});

test('a large answer reaches a client that reads slowly, whole', async t => {
  const size = 6_000_000;
  const rig = await rigOf(t, stream => {
    stream.respond({ ':status': 200, 'content-length': size });
    stream.end(Buffer.alloc(size, 'z'));
  });
  const client = await rig.client();
  client.socket.pause();
  client.send(get('/'));
  const other = await rig.client();
  other.send('HEAD / HTTP/1.1\r\nHost: a.example\r\n\r\n');
  assert.equal((await other.answer('HEAD')).status, 200);
  client.socket.resume();
  assert.equal((await client.answer()).body.length, size);
});

test('a large request is sent as the backend takes it', async t => {
  const rig = await rigOf(t, stream => {
    let length = 0;
    stream.on('data', data => {
      length += data.length;
      stream.pause();
      setImmediate(() => stream.resume());
    });
    stream.on('end', () => {
      stream.respond({ ':status': 200 });
      stream.end(String(length));
    });
  });
  const client = await rig.client();
  client.send(post('/', 'x'.repeat(3_000_000)));
  assert.equal((await client.answer()).body, '3000000');
});

test('a request that the backend refused to look at is sent once more, whatever it is', async t => {
  let refusals = 0;
  const rig = await rigOf(t, (stream, headers) => {
    if (rig.server.seen.length > 1 && refusals++ === 0) stream.close(http2.constants.NGHTTP2_REFUSED_STREAM);
    else echo(stream, headers);
  });
  const client = await rig.client();
  client.send(get('/first'));
  await client.answer();
  client.send(post('/second', 'body'));
  const answer = await client.answer();
  assert.deepEqual([answer.status, answer.body, refusals], [200, 'POST /second body', 2]);
});

test('also when its body came by and by', async t => {
  let refusals = 0;
  const rig = await rigOf(t, (stream, headers) => {
    if (refusals++ > 0) echo(stream, headers);
    else stream.resume().on('end', () => stream.close(http2.constants.NGHTTP2_REFUSED_STREAM));
  });
  const client = await rig.client();
  const [head, body] = post('/', 'x'.repeat(20_000)).split('\r\n\r\n');
  client.send(`${head}\r\n\r\n`);
  while (rig.server.seen.length === 0) await new Promise(setImmediate);
  client.send(body!.slice(0, 10_000));
  await new Promise(setImmediate);
  client.send(body!.slice(10_000));
  const answer = await client.answer();
  assert.deepEqual([answer.status, answer.body, refusals], [200, `POST / ${body}`, 2]);
});

test('a request that the backend broke off is not', async t => {
  const rig = await rigOf(t, stream => stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR));
  const client = await rig.client();
  client.send(post('/', 'body'));
  assert.equal((await client.answer()).status, 502);
  assert.equal(rig.server.seen.length, 1);
});

test('the rule says what else is sent again', async t => {
  const retry = { attempts: 2, codes: [503], backoff: 1 };
  const rig = await rigOf(
    t,
    (stream, headers) => {
      if (rig.server.seen.length > 1) echo(stream, headers);
      else stream.respond({ ':status': 503 }, { endStream: true });
    },
    {},
    retry,
  );
  const client = await rig.client();
  client.send(post('/', 'body'));
  assert.equal((await client.answer()).body, 'POST / body');
});

test('a backend that stops in the middle of an answer cuts the client off', async t => {
  const rig = await rigOf(t, stream => {
    stream.respond({ ':status': 200 });
    stream.write('half', () => stream.destroy(new Error('on purpose')));
  });
  const client = await rig.client();
  client.send(get('/'));
  await assert.rejects(client.answer());
});

test('a backend that goes away in order is left without losing a request', async t => {
  const rig = await rigOf(t, (stream, headers) => {
    if (rig.server.seen.length % 5 === 0) stream.session!.close();
    echo(stream, headers);
  });
  const clients = await Promise.all(Array.from({ length: 10 }, () => rig.client()));
  for (let round = 0; round < 10; round++) {
    await Promise.all(
      clients.map(async client => {
        client.send(get('/'));
        assert.equal((await client.answer()).status, 200);
      }),
    );
  }
});

test('more streams than the backend takes wait for each other, or have another connection', async t => {
  const rig = await rigOf(t, (stream, headers) => setImmediate(() => !stream.destroyed && echo(stream, headers)), {
    maxConcurrentStreams: 2,
  });
  const clients = await Promise.all(Array.from({ length: 30 }, () => rig.client()));
  await Promise.all(
    clients.map(async (client, i) => {
      client.send(get(`/${i}`));
      assert.equal((await client.answer()).body.trim(), `GET /${i}`);
    }),
  );
});

test('a WebSocket of HTTP/1.1 goes on in HTTP/2', async t => {
  const rig = await rigOf(
    t,
    (stream, headers) => {
      assert.equal(headers[':protocol'], 'websocket');
      stream.respond({ ':status': 200 });
      stream.on('data', data => stream.write(data));
      stream.on('end', () => stream.end());
    },
    { enableConnectProtocol: true },
  );
  const client = await rig.client();
  client.send(
    get(
      '/chat',
      'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n',
    ),
  );
  const head = await client.stream.through('\r\n\r\n');
  assert.match(head, /^HTTP\/1\.1 101 /);
  assert.match(head, /Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=/i);
  client.send('hello');
  assert.equal((await client.stream.take(5)).toString(), 'hello');
});

test('a WebSocket goes from HTTP/2 to HTTP/2', async t => {
  const rig = await rigOf(
    t,
    (stream, headers) => {
      assert.equal(headers[':protocol'], 'websocket');
      assert.equal(headers['sec-websocket-key'], undefined);
      stream.respond({ ':status': 200, 'sec-websocket-protocol': 'chat' });
      stream.on('data', data => stream.write(data));
      stream.on('end', () => stream.end('bye'));
    },
    { enableConnectProtocol: true },
  );
  const client = http2.connect(`http://127.0.0.1:${rig.port}`);
  t.after(() => client.destroy());
  await once(client, 'remoteSettings');
  const stream = client.request({
    ':method': 'CONNECT',
    ':protocol': 'websocket',
    ':scheme': 'http',
    ':authority': 'a.example',
    ':path': '/chat',
    'sec-websocket-version': '13',
  });
  const [headers] = await once(stream, 'response');
  assert.equal(headers[':status'], 200);
  assert.equal(headers['sec-websocket-protocol'], 'chat');
  stream.write('hello');
  assert.equal(String((await once(stream, 'data'))[0]), 'hello');
  stream.end();
  assert.equal(String((await once(stream, 'data'))[0]), 'bye');
  await once(stream, 'close');
  assert.equal(stream.rstCode, 0);
});

test('trailers and content pass from HTTP/2 to HTTP/2, with windows of their own', async t => {
  const size = 1_000_000;
  const rig = await rigOf(t, stream => {
    let length = 0;
    stream.on('data', data => {
      length += data.length;
    });
    stream.on('end', () => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0', 'x-length': String(length) }));
      stream.end(Buffer.alloc(size, 'b'));
    });
  });
  const client = http2.connect(`http://127.0.0.1:${rig.port}`);
  t.after(() => client.destroy());
  await Promise.all(
    Array.from({ length: 10 }, async () => {
      const stream = client.request({ ':method': 'POST', ':path': '/a.B/C', ':authority': 'a', te: 'trailers' });
      stream.end(Buffer.alloc(size, 'a'));
      const trailers = once(stream, 'trailers');
      let length = 0;
      for await (const part of stream) length += part.length;
      const [fields] = await trailers;
      assert.deepEqual([length, fields['grpc-status'], fields['x-length']], [size, '0', String(size)]);
    }),
  );
  assert.equal(rig.server.seen[0]!.te, 'trailers');
});

test('a backend that changes its protocol is spoken to in the new one', async t => {
  const rig = await startRig(t, { script: answering(({ target }) => ok(`http/1.1 ${target}`)) });
  const server = await serve(echo);
  t.after(() => server.stop());
  const client = await rig.client();
  client.send(get('/a'));
  assert.equal((await client.answer()).body, 'http/1.1 /a');
  await rig.apply(http2Backend(server.port));
  client.send(get('/b'));
  assert.equal((await client.answer()).body.trim(), 'GET /b');
  await rig.apply([...backend('api', rig.backend.port), endpoints('api', rig.backend.port)]);
  client.send(get('/c'));
  assert.equal((await client.answer()).body, 'http/1.1 /c');
});

test('a request that takes too long is reset, and its connection serves others', async t => {
  const server = await serve((stream, headers) => {
    if (headers[':path'] !== '/never') echo(stream, headers);
  });
  t.after(() => server.stop());
  const action = forward({ api: 1 }, { backendRequest: 100 });
  const rig = await startRig(t, { units: () => [...http2Backend(server.port), route([{ action }])] });
  const client = await rig.client();
  client.send(get('/never'));
  assert.equal((await client.answer()).status, 504);
  client.send(get('/next'));
  assert.equal((await client.answer()).body.trim(), 'GET /next');
  assert.equal(server.sessions.size, 1);
});

test('a client that leaves takes its stream along, and no other', async t => {
  const gone = Promise.withResolvers<number>();
  const rig = await rigOf(t, (stream, headers) => {
    if (headers[':path'] !== '/never') echo(stream, headers);
    else stream.on('close', () => gone.resolve(stream.rstCode!));
  });
  const client = await rig.client();
  client.send(get('/never'));
  while (rig.server.seen.length === 0) await new Promise(setImmediate);
  client.reset();
  assert.equal(await gone.promise, http2.constants.NGHTTP2_CANCEL);
  const other = await rig.client();
  other.send(get('/next'));
  assert.equal((await other.answer()).status, 200);
  assert.equal(rig.server.sessions.size, 1);
});

test('clients that reset many requests cost those of others nothing', async t => {
  const slow: http2.ServerHttp2Stream[] = [];
  const rig = await rigOf(t, (stream, headers) => {
    if (headers[':path'] === '/slow') slow.push(stream);
    else if (headers[':path'] !== '/') echo(stream, headers);
  });
  const other = await rig.client();
  other.send(get('/slow'));
  await eventually(() => slow.length === 1, 'the backend has the request');
  // One connection may not reset so many, and a backend of nghttp2 takes 1,000 for an attack.
  for (let client = 0; client < 4; client++) {
    const peer = await framePeer(rig.port);
    t.after(() => peer.socket.destroy());
    peer.send(GREETING);
    for (let i = 0; i < 400; i++) {
      peer.send(frame(1, 5, 2 * i + 1, getBlock()), frame(3, 0, 2 * i + 1, word(8)));
      if (i % 10 === 0) await new Promise(setImmediate);
    }
    peer.send(frame(1, 5, 801, getBlock('/last')));
    await eventually(() => peer.frames.some(({ stream, type }) => stream === 801 && type === 0), 'all was done');
  }
  slow[0]!.respond({ ':status': 200 });
  slow[0]!.end('in the end');
  assert.match((await other.answer()).body, /in the end/);
  await eventually(() => rig.server.sessions.size === 1, 'connections that took many resets are left');
});

test('mirrors may speak HTTP/2', async t => {
  const server = await serve(echo);
  t.after(() => server.stop());
  const mirror = http2Backend(server.port).map(unit => seal({ ...unit, name: backendName('mirror') }));
  const filters = [{ kind: 'mirror' as const, backend: backendName('mirror'), share: 1 }];
  const rig = await startRig(t, {
    units: port => [...backend('api', port), ...mirror, route([{ filters, action: forward({ api: 1 }) }])],
  });
  const client = await rig.client();
  for (let i = 0; i < 5; i++) {
    client.send(post('/x', 'body'));
    assert.equal((await client.answer()).body, 'POST /x body');
  }
  await eventually(() => /result="answered"} 5/.test(rig.proxy.metrics()), 'five were mirrored');
  assert.equal(server.sessions.size, 1);
});

const CA = makeAuthority('an authority');
const CERTIFICATE = makeCertificate({ names: ['api.example'], issuer: CA });

/** A backend in TLS that says what it was spoken to in; WebSockets are echoed, in HTTP/1.1 alone. */
async function serveSecurely(t: { after(work: () => void): void }, offersHttp2: boolean): Promise<number> {
  const pair = { key: CERTIFICATE.key, cert: CERTIFICATE.certificate };
  const answer = (request: { httpVersion: string; url?: string | undefined }, response: { end(text: string): void }) =>
    response.end(`${request.httpVersion} ${request.url}`);
  const server = offersHttp2
    ? http2.createSecureServer({ ...pair, allowHTTP1: true }, answer)
    : https.createServer(pair, answer);
  server.on('upgrade', (_request: unknown, socket: Socket) => {
    socket.on('error', () => {});
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    socket.pipe(socket);
  });
  const sockets = new Set<Socket>();
  server.on('secureConnection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

async function secureRig(t: { after(work: () => void): void }, offersHttp2: boolean, serverName = 'api.example') {
  const port = await serveSecurely(t, offersHttp2);
  const tls = { serverName, names: [], authorities: [secretName('ca')] };
  const units = [
    authorities('ca', CA),
    ...backend('api', port).map(unit =>
      unit.kind === 'Backend' ? seal({ ...unit, protocol: 'negotiated' as const, tls }) : unit,
    ),
    route([{ action: forward({ api: 1 }) }]),
  ];
  return await startRig(t, { units: () => units });
}

test('a backend in TLS gets HTTP/2 where it offers that, and HTTP/1.1 where not', async t => {
  for (const offersHttp2 of [true, false]) {
    const version = offersHttp2 ? '2.0' : '1.1';
    const rig = await secureRig(t, offersHttp2);
    const clients = await Promise.all(Array.from({ length: 8 }, () => rig.client()));
    for (let round = 0; round < 3; round++) {
      for (const client of clients) client.send(get('/x'));
      for (const client of clients) assert.equal((await client.answer()).body, `${version} /x`);
    }
  }
});

test('a WebSocket to a backend in TLS has a connection of HTTP/1.1', async t => {
  const rig = await secureRig(t, true);
  const client = await rig.client();
  client.send(get('/x'));
  assert.equal((await client.answer()).body, '2.0 /x');
  client.send(
    get('/chat', 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n'),
  );
  assert.match(await client.stream.through('\r\n\r\n'), /^HTTP\/1\.1 101 /);
  client.send('hello');
  assert.equal((await client.stream.take(5)).toString(), 'hello');
});

test('a backend in TLS that is another gets nothing', async t => {
  const rig = await secureRig(t, true, 'other.example');
  const client = await rig.client();
  client.send(get('/x'));
  assert.match(String((await client.answer()).status), /^50[23]$/);
  assert.match(await rig.proxy.metrics(), /sluice_backend_tls_failures_total\{[^}]*reason="name"[^}]*\} [1-9]/);
});
