import assert from 'node:assert/strict';
import { once } from 'node:events';
import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { seal } from '../../src/ir/index.ts';
import { backendName, endpoints, forward, route } from './config.ts';
import { field } from './message.ts';
import { chunked, type Rig, startRig } from './rig.ts';

/** What the backend saw of the last call. */
interface Seen {
  fields: http2.IncomingHttpHeaders;
  body: Buffer;
}

const MESSAGE = Buffer.from([0, 0, 0, 0, 3, 1, 2, 3]);

/** A backend that sends back what it gets, in messages as they come, and its trailers; or trailers alone. */
async function startWeb(grpcWeb = true): Promise<{ rig: Rig; seen: Seen }> {
  const seen: Seen = { fields: {}, body: Buffer.alloc(0) };
  const server = http2.createServer();
  const sessions = new Set<http2.ServerHttp2Session>();
  server.on('session', session => sessions.add(session));
  server.on('stream', async (stream: http2.ServerHttp2Stream, fields) => {
    const parts: Buffer[] = [];
    for await (const part of stream) parts.push(part);
    Object.assign(seen, { fields, body: Buffer.concat(parts) });
    if (fields[':path']?.endsWith('/Fails')) {
      stream.respond({ 'content-type': 'application/grpc', 'grpc-status': '5' }, { endStream: true });
      return;
    }
    stream.respond({ 'content-type': 'application/grpc+proto' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0', 'grpc-message': 'fine' }));
    stream.end(seen.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  after(() => {
    for (const session of sessions) session.destroy();
    server.close();
  });
  const { hash: _, ...http } = route([{ path: '/pkg.Svc', action: forward({ calls: 1 }) }]);
  const units = [
    seal({
      kind: 'Backend',
      name: backendName('calls'),
      protocol: 'http2',
      origin: { kind: 'Service', namespace: 'default', name: 'calls' },
    } as const),
    endpoints('calls', (server.address() as AddressInfo).port),
    seal({ ...http, name: 'GRPCRoute/default/wire@default/wire', grpc: true as const }),
  ];
  return { rig: await startRig({ after }, { units: () => units, options: { grpcWeb } }), seen };
}

function head(path: string, type: string, framing: string): string {
  return `POST ${path} HTTP/1.1\r\nHost: a.example\r\nContent-Type: ${type}\r\n${framing}\r\n`;
}

/** The frame behind the messages. */
function trailerFrame(lines: string): Buffer {
  const frame = Buffer.from(`.....${lines}`);
  frame[0] = 0x80;
  frame.writeUInt32BE(lines.length, 1);
  return frame;
}

const TRAILERS = trailerFrame('grpc-status: 0\r\ngrpc-message: fine\r\n');

test('a call in bytes: its messages pass, and its trailers come behind them', async () => {
  const { rig, seen } = await startWeb();
  for (const framing of [`Content-Length: ${MESSAGE.length}\r\n`, 'Transfer-Encoding: chunked\r\n']) {
    const client = await rig.client();
    const text = MESSAGE.toString('latin1');
    const body = framing.startsWith('C') ? text : chunked([text.slice(0, 3), text.slice(3)]);
    client.send(head('/pkg.Svc/Echo', 'application/grpc-web+proto', framing) + body);
    const answer = await client.answer();
    assert.deepEqual([answer.status, field(answer, 'content-type')], [200, 'application/grpc-web+proto']);
    assert.deepEqual(Buffer.from(answer.body, 'latin1'), Buffer.concat([MESSAGE, TRAILERS]));
    assert.deepEqual(answer.trailers, []);
    const { fields, body: got } = seen;
    assert.deepEqual(
      [fields['content-type'], fields.te, fields['content-length'], got],
      ['application/grpc+proto', 'trailers', undefined, MESSAGE],
    );
  }
});

test('a call in base64, wherever it is cut', async () => {
  const { rig, seen } = await startWeb();
  const text = `${MESSAGE.toString('base64')}${MESSAGE.toString('base64')}`;
  for (const cut of [1, 2, 3, 4, 11, 12, 13]) {
    const client = await rig.client();
    const parts = [text.slice(0, cut), text.slice(cut)];
    const begin = head('/pkg.Svc/Echo', 'application/grpc-web-text', 'Transfer-Encoding: chunked\r\n');
    client.send(begin + chunked(parts));
    const answer = await client.answer();
    assert.equal(field(answer, 'content-type'), 'application/grpc-web-text+proto');
    const segments = answer.body.match(/[^=]+=*/g) ?? [];
    const decoded = Buffer.concat(segments.map(segment => Buffer.from(segment, 'base64')));
    assert.deepEqual(decoded, Buffer.concat([MESSAGE, MESSAGE, TRAILERS]), `cut at ${cut}`);
    assert.deepEqual(seen.body, Buffer.concat([MESSAGE, MESSAGE]));
  }
});

test('base64 that is none is refused, in the form of the call', async () => {
  const { rig } = await startWeb();
  for (const body of ['%%%%', 'AAA', 'A===']) {
    const client = await rig.client();
    client.send(head('/pkg.Svc/Echo', 'application/grpc-web-text', `Content-Length: ${body.length}\r\n`) + body);
    const answer = await client.answer();
    assert.deepEqual(
      [answer.status, field(answer, 'grpc-status'), field(answer, 'content-type')],
      [200, '13', 'application/grpc-web-text+proto'],
      body,
    );
  }
});

test('an answer that is a head alone stays one, and a connection serves on', async () => {
  const { rig } = await startWeb();
  const client = await rig.client();
  for (let round = 0; round < 2; round++) {
    client.send(head('/pkg.Svc/Fails', 'application/grpc-web', 'Content-Length: 0\r\n'));
    const answer = await client.answer();
    assert.deepEqual([field(answer, 'grpc-status'), answer.body], ['5', '']);
    assert.equal(field(answer, 'content-type'), 'application/grpc-web+proto');
  }
});

test('without the option the backend gets what the browser sent', async () => {
  const { rig, seen } = await startWeb(false);
  const client = await rig.client();
  client.send(`${head('/pkg.Svc/Echo', 'application/grpc-web', 'Content-Length: 3\r\n')}abc`);
  assert.equal((await client.answer()).status, 200);
  assert.deepEqual([seen.fields['content-type'], seen.body.toString()], ['application/grpc-web', 'abc']);
});
