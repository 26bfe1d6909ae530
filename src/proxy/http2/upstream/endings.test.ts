import assert from 'node:assert/strict';
import http2 from 'node:http2';
import { test } from 'node:test';
import { Asker, GET, open, serve } from '../../../../test/http2/upstream-rig.ts';

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
