import assert from 'node:assert/strict';
import type http2 from 'node:http2';
import { test } from 'node:test';
import { Asker, GET, open, serve } from '../../../../test/http2/upstream-rig.ts';

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
