import assert from 'node:assert/strict';
import net from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { Asker, clock, GET, open, serve } from '../../../../test/http2/upstream-rig.ts';

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
  clock.ahead += 6_000;
  giveUp();
  while (!heard.includes(PING)) await new Promise(resolve => setImmediate(resolve));
  // What is answered now comes behind the answer to the question.
  await new Asker().begin(alive.multiplex, 'GET /answer HTTP/1.1\nHost: a').end();
  assert.equal(dead.gone, false);
  clock.ahead += 6_000;
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
