import assert from 'node:assert/strict';
import { once } from 'node:events';
import http2 from 'node:http2';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeAuthority, makeCertificate } from '../tls/certificates.ts';
import { keyPair, listenerName, routeAt, terminate, tlsListener } from '../tls/tls-units.ts';
import { eventually, ok, type Script } from './backend.ts';
import { BIND, backend, bind } from './config.ts';
import { chunked, type Rig, type Setup, startRig } from './rig.ts';

const { NGHTTP2_INTERNAL_ERROR, NGHTTP2_NO_ERROR, NGHTTP2_PROTOCOL_ERROR, NGHTTP2_CANCEL } = http2.constants;

interface Answer {
  readonly status: number;
  readonly headers: http2.IncomingHttpHeaders;
  readonly body: string;
  readonly trailers: http2.IncomingHttpHeaders;
}

type Cleanup = { after(work: () => void): void };

/** A client of nghttp2's making, in plaintext with prior knowledge. */
function session(t: Cleanup, rig: Rig, options: http2.ClientSessionOptions = {}): http2.ClientHttp2Session {
  const client = http2.connect(`http://127.0.0.1:${rig.port}`, options);
  t.after(() => client.destroy());
  client.on('error', () => {});
  return client;
}

async function both(t: Cleanup, setup: Setup = {}): Promise<{ rig: Rig; client: http2.ClientHttp2Session }> {
  const rig = await startRig(t, setup);
  return { rig, client: session(t, rig) };
}

function open(
  client: http2.ClientHttp2Session,
  headers: http2.OutgoingHttpHeaders,
  options?: http2.ClientSessionRequestOptions,
): http2.ClientHttp2Stream {
  const stream = client.request({ ':authority': 'a.example', ...headers }, options);
  stream.on('error', () => {});
  return stream;
}

async function ask(
  client: http2.ClientHttp2Session,
  headers: http2.OutgoingHttpHeaders,
  body?: string | Buffer,
): Promise<Answer> {
  const stream = open(client, headers, { endStream: body === undefined });
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
  stream.on('data', (part: Buffer) => parts.push(part));
  await new Promise(resolve => stream.once('end', resolve).once('close', resolve));
  return { status: headers[':status'], headers, body: Buffer.concat(parts).toString('latin1'), trailers };
}

/** One answer to each request, whatever it says. */
function saying(text: string): Script {
  return async connection => {
    while (await connection.stream.any()) {
      await connection.request();
      connection.send(text);
    }
  };
}

const BIG = 20 * 1024 * 1024;
/** The client keeps no more than 10 MB for a connection. */
const UPLOAD = 5 * 1024 * 1024;

describe('a client in HTTP/2', () => {
  it('gets answers of a backend in HTTP/1.1', async t => {
    const { client } = await both(t);
    const answer = await ask(client, { ':path': '/one?two' });
    assert.equal(answer.status, 200);
    assert.match(answer.body, /^GET \/one\?two/);
    const posted = await ask(client, { ':method': 'POST', ':path': '/post' }, 'hello');
    assert.equal(posted.body.trim(), 'POST /post hello');
    const many = await Promise.all(Array.from({ length: 300 }, (_, i) => ask(client, { ':path': `/${i}` })));
    assert.ok(many.every(({ body }, i) => body.startsWith(`GET /${i} `)));
  });

  it('is a client as others to the backend', async t => {
    const { rig, client } = await both(t);
    await ask(client, { ':path': '/', cookie: ['a=1', 'b=2'], te: 'trailers', 'x-mine': 'Yes' });
    const { head } = rig.backend.requests[0]!;
    const lines = head.split('\r\n').map(line => line.toLowerCase());
    assert.equal(lines[0], 'get / http/1.1');
    for (const line of [
      'host: a.example',
      'cookie: a=1; b=2',
      'x-mine: yes',
      'via: 2.0 sluice',
      'x-forwarded-proto: http',
    ])
      assert.ok(lines.includes(line), `${line} in ${head}`);
    assert.ok(!lines.some(line => line.startsWith(':')), head);
  });

  it('sends trailers, and gets some', async t => {
    const { rig, client } = await both(t, {
      script: saying(
        `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunked(['con', 'tent'], 'X-Sum: 7\r\n')}`,
      ),
    });
    const stream = open(client, { ':method': 'POST', ':path': '/' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'x-mine': 'yes' }));
    stream.end('hello');
    const { body, trailers } = await answerOf(stream);
    assert.equal(body, 'content');
    assert.equal(trailers['x-sum'], '7');
    await eventually(() => rig.backend.requests.length === 1, 'the request came');
    assert.deepEqual(rig.backend.requests[0]!.trailers, [['x-mine', 'yes']]);
  });

  it('gets heads alone where there is no content', async t => {
    const texts = new Map([
      ['/204', 'HTTP/1.1 204 No Content\r\n\r\n'],
      ['/304', 'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\n\r\n'],
      ['/head', 'HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n'],
      ['/empty', ok('')],
    ]);
    const script: Script = async connection => {
      while (await connection.stream.any()) connection.send(texts.get((await connection.request()).target)!);
    };
    const { client } = await both(t, { script });
    for (const [target, text] of texts) {
      const answer = await ask(client, { ':method': target === '/head' ? 'HEAD' : 'GET', ':path': target });
      assert.equal(answer.status, Number(text.slice(9, 12)));
      assert.equal(answer.body, '');
    }
  });

  it('gets interim answers', async t => {
    const { client } = await both(t, { script: saying(`HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n${ok('x')}`) });
    const stream = open(client, { ':path': '/' });
    const [hints] = await once(stream, 'headers');
    assert.equal(hints[':status'], 103);
    assert.equal(hints.link, '</x>');
    assert.equal((await answerOf(stream)).body, 'x');
  });

  it('takes and sends large content', async t => {
    const { rig, client } = await both(t, {
      script: async connection => {
        const request = await connection.request();
        connection.send(ok(request.body));
      },
    });
    const content = Buffer.alloc(BIG);
    for (let i = 0; i < BIG; i++) content[i] = (i * 31 + (i >> 13)) & 255;
    const answer = await ask(client, { ':method': 'PUT', ':path': '/' }, content);
    assert.equal(answer.body.length, BIG);
    assert.ok(Buffer.from(answer.body, 'latin1').equals(content));
    assert.equal(rig.core.request.version, 20);
  });

  it('that takes no content of one stream has its backend wait, and gets that of others', async t => {
    let sent = 0;
    const { client } = await both(t, {
      script: async connection => {
        const { target } = await connection.request();
        if (target !== '/big') connection.send(ok('small'));
        else {
          connection.send(`HTTP/1.1 200 OK\r\nContent-Length: ${10 * BIG}\r\n\r\n`);
          const piece = Buffer.alloc(65_536);
          const more = (): void => {
            do sent += piece.length;
            while (sent < 10 * BIG && connection.socket.write(piece));
          };
          connection.socket.on('drain', more);
          more();
        }
      },
    });
    const big = open(client, { ':path': '/big' });
    await once(big, 'response');
    big.pause();
    assert.equal((await ask(client, { ':path': '/small' })).body, 'small');
    await sleep(100);
    const before = sent;
    await sleep(200);
    assert.equal(sent, before);
    assert.ok(sent < 8 * 1024 * 1024, `${sent}`);
    big.close(NGHTTP2_CANCEL);
  });

  it('that uploads to a slow backend is held up, and other streams are not', async t => {
    const { rig, client } = await both(t, {
      script: async connection => {
        const line = await connection.request(({ target }) => {
          if (target === '/slow') connection.socket.pause();
        });
        connection.send(ok(`${line.target} ${line.body.length}`));
      },
    });
    const slow = open(client, { ':method': 'POST', ':path': '/slow' });
    slow.end(Buffer.alloc(UPLOAD));
    await eventually(() => rig.backend.heads.length === 1, 'the slow one began');
    assert.equal(
      (await ask(client, { ':method': 'POST', ':path': '/fast' }, Buffer.alloc(300_000))).body,
      '/fast 300000',
    );
    rig.backend.connections[0]!.socket.resume();
    assert.equal((await answerOf(slow)).body, `/slow ${UPLOAD}`);
  });

  it('is answered before it has sent all', async t => {
    const { client } = await both(t, {
      script: async connection => {
        await connection.request(() => connection.send('HTTP/1.1 403 Forbidden\r\nContent-Length: 3\r\n\r\nno\n'));
      },
    });
    const stream = open(client, { ':method': 'POST', ':path': '/' });
    stream.write(Buffer.alloc(1_000_000));
    const answer = await answerOf(stream);
    assert.deepEqual([answer.status, answer.body], [403, 'no\n']);
    if (!stream.closed) await new Promise(resolve => stream.once('close', resolve));
    assert.equal(stream.rstCode, NGHTTP2_NO_ERROR);
    assert.equal((await ask(client, { ':path': '/next' })).status, 403);
  });

  it('that resets a stream takes its request back from the backend', async t => {
    let gone = false;
    const { rig, client } = await both(t, {
      script: async connection => {
        connection.socket.on('close', () => {
          gone = true;
        });
        await connection.request();
      },
    });
    const stream = open(client, { ':path': '/' });
    await eventually(() => rig.backend.requests.length === 1, 'the request came');
    stream.close(NGHTTP2_CANCEL);
    await eventually(() => gone, 'its connection closed');
    await eventually(() => /code="499".*} 1|status="499".*} 1/.test(rig.proxy.metrics()), 'it was counted');
  });

  it('sees that an answer broke off', async t => {
    const { client } = await both(t, {
      script: async connection => {
        const { target } = await connection.request();
        if (target === '/whole') connection.send(ok('whole'));
        else {
          connection.send('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf');
          await sleep(20);
          connection.socket.destroy();
        }
      },
    });
    const stream = open(client, { ':path': '/half' });
    const { body } = await answerOf(stream);
    if (!stream.closed) await new Promise(resolve => stream.once('close', resolve));
    assert.deepEqual([body, stream.rstCode], ['half', NGHTTP2_INTERNAL_ERROR]);
    assert.equal((await ask(client, { ':path': '/whole' })).body, 'whole');
  });

  it('is refused what is too much or malformed, and goes on', async t => {
    const { rig, client } = await both(t, { options: { maxHeadBytes: 8_000, maxBodyBytes: 1_000 } });
    const large = open(client, { ':path': '/', 'x-large': 'x'.repeat(10_000) }, { endStream: true });
    assert.equal((await answerOf(large)).status, 431);
    assert.equal((await ask(client, { ':method': 'POST', ':path': '/' }, Buffer.alloc(2_000))).status, 413);
    assert.equal((await ask(client, { ':path': '/%00' })).status, 400);
    const mismatch = open(client, { ':method': 'POST', ':path': '/', 'content-length': 3 });
    mismatch.end('four');
    await new Promise(resolve => mismatch.once('close', resolve));
    assert.equal(mismatch.rstCode, NGHTTP2_PROTOCOL_ERROR);
    const tunnel = open(client, { ':method': 'CONNECT', ':authority': 'a.example:80' });
    assert.equal((await answerOf(tunnel)).status, 405);
    assert.equal((await ask(client, { ':path': '/next' })).body.trim(), 'GET /next');
    assert.equal(rig.backend.requests.length, 1);
  });

  it('hears that its connection goes when the configuration takes the socket away', async t => {
    const { rig, client } = await both(t, {
      script: async connection => {
        await connection.request();
        await sleep(50);
        connection.send(ok('late'));
      },
    });
    const answer = ask(client, { ':path': '/' });
    await eventually(() => rig.backend.requests.length === 1, 'the request came');
    const goaway = once(client, 'goaway');
    await rig.apply([], [{ kind: 'Bind', name: BIND }]);
    assert.equal((await answer).body, 'late');
    assert.equal((await goaway)[0], NGHTTP2_NO_ERROR);
    if (!client.closed) await once(client, 'close');
  });

  it('is asked to leave when the proxy drains', async t => {
    const { rig, client } = await both(t);
    await ask(client, { ':path': '/' });
    const closed = once(client, 'close');
    await rig.proxy.drain(3_000);
    await closed;
  });

  it('is asked to leave with its next request where the proxy is about to drain, and new ones are taken', async t => {
    const { rig, client } = await both(t);
    await ask(client, { ':path': '/' });
    void rig.proxy.drain(0, true, 1_000_000);
    for (const each of [client, session(t, rig)]) {
      const goaway = once(each, 'goaway');
      assert.equal((await ask(each, { ':path': '/' })).status, 200);
      assert.equal((await goaway)[0], NGHTTP2_NO_ERROR);
    }
  });

  it('is sent to another connection after so many requests', async t => {
    const { client } = await both(t, { options: { maxConnectionRequests: 3 } });
    const goaway = once(client, 'goaway');
    for (let i = 0; i < 3; i++) assert.equal((await ask(client, { ':path': `/${i}` })).status, 200);
    assert.deepEqual((await goaway).slice(0, 2), [NGHTTP2_NO_ERROR, 5]);
  });

  it('that asks nothing for a while is sent away', async t => {
    const { client } = await both(t, { options: { idleTimeout: 50 } });
    const goaway = once(client, 'goaway');
    await ask(client, { ':path': '/' });
    assert.equal((await goaway)[0], NGHTTP2_NO_ERROR);
  });

  it('that sends no more of its request is told so', async t => {
    const { client } = await both(t, { options: { bodyIdleTimeout: 100 } });
    const stream = open(client, { ':method': 'POST', ':path': '/' });
    stream.write('half');
    assert.equal((await answerOf(stream)).status, 408);
  });

  it('may give its window back in small steps', async t => {
    const size = 4 * 1024 * 1024;
    const { client } = await both(t, { script: saying(ok('x'.repeat(size))) });
    const stream = open(client, { ':path': '/' });
    let received = 0;
    for await (const part of stream) {
      received += part.length;
      await new Promise(setImmediate);
    }
    assert.equal(received, size);
  });

  it('in TLS agrees on it by ALPN', async t => {
    const authority = makeAuthority('an authority');
    const pair = makeCertificate({ names: ['a.example'], issuer: authority });
    const units = (port: number) => [
      ...backend('api', port),
      keyPair('a', pair),
      tlsListener('a', '*', terminate(['a'])),
      routeAt('a'),
    ];
    const rig = await startRig(t, { units });
    await rig.apply([bind([listenerName('a')])]);
    const client = http2.connect(`https://127.0.0.1:${rig.port}`, {
      ca: authority.certificate,
      servername: 'a.example',
    });
    t.after(() => client.destroy());
    const answers = await Promise.all([1, 2, 3].map(i => ask(client, { ':path': `/${i}` })));
    assert.deepEqual(
      answers.map(({ body }) => body.trim()),
      ['GET /1', 'GET /2', 'GET /3'],
    );
    assert.match(rig.backend.requests[0]!.head, /x-forwarded-proto: https/i);
  });

  it('may speak HTTP/2 on a socket that serves HTTP/1.1', async t => {
    const { rig, client } = await both(t);
    await rig.apply([bind()]);
    const other = await rig.client();
    other.send('GET /old HTTP/1.1\r\nHost: a.example\r\n\r\n');
    assert.equal((await other.answer()).status, 200);
    assert.equal((await ask(client, { ':path': '/new' })).status, 200);
  });
});
