import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import http2 from 'node:http2';
import { connect } from 'node:net';
import { after, test } from 'node:test';
import { createEcho } from './echo.ts';

const echo = createEcho();
after(() => echo.close());

interface Answer {
  readonly service: string;
  readonly port: number;
  readonly method: string;
  readonly path: string;
  readonly host: string;
  readonly headers: Record<string, string>;
  readonly protocol: string;
  readonly body?: string;
}

async function ask(backend: string, request: string): Promise<Answer> {
  const { address, port } = await echo.endpointOf(backend);
  const socket = connect(port, address);
  socket.end(request);
  let text = '';
  socket.setEncoding('latin1').on('data', chunk => {
    text += chunk;
  });
  await once(socket, 'close');
  return JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4));
}

test('says what it received: target as it was, names in lower case, repetitions joined', async () => {
  const answer = await ask(
    'Service/shops/cart/8080',
    'PUT /a/../b%2f?x=1&&y HTTP/1.1\r\nHost: Shop.test:81\r\nX-A: 1\r\nx-a: 2\r\nAge: 1\r\nAge: 2\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi',
  );
  assert.equal(answer.service, 'shops/cart');
  assert.equal(answer.port, 8080);
  assert.equal(answer.method, 'PUT');
  assert.equal(answer.path, '/a/../b%2f?x=1&&y');
  assert.equal(answer.host, 'Shop.test:81');
  assert.equal(answer.headers['x-a'], '1, 2');
  assert.equal(answer.headers.age, '1, 2');
  assert.equal(answer.protocol, 'HTTP/1.1');
  assert.equal(answer.body, 'hi');
});

test('a body is shown up to 1 MiB, and is absent when there is none', async () => {
  const size = 1_500_000;
  const head = `POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: ${size}\r\n\r\n`;
  const long = await ask('Service/a/b/1', head + 'x'.repeat(size));
  assert.equal(long.body?.length, 1_048_576);
  const none = await ask('Service/a/b/1', 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  assert.equal('body' in none, false);
});

test('each Service port has an address of its own, always the same', async () => {
  const first = await echo.endpointOf('Service/a/b/1');
  assert.deepEqual(await echo.endpointOf('Service/a/b/1'), first);
  assert.notEqual((await echo.endpointOf('Service/a/b/2')).port, first.port);
});

/** Head, text and trailers of an answer of HTTP/2 with prior knowledge. */
async function call(backend: string, head: http2.OutgoingHttpHeaders, body: string) {
  const { address, port } = await echo.endpointOf(backend);
  const session = http2.connect(`http://${address}:${port}`);
  after(() => session.destroy());
  const stream = session.request({ ':method': 'POST', ':authority': 'shop.test', ...head });
  let trailers: http2.IncomingHttpHeaders = {};
  stream.on('trailers', fields => {
    trailers = fields;
  });
  stream.end(body);
  const [answer] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders];
  let text = '';
  for await (const chunk of stream) text += chunk;
  session.close();
  return { head: answer, text, trailers };
}

test('HTTP/2 is answered on the same port', async () => {
  const { text } = await call('Service/shops/cart/8080', { ':path': '/a?b', 'x-a': '1' }, 'hi');
  const said: Answer = JSON.parse(text);
  assert.deepEqual(
    [said.service, said.method, said.path, said.host, said.headers['x-a'], said.protocol, said.body],
    ['shops/cart', 'POST', '/a?b', 'shop.test', '1', 'HTTP/2.0', 'hi'],
  );
});

test('a call of gRPC succeeds with a message of no fields, and says in its metadata what was received', async () => {
  const { head, text, trailers } = await call(
    'Service/shops/cart/8080',
    { ':path': '/shop.Cart/Add', 'content-type': 'application/grpc' },
    '',
  );
  assert.equal(trailers['grpc-status'], '0');
  assert.equal(text, '\0'.repeat(5));
  assert.equal(JSON.parse(String(head['x-echo'])).path, '/shop.Cart/Add');
});

test('datagrams come back', async () => {
  const { address, port } = await echo.endpointOf('Service/a/dns/53/udp');
  const socket = createSocket('udp4');
  after(() => socket.close());
  socket.send('who?', port, address);
  const [message] = (await once(socket, 'message')) as [Buffer];
  assert.equal(message.toString(), 'who?');
});
