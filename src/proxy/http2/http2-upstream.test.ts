import assert from 'node:assert/strict';
import http2 from 'node:http2';
import net from 'node:net';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { latin1 } from '../http1/chars.ts';
import { RequestHead } from '../http1/request-head.ts';
import { ResponseHead } from '../http1/response-head.ts';
import { TRAILERS } from '../http1/trailers.ts';
import { nodeRuntime } from '../node-socket.ts';
import { DEFAULT_PROXY_OPTIONS } from '../options.ts';
import type { SocketHandler } from '../socket.ts';
import { Timers } from '../timers.ts';
import type { Multiplex } from '../upstream/multiplex.ts';
import type { Upstream, UpstreamUser } from '../upstream/upstream.ts';
import { http2Client } from './http2-upstream.ts';

const response = new ResponseHead();
const request = new RequestHead(DEFAULT_PROXY_OPTIONS);
/** Milliseconds that the clock is ahead. */
let ahead = 0;
const timers = new Timers(() => performance.now() + ahead);
const client = http2Client(() => ({ timers, request, response }));

/** One request and all that is heard of it. */
class Asker implements UpstreamUser {
  upstream: Upstream | undefined = undefined;
  readonly heads: string[] = [];
  content = '';
  received = 0;
  trailers = '';
  private answered = false;
  result = '';
  drains = 0;
  onHead: (() => void) | undefined = undefined;
  onContent: (() => void) | undefined = undefined;
  /** Called at the end of it. */
  private settle: (() => void) | undefined = undefined;
  private readonly over = new Promise<void>(resolve => {
    this.settle = resolve;
  });

  begin(multiplex: Multiplex, head: string, content = ''): this {
    multiplex.begin(this);
    this.write(`${head.replaceAll('\n', '\r\n')}\r\n\r\n${content}`);
    return this;
  }

  write(text: string): boolean {
    const bytes = Buffer.from(text, 'latin1');
    return this.upstream!.write(bytes, 0, bytes.length);
  }

  async end(): Promise<this> {
    await this.over;
    return this;
  }

  private finish(result: string): void {
    this.result = result;
    this.settle!();
  }

  onConnected(): void {}
  onConnectFailed(): void {}
  onPoolClosed(): void {}

  onUpstreamHead(): void {
    const { fields, bytes, status, framing } = response;
    this.heads.push(`${status}\n${latin1(bytes, fields.start[0]!, fields.start[fields.count]!).replaceAll('\r', '')}`);
    this.answered = status >= 200;
    this.onHead?.();
    if (status >= 200 && framing === 0) this.done('over');
  }

  onUpstreamData(bytes: Uint8Array, start: number, end: number): void {
    this.received += end - start;
    if (this.received < 100_000) this.content += latin1(bytes, start, end);
    this.onContent?.();
    if (this.answered) return;
    this.onHead?.();
    if (!this.content.startsWith('malformed')) return;
    this.upstream!.close(true);
    this.finish('malformed');
  }

  onUpstreamOver(trailed: boolean): void {
    const { bytes, fields } = TRAILERS;
    if (trailed) this.trailers = latin1(bytes, fields.start[0]!, fields.start[fields.count]!);
    this.done(trailed ? 'over with trailers' : 'over');
  }

  private done(result: string): void {
    this.upstream!.release();
    this.finish(result);
  }

  onUpstreamDrain(): void {
    this.drains++;
  }

  onUpstreamEnd(broken: boolean, unseen = false): void {
    this.finish(unseen ? 'unseen' : broken ? 'broken' : 'ended');
  }
}

interface Rig {
  readonly multiplex: Multiplex;
  /** How often the owner heard that there is room. */
  gone: boolean;
}

/** A connection to a server on `port`. */
function open(t: TestContext, port: number): Promise<Rig> {
  return new Promise((resolve, reject) => {
    const connecting = nodeRuntime.connect('127.0.0.1', port, {
      onError: reject,
      onConnect(socket) {
        const rig = { gone: false };
        const owner = {
          onRoom() {},
          onGone() {
            rig.gone = true;
          },
        };
        const multiplex = client(socket, owner);
        t.after(() => multiplex.close());
        resolve(Object.assign(rig, { multiplex }));
      },
    });
    t.after(() => connecting.cancel());
  });
}

async function serve(
  t: TestContext,
  onStream: (stream: http2.ServerHttp2Stream, headers: http2.IncomingHttpHeaders) => void,
  settings: http2.Settings = {},
): Promise<{ readonly port: number; readonly sessions: Set<http2.ServerHttp2Session> }> {
  const server = http2.createServer({ settings });
  const sessions = new Set<http2.ServerHttp2Session>();
  server.on('session', session => {
    sessions.add(session);
    session.on('error', () => {});
  });
  server.on('stream', (stream: http2.ServerHttp2Stream, headers) => {
    stream.on('error', () => {});
    onStream(stream, headers);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    for (const session of sessions) session.destroy();
    server.close();
  });
  return { port: (server.address() as net.AddressInfo).port, sessions };
}

const GET = 'GET /path?q HTTP/1.1\nHost: a.example\nX-Own: one\nX-Request-Id: 1\nVia: 1.1 sluice';

test('a request of HTTP/1.1 arrives as one of HTTP/2', async t => {
  const { port } = await serve(t, (stream, headers) => {
    stream.respond({ ':status': 200, 'x-seen': JSON.stringify(headers) });
    stream.end();
  });
  const { multiplex } = await open(t, port);
  const asker = await new Asker()
    .begin(multiplex, `${GET}\nConnection: TE\nTE: trailers\nCookie: a=1; b=2\nAuthorization: me`)
    .end();
  assert.equal(asker.result, 'over');
  const seen = JSON.parse(/x-seen: (.*)/.exec(asker.heads[0]!)![1]!);
  assert.deepEqual(seen, {
    ':method': 'GET',
    ':scheme': 'http',
    ':path': '/path?q',
    ':authority': 'a.example',
    'x-own': 'one',
    'x-request-id': '1',
    via: '1.1 sluice',
    te: 'trailers',
    cookie: 'a=1; b=2',
    authorization: 'me',
  });
});

test('content goes both ways, with trailers, whatever its coding was', async t => {
  const { port } = await serve(t, (stream, headers) => {
    let body = '';
    let trailers = '';
    stream.on('trailers', fields => {
      trailers = JSON.stringify(fields);
    });
    stream.setEncoding('latin1').on('data', data => {
      body += data;
    });
    stream.on('end', () => {
      stream.respond({ ':status': 201, 'x-length': headers['content-length'] ?? '-' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0', 'x-seen': trailers }));
      stream.end(`got ${body}`);
    });
  });
  const { multiplex } = await open(t, port);
  const plain = new Asker().begin(multiplex, 'POST / HTTP/1.1\nHost: a\nContent-Length: 10', '01234');
  const chunked = new Asker().begin(multiplex, 'POST / HTTP/1.1\nHost: a\nTransfer-Encoding: chunked', '3\r\nabc\r\n');
  plain.write('56789');
  chunked.write('2\r\nde\r\n0\r\nX-Sum: 5\r\n\r\n');
  await plain.end();
  await chunked.end();
  assert.equal(plain.result, 'over with trailers');
  assert.equal(plain.content, 'got 0123456789');
  assert.match(plain.heads[0]!, /^201\nx-length: 10\n/);
  assert.match(plain.trailers, /^grpc-status: 0\r\nx-seen: \r\n$/);
  assert.equal(chunked.content, 'got abcde');
  assert.match(chunked.heads[0]!, /x-length: -/);
  assert.match(chunked.trailers, /"x-sum":"5"/);
});

test('many requests share a connection, and blocks of fields stay right', async t => {
  const { port, sessions } = await serve(t, (stream, headers) => {
    stream.respond({ ':status': 200, 'x-n': headers['x-n'], 'content-type': 'text/plain', 'x-same': 'same' });
    stream.end(`${headers[':path']} ${headers['x-n']} ${headers['x-same']}`);
  });
  const { multiplex } = await open(t, port);
  for (let round = 0; round < 20; round++) {
    const askers = Array.from({ length: 30 }, (_, i) =>
      new Asker().begin(multiplex, `GET /${i} HTTP/1.1\nHost: a\nX-N: ${round}-${i}\nX-Same: always`),
    );
    for (const [i, asker] of askers.entries()) {
      await asker.end();
      assert.equal(asker.content, `/${i} ${round}-${i} always`);
      assert.match(asker.heads[0]!, new RegExp(`x-n: ${round}-${i}\n`));
    }
  }
  assert.equal(sessions.size, 1);
  assert.equal(multiplex.busy, 0);
});

test('nghttp2 understands our blocks, and we understand its, with tables of any size', async t => {
  for (const headerTableSize of [0, 64, 300, 4_096, 65_536]) {
    const { port } = await serve(
      t,
      (stream, { ':path': path, ':method': _m, ':scheme': _s, ':authority': _a, ...fields }) => {
        stream.respond({ ':status': 200, ...fields, 'x-path': path });
        stream.end();
      },
      { headerTableSize },
    );
    const { multiplex } = await open(t, port);
    for (let round = 0; round < 60; round++) {
      const lines = Array.from(
        { length: round % 9 },
        (_, i) => `x-${(round * 7 + i) % 23}: ${'\u00fc~ {"'.repeat((round * i) % 5)}value ${(round * i) % 11}`,
      );
      lines.push(`authorization: Bearer ${round}`, `etag: "${'e'.repeat((round * 31) % 200)}"`);
      const asker = await new Asker().begin(multiplex, `GET /${round} HTTP/1.1\nHost: a\n${lines.join('\n')}`).end();
      const told = asker.heads[0]!.split('\n').filter(line => line !== '' && !/^(?:date:|200$)/.test(line));
      assert.deepEqual(told.sort(), [...lines, `x-path: /${round}`].sort());
    }
  }
});

test('interim answers come before the answer, and HEAD has no content', async t => {
  const { port } = await serve(t, (stream, headers) => {
    stream.additionalHeaders({ ':status': 103, link: '</a>' });
    stream.respond({ ':status': 200, 'content-length': 5 });
    stream.end(headers[':method'] === 'HEAD' ? undefined : '12345');
  });
  const { multiplex } = await open(t, port);
  const head = await new Asker().begin(multiplex, 'HEAD / HTTP/1.1\nHost: a').end();
  assert.deepEqual([head.heads.map(text => text.slice(0, 3)), head.result, head.content], [['103', '200'], 'over', '']);
  const get = await new Asker().begin(multiplex, 'GET / HTTP/1.1\nHost: a').end();
  assert.deepEqual([get.heads.length, get.content], [2, '12345']);
});

test('a reset ends one request alone', async t => {
  const { port } = await serve(t, (stream, headers) => {
    if (headers[':path'] === '/reset') stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR);
    else if (headers[':path'] === '/later') {
      stream.respond({ ':status': 200 });
      stream.write('some', () => stream.destroy(new Error('on purpose')));
    } else stream.respond({ ':status': 204 }, { endStream: true });
  });
  const { multiplex } = await open(t, port);
  const reset = await new Asker().begin(multiplex, 'GET /reset HTTP/1.1\nHost: a').end();
  const later = await new Asker().begin(multiplex, 'GET /later HTTP/1.1\nHost: a').end();
  const fine = await new Asker().begin(multiplex, 'GET / HTTP/1.1\nHost: a').end();
  assert.deepEqual([reset.result, reset.heads.length], ['broken', 0]);
  assert.deepEqual([later.result, later.content], ['broken', 'some']);
  assert.equal(fine.result, 'over');
});

test('an answer that comes before the end of the request is whole, and the rest of the request is not sent', async t => {
  const { port } = await serve(t, stream => {
    stream.respond({ ':status': 413 });
    stream.end('too much');
  });
  const { multiplex } = await open(t, port);
  const early = new Asker().begin(multiplex, 'POST / HTTP/1.1\nHost: a\nContent-Length: 10000000', 'x'.repeat(1000));
  await early.end();
  assert.deepEqual([early.result, early.content], ['over', 'too much']);
  const next = await new Asker().begin(multiplex, 'GET / HTTP/1.1\nHost: a').end();
  assert.equal(next.content, 'too much');
  assert.equal(multiplex.busy, 0);
});

test('a slow client holds its own answer and no other', async t => {
  const size = 8_000_000;
  let sent = 0;
  const { port } = await serve(t, (stream, headers) => {
    stream.respond({ ':status': 200 });
    if (headers[':path'] !== '/large') stream.end('small');
    else {
      const part = Buffer.alloc(16_384, 'x');
      const more = (): void => {
        if (sent >= size) stream.end();
        else stream.write(part, more);
        sent += part.length;
      };
      more();
    }
  });
  const { multiplex } = await open(t, port);
  const slow = new Asker();
  slow.onHead = () => slow.upstream!.hold(true);
  slow.begin(multiplex, 'GET /large HTTP/1.1\nHost: a');
  for (let i = 0; i < 200; i++) {
    const other = await new Asker().begin(multiplex, 'GET / HTTP/1.1\nHost: a').end();
    assert.equal(other.content, 'small');
  }
  assert.ok(slow.received > 0 && slow.received <= 262_144, `${slow.received} bytes came`);
  slow.upstream!.hold(false);
  await slow.end();
  assert.ok(slow.received >= size);
});

test('a slow backend holds the request up', async t => {
  let stalled: http2.ServerHttp2Stream | undefined;
  const { port } = await serve(t, stream => {
    stalled = stream;
    stream.respond({ ':status': 200 });
    stream.once('data', () => stream.pause());
    stream.on('end', () => stream.end('all'));
  });
  const { multiplex } = await open(t, port);
  const asker = new Asker().begin(multiplex, 'POST / HTTP/1.1\nHost: a\nContent-Length: 4000000');
  let left = 4_000_000;
  const part = 'y'.repeat(50_000);
  let rounds = 0;
  while (left > 0 && asker.write(part)) {
    left -= part.length;
    rounds++;
    assert.ok(rounds < 20, 'nobody said that the backend is slow');
  }
  left -= part.length;
  const { drains } = asker;
  while (stalled === undefined) await new Promise(resolve => setImmediate(resolve));
  stalled.resume();
  for (; left > 0; left -= part.length) {
    const before = asker.drains;
    if (!asker.write(part))
      while (asker.drains === before && left > part.length) await new Promise(r => setImmediate(r));
  }
  await asker.end();
  assert.equal(asker.content, 'all');
  assert.ok(asker.drains > drains);
});

test('a backend that is about to go finishes what it has, and gets nothing new', async t => {
  const streams: http2.ServerHttp2Stream[] = [];
  const { port, sessions } = await serve(t, stream => {
    streams.push(stream);
    stream.respond({ ':status': 200 });
    if (streams.length === 1) stream.session!.goaway(0, stream.id!);
  });
  const rig = await open(t, port);
  const first = new Asker().begin(rig.multiplex, GET);
  while (rig.multiplex.room > 0) await new Promise(resolve => setImmediate(resolve));
  streams[0]!.end('whole');
  await first.end();
  assert.deepEqual([first.result, first.content], ['over', 'whole']);
  while (!rig.gone) await new Promise(resolve => setImmediate(resolve));
  assert.equal(sessions.size, 1);
});

test('all requests hear that their connection broke', async t => {
  const { port, sessions } = await serve(t, () => {});
  const rig = await open(t, port);
  const askers = [1, 2, 3].map(() => new Asker().begin(rig.multiplex, GET));
  while (sessions.size === 0) await new Promise(resolve => setImmediate(resolve));
  for (const session of sessions) session.socket.resetAndDestroy();
  for (const asker of askers) assert.equal((await asker.end()).result, 'broken');
  assert.equal(rig.gone, true);
  assert.equal(rig.multiplex.room, 0);
});

test('no more streams are open than the backend takes', async t => {
  const { port } = await serve(t, stream => stream.respond({ ':status': 204 }, { endStream: true }), {
    maxConcurrentStreams: 3,
  });
  const { multiplex } = await open(t, port);
  await new Asker().begin(multiplex, GET).end();
  assert.equal(multiplex.room, 3);
  new Asker().begin(multiplex, GET);
  assert.equal(multiplex.room, 2);
  assert.equal(multiplex.busy, 1);
});

test('a request that is given up is reset', async t => {
  let closed: ((code: number) => void) | undefined;
  const code = new Promise<number>(resolve => {
    closed = resolve;
  });
  const { port } = await serve(t, stream => {
    stream.respond({ ':status': 200 });
    stream.on('close', () => closed!(stream.rstCode!));
  });
  const { multiplex } = await open(t, port);
  const asker = new Asker();
  asker.onHead = () => asker.upstream!.close(true);
  asker.begin(multiplex, GET);
  assert.equal(await code, http2.constants.NGHTTP2_CANCEL);
  assert.equal(multiplex.busy, 0);
});

test('a WebSocket goes through a stream, in the words of HTTP/1.1 on our side', async t => {
  let seen: http2.IncomingHttpHeaders = {};
  const { port } = await serve(
    t,
    (stream, headers) => {
      seen = headers;
      stream.respond({ ':status': 200, 'sec-websocket-protocol': 'chat' });
      stream.on('data', data => stream.write(data));
      stream.on('end', () => stream.end('bye'));
    },
    { enableConnectProtocol: true },
  );
  const { multiplex } = await open(t, port);
  const asker = new Asker();
  let inside = '';
  const over = new Promise<void>(resolve => {
    asker.onHead = () => {
      const { upstream } = asker;
      const tunnel: SocketHandler = {
        onData(bytes, start, end) {
          inside += latin1(bytes, start, end);
          if (inside === 'hello') upstream!.socket!.end();
        },
        onDrain() {},
        onEnd() {},
        onClose: () => resolve(),
      };
      upstream!.handOver(tunnel);
      upstream!.socket!.write(Buffer.from('hello'), 0, 5);
    };
  });
  asker.begin(
    multiplex,
    'GET /chat HTTP/1.1\nHost: a\nConnection: Upgrade\nUpgrade: websocket\nSec-WebSocket-Version: 13\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  );
  await over;
  assert.equal(inside, 'hellobye');
  assert.match(asker.content, /^HTTP\/1\.1 101 Switching Protocols\r\n/);
  assert.match(
    asker.content,
    /\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=\r\nsec-websocket-protocol: chat\r\n/,
  );
  assert.equal(seen[':method'], 'CONNECT');
  assert.equal(seen[':protocol'], 'websocket');
  assert.equal(seen['sec-websocket-key'], undefined);
});

test('a WebSocket is not asked of a backend that knows none in HTTP/2', async t => {
  const { port } = await serve(t, stream => stream.respond({ ':status': 200 }, { endStream: true }));
  const { multiplex } = await open(t, port);
  const head =
    'GET / HTTP/1.1\nHost: a\nConnection: Upgrade\nUpgrade: websocket\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
  const first = await new Asker().begin(multiplex, head).end();
  const second = await new Asker().begin(multiplex, head).end();
  const plain = await new Asker().begin(multiplex, GET).end();
  assert.deepEqual([first.result, second.result, plain.result], ['malformed', 'malformed', 'over']);
});

test('requests that the backend has not looked at are told so', async t => {
  const { port } = await serve(t, (stream, headers) => {
    if (headers[':path'] === '/refused') stream.close(http2.constants.NGHTTP2_REFUSED_STREAM);
    else stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR);
  });
  const { multiplex } = await open(t, port);
  const refused = await new Asker().begin(multiplex, 'POST /refused HTTP/1.1\nHost: a').end();
  const failed = await new Asker().begin(multiplex, 'POST /failed HTTP/1.1\nHost: a').end();
  assert.deepEqual([refused.result, failed.result], ['unseen', 'broken']);
});

test('a backend that does not speak HTTP/2 breaks its requests, and nothing else', async t => {
  const server = net.createServer(socket => {
    socket.on('error', () => {});
    socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const rig = await open(t, (server.address() as net.AddressInfo).port);
  const asker = await new Asker().begin(rig.multiplex, GET).end();
  assert.equal(asker.result, 'broken');
  assert.equal(rig.gone, true);
});

test('what is left of an answer that nobody wants is not taken for the next', async t => {
  const hex = (...frames: string[]): Buffer => Buffer.from(frames.join(''), 'hex');
  const server = net.createServer(socket => {
    socket.setNoDelay().on('error', () => {});
    let asked = 0;
    socket.on('data', () => {
      if (asked++ === 0)
        socket.write(hex('000000040000000000', '00000101040000000188', '00000a000000000001', '6f6c646f6c'));
      else if (asked === 2) {
        socket.write(hex('646f6c646f'));
        setImmediate(() => socket.write(hex('00000101040000000388', '000002000100000003', '6f6b')));
      }
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { multiplex } = await open(t, (server.address() as net.AddressInfo).port);
  const [first, second] = [new Asker(), new Asker()];
  first.onContent = () => {
    first.onContent = undefined;
    first.upstream!.close(true);
    second.begin(multiplex, 'GET /second HTTP/1.1\nHost: a');
  };
  first.begin(multiplex, 'POST / HTTP/1.1\nHost: a\nContent-Length: 5');
  await second.end();
  assert.deepEqual([first.content, second.content, second.result], ['oldol', 'ok', 'over']);
});

test('a backend that was silent for long is asked whether it is there, and left if it is not', async t => {
  const PING = '0000080600000000000000000000000000';
  let heard = '';
  const silent = net.createServer(socket => {
    socket.on('error', () => {});
    socket.write(Buffer.from('000000040000000000', 'hex'));
    socket.on('data', data => {
      heard += data.toString('hex');
    });
  });
  await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve));
  t.after(() => silent.close());
  const { port } = await serve(t, (stream, headers) => {
    if (headers[':path'] === '/answer') stream.respond({ ':status': 204 }, { endStream: true });
  });
  const alive = await open(t, port);
  const dead = await open(t, (silent.address() as net.AddressInfo).port);
  const giveUp = (): void => {
    for (const rig of [alive, dead]) {
      const asker = new Asker().begin(rig.multiplex, GET);
      asker.upstream!.close(true);
    }
  };
  giveUp();
  while (!heard.includes('000004030000000001')) await new Promise(resolve => setImmediate(resolve));
  assert.equal(heard.includes(PING), false, 'it was heard of just now');
  ahead += 6_000;
  giveUp();
  while (!heard.includes(PING)) await new Promise(resolve => setImmediate(resolve));
  // What is answered now comes behind the answer to the question.
  await new Asker().begin(alive.multiplex, 'GET /answer HTTP/1.1\nHost: a').end();
  assert.equal(dead.gone, false);
  ahead += 6_000;
  while (!dead.gone) await new Promise(resolve => setTimeout(resolve, 5));
  assert.equal(alive.gone, false);
});

/** Frames that are mostly right, and bytes that are none. */
const junk = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.constantFrom(
      '00000401050000000188',
      '0000000001000000010100',
      '00000500000000000148656c6c6f',
      '000000000100000001',
    ),
  },
  fc
    .tuple(
      fc.nat(20),
      fc.nat(10),
      fc.nat(255),
      fc.constantFrom(0, 1, 3, 2, 0x7fffffff),
      fc.uint8Array({ maxLength: 24 }),
    )
    .map(([, type, flags, stream, payload]) => {
      const head = Buffer.alloc(9);
      head.writeUIntBE(payload.length, 0, 3);
      head[3] = type;
      head[4] = flags;
      head.writeUInt32BE(stream, 5);
      return Buffer.concat([head, payload]).toString('hex');
    }),
  fc.constantFrom(
    '000001010500000001' + '88',
    '000001010400000001' + '88',
    '000000000100000001',
    '00000c010500000001885f087465787400000000',
  ),
);

test('whatever a backend says, its requests come to an end', async t => {
  let says = Buffer.alloc(0);
  const server = net.createServer(socket => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(Buffer.concat([Buffer.from('000000040000000000', 'hex'), says])));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address() as net.AddressInfo;
  await fc.assert(
    fc.asyncProperty(fc.array(junk, { maxLength: 6 }), async frames => {
      says = Buffer.from(frames.join(''), 'hex');
      const rig = await open(t, port);
      const askers = [GET, GET].map(head => new Asker().begin(rig.multiplex, head));
      for (const asker of askers) assert.notEqual((await asker.end()).result, '');
      while (!rig.gone) await new Promise(resolve => setImmediate(resolve));
      assert.equal(rig.multiplex.busy, 0);
    }),
    { numRuns: 150 },
  );
});
