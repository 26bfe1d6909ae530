import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import http2 from 'node:http2';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, ok, type Script } from './backend.ts';
import { field } from './message.ts';
import type { Peer } from './peer.ts';
import { type Rig, type Setup, startRig } from './rig.ts';

const { NGHTTP2_CANCEL } = http2.constants;

function agreed(key: string): string {
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  return `HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: chat\r\n\r\n`;
}

/** Agrees to every upgrade, then does `then`; `/no` is answered otherwise. */
function agreeing(then: (connection: Peer) => unknown): Script {
  return async connection => {
    const request = await connection.request();
    const key = field(request, 'sec-websocket-key');
    if (key === undefined || request.target === '/no') connection.send(ok('no'));
    else {
      connection.send(agreed(key));
      await then(connection);
    }
  };
}

function echo({ socket, stream }: Peer): void {
  const early = stream.waiting();
  if (early.length > 0) socket.write(early);
  socket.pipe(socket);
}

interface Opened {
  readonly rig: Rig;
  readonly client: http2.ClientHttp2Session;
  connect(path?: string, fields?: http2.OutgoingHttpHeaders): http2.ClientHttp2Stream;
}

async function start(
  t: { after(work: () => void): void },
  then: (connection: Peer) => unknown,
  setup: Setup = {},
): Promise<Opened> {
  const rig = await startRig(t, { script: agreeing(then), ...setup });
  const client = http2.connect(`http://127.0.0.1:${rig.port}`);
  t.after(() => client.destroy());
  client.on('error', () => {});
  await once(client, 'remoteSettings');
  assert.equal(client.remoteSettings.enableConnectProtocol, true);
  return {
    rig,
    client,
    connect(path = '/ws', fields = {}) {
      const stream = client.request({
        ':method': 'CONNECT',
        ':protocol': 'websocket',
        ':scheme': 'http',
        ':path': path,
        ':authority': 'a.example',
        'sec-websocket-version': '13',
        'sec-websocket-protocol': 'chat',
        ...fields,
      });
      stream.on('error', () => {});
      return stream;
    },
  };
}

/** Nothing is left of tunnels, and another one works. */
async function assertSound({ rig, connect }: Opened): Promise<void> {
  await eventually(() => rig.core.tunnels.open === 0, 'no tunnel is open');
  const stream = connect();
  await once(stream, 'response');
  stream.write('again');
  assert.equal(`${(await once(stream, 'data'))[0]}`, 'again');
  stream.close(NGHTTP2_CANCEL);
  await eventually(() => rig.core.tunnels.open === 0, 'no tunnel is open');
}

describe('WebSocket over HTTP/2', () => {
  it('reaches a backend in HTTP/1.1', async t => {
    const opened = await start(t, echo);
    const stream = opened.connect();
    const [headers] = await once(stream, 'response');
    assert.deepEqual([headers[':status'], headers['sec-websocket-protocol']], [200, 'chat']);
    assert.equal(headers['sec-websocket-accept'], undefined);
    for (const text of ['one', 'two']) {
      stream.write(text);
      assert.equal(`${(await once(stream, 'data'))[0]}`, text);
    }
    const { startLine, fields } = opened.rig.backend.requests[0]!;
    assert.equal(startLine, 'GET /ws HTTP/1.1');
    assert.equal(field({ fields }, 'upgrade')?.toLowerCase(), 'websocket');
    stream.end();
    stream.resume();
    await new Promise(resolve => stream.once('close', resolve));
    await assertSound(opened);
  });

  it('takes bytes that come before the answer', async t => {
    const opened = await start(t, echo);
    const stream = opened.connect();
    stream.write('early');
    assert.equal(`${(await once(stream, 'data'))[0]}`, 'early');
    stream.close(NGHTTP2_CANCEL);
    await assertSound(opened);
  });

  it('is what the backend says where it does not agree', async t => {
    const opened = await start(t, echo);
    const stream = opened.connect('/no');
    const [headers] = await once(stream, 'response');
    assert.equal(headers[':status'], 200);
    assert.equal(`${(await once(stream, 'data'))[0]}`, 'no');
    await new Promise(resolve => stream.once('close', resolve));
    await assertSound(opened);
  });

  it('has a key of ours, whatever the client says', async t => {
    const opened = await start(t, echo);
    const stream = opened.connect('/ws', { 'sec-websocket-key': 'theirs' });
    await once(stream, 'response');
    const keys = opened.rig.backend.requests[0]!.fields.filter(([name]) => name === 'sec-websocket-key');
    assert.equal(keys.length, 1);
    assert.notEqual(keys[0]![1], 'theirs');
    stream.close(NGHTTP2_CANCEL);
    await assertSound(opened);
  });

  it('of a length is malformed, and no backend waits for it', async t => {
    const opened = await start(t, echo);
    const stream = opened.connect('/no', { 'content-length': '20' });
    await new Promise(resolve => stream.once('close', resolve));
    assert.equal(stream.rstCode, http2.constants.NGHTTP2_PROTOCOL_ERROR);
    assert.equal(opened.rig.backend.heads.length, 0);
    await assertSound(opened);
  });

  it('ends with the backend, which is heard to the end', async t => {
    const opened = await start(t, async connection => {
      if (opened.rig.backend.connections.length > 1) echo(connection);
      else connection.socket.end(Buffer.alloc(1_000_000));
    });
    const stream = opened.connect();
    let received = 0;
    stream.on('data', (part: Buffer) => {
      received += part.length;
    });
    await once(stream, 'end');
    assert.equal(received, 1_000_000);
    stream.end();
    if (!stream.closed) await new Promise(resolve => stream.once('close', resolve));
    await assertSound(opened);
  });

  it('ends with the client', async t => {
    const closed = Promise.withResolvers<void>();
    const opened = await start(t, connection => {
      connection.socket.on('close', () => closed.resolve());
      echo(connection);
    });
    const stream = opened.connect();
    await once(stream, 'response');
    stream.close(NGHTTP2_CANCEL);
    await closed.promise;
    await assertSound(opened);
  });

  it('ends with the connection', async t => {
    const opened = await start(t, echo);
    const stream = opened.connect();
    await once(stream, 'response');
    opened.client.destroy();
    await eventually(() => opened.rig.core.tunnels.open === 0, 'no tunnel is open');
  });

  it('ends when nothing moves', async t => {
    const opened = await start(t, echo, { options: { tunnelIdleTimeout: 100 } });
    const stream = opened.connect();
    await once(stream, 'response');
    await new Promise(resolve => stream.once('close', resolve));
    await assertSound(opened);
  });

  it('moves no faster than either side takes it', async t => {
    let far: Peer | undefined;
    const opened = await start(t, connection => {
      far = connection;
      connection.socket.pause();
    });
    const stream = opened.connect();
    await once(stream, 'response');
    await eventually(() => far !== undefined, 'the backend has the tunnel');
    const size = 8 * 1024 * 1024;
    stream.write(Buffer.alloc(size));
    await sleep(100);
    let received = 0;
    far!.socket.on('data', part => {
      received += part.length;
    });
    far!.socket.resume();
    await eventually(() => received === size, 'all came');
    far!.socket.write(Buffer.alloc(size));
    await sleep(100);
    let back = 0;
    stream.on('data', (part: Buffer) => {
      back += part.length;
    });
    await eventually(() => back === size, 'all came back');
    stream.close(NGHTTP2_CANCEL);
  });
});
