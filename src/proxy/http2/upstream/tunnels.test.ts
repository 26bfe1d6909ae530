import assert from 'node:assert/strict';
import type http2 from 'node:http2';
import { test } from 'node:test';
import { Asker, GET, open, serve } from '../../../../test/http2/upstream-rig.ts';
import { latin1 } from '../../http1/chars.ts';
import type { SocketHandler } from '../../socket.ts';

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
