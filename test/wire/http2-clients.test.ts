import assert from 'node:assert/strict';
import { once } from 'node:events';
import http2 from 'node:http2';
import { describe, it } from 'node:test';
import { type Rig, startRig } from './rig.ts';

interface Answer {
  readonly status: number;
  readonly headers: http2.IncomingHttpHeaders;
  readonly body: string;
  readonly trailers: http2.IncomingHttpHeaders;
}

/** A client of nghttp2's making, in plaintext with prior knowledge. */
function session(t: { after(work: () => void): void }, rig: Rig): http2.ClientHttp2Session {
  const client = http2.connect(`http://127.0.0.1:${rig.port}`);
  t.after(() => client.destroy());
  client.on('error', () => {});
  return client;
}

async function ask(
  client: http2.ClientHttp2Session,
  headers: http2.OutgoingHttpHeaders,
  body?: string | Buffer,
): Promise<Answer> {
  const stream = client.request({ ':authority': 'a.example', ...headers }, { endStream: body === undefined });
  if (body !== undefined) stream.end(body);
  return await answerOf(stream);
}

async function answerOf(stream: http2.ClientHttp2Stream): Promise<Answer> {
  let trailers = {};
  stream.on('trailers', fields => {
    trailers = fields;
  });
  const [headers] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders & { ':status': number }];
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part);
  return { status: headers[':status'], headers, body: Buffer.concat(parts).toString(), trailers };
}

describe('a client in HTTP/2', () => {
  it('gets answers of a backend in HTTP/1.1', async t => {
    const rig = await startRig(t);
    const client = session(t, rig);
    const answer = await ask(client, { ':path': '/one?two' });
    assert.equal(answer.status, 200);
    assert.match(answer.body, /^GET \/one\?two/);
    const posted = await ask(client, { ':method': 'POST', ':path': '/post' }, 'hello');
    assert.equal(posted.body.trim(), 'POST /post hello');
    const many = await Promise.all(Array.from({ length: 300 }, (_, i) => ask(client, { ':path': `/${i}` })));
    assert.ok(many.every(({ body }, i) => body.startsWith(`GET /${i} `)));
  });
});
