import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Filter } from '../../src/ir/index.ts';
import { answering, eventually, ok, type Script, startBackend } from './backend.ts';
import { backend, backendName, endpoints, forward, route } from './config.ts';
import { field } from './message.ts';
import type { Peer } from './peer.ts';
import { assertSound, chunked, get, post, type Rig, type Setup, startRig } from './rig.ts';

const KEY = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n';
const ASKING = `Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n${KEY}`;
const AGREED =
  'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: WebSocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n';

/** Agrees to every upgrade, then does `then`; other requests are answered `METHOD target body`. */
function agreeing(then: (connection: Peer) => unknown, answer = AGREED): Script {
  return async connection => {
    while (await connection.stream.any()) {
      const { fields, method, target, body } = await connection.request();
      if (field({ fields }, 'upgrade') === undefined) {
        connection.send(ok(`${method} ${target} ${body}`));
        continue;
      }
      connection.send(answer);
      await then(connection);
      return;
    }
    connection.end();
  };
}

/** Sends back whatever comes, and ends when that ends. */
function echo({ socket, stream }: Peer): void {
  const early = stream.waiting();
  if (early.length > 0) socket.write(early);
  socket.pipe(socket);
}

interface Tunnelled extends Rig {
  readonly open: Peer;
  /** The end of it at `api`. */
  readonly far: Peer;
}

/** A rig with one tunnel open through it. */
async function startTunnel(then: (connection: Peer) => unknown, setup: Setup = {}): Promise<Tunnelled> {
  const rig = await startRig({ after }, { script: agreeing(then), ...setup });
  const open = await rig.client();
  open.send(get('/ws', ASKING));
  assert.match(await open.stream.through('\r\n\r\n'), /^HTTP\/1\.1 101 /);
  return { ...rig, open, far: rig.backend.connections.at(-1)! };
}

async function metric(rig: Rig, name: string): Promise<number> {
  const line = (await rig.proxy.metrics()).split('\n').find(text => text.startsWith(`${name} `));
  return Number(line?.slice(name.length + 1));
}

/** Nothing is left of tunnels, and other requests are served. */
async function assertLeftNothing(rig: Rig): Promise<void> {
  for (const name of ['sluice_downstream_connections', 'sluice_upstream_connections', 'sluice_tunnels']) {
    for (let i = 0; i < 200 && (await metric(rig, name)) > 0; i++) await sleep(10);
    assert.equal(await metric(rig, name), 0, name);
  }
  await assertSound(rig);
}

test('an upgrade to WebSocket reaches the backend as such, with the filters of its rule', async () => {
  const filters: readonly Filter[] = [
    { kind: 'requestHeaders', set: [['x-in', '1']], add: [], remove: ['x-gone'] },
    { kind: 'responseHeaders', set: [['x-out', '1']], add: [], remove: [] },
  ];
  const rig = await startRig(
    { after },
    {
      script: agreeing(echo),
      units: port => [...backend('api', port), route([{ filters, action: forward({ api: 1 }) }])],
    },
  );
  const client = await rig.client();
  client.send(get('/ws?a=b', `${ASKING}X-Gone: 1\r\n`));
  const answer = await client.stream.through('\r\n\r\n');
  const [request] = rig.backend.requests;
  assert.deepEqual(
    [request!.target, field(request!, 'connection'), field(request!, 'upgrade')],
    ['/ws?a=b', 'Upgrade', 'websocket'],
  );
  assert.deepEqual([field(request!, 'x-in'), field(request!, 'x-gone')], ['1', undefined]);
  assert.equal(field(request!, 'sec-websocket-key'), 'dGhlIHNhbXBsZSBub25jZQ==');
  assert.equal(field(request!, 'sec-websocket-version'), '13');
  assert.match(answer, /^HTTP\/1\.1 101 Switching Protocols\r\n/);
  for (const line of [
    'Connection: Upgrade',
    'Upgrade: websocket',
    'x-out: 1',
    'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=',
  ]) {
    assert.ok(answer.includes(`\r\n${line}\r\n`), line);
  }
  assert.equal(answer.match(/connection:/gi)?.length, 1);
  assert.doesNotMatch(answer, /content-length|transfer-encoding/i);
  assert.match(await rig.proxy.metrics(), /sluice_http_requests_total\{[^}]*code="101"\} 1/);
});

test('bytes go both ways as they are, and are counted', async () => {
  const { open, proxy } = await startTunnel(echo);
  for (const frame of ['\x81\x85abcd\x00\xff', get('/not-a-request'), '\r\n\r\n', '\x88\x00']) {
    open.send(frame);
    assert.equal((await open.stream.take(frame.length)).toString('latin1'), frame);
  }
  const text = await proxy.metrics();
  assert.match(text, /^sluice_tunnels 1$/m);
  const count = 9 - 1 + get('/not-a-request').length + 4 + 2;
  assert.match(text, new RegExp(`^sluice_tunnel_bytes_total\\{to="backend"\\} ${count}$`, 'm'));
  assert.match(text, new RegExp(`^sluice_tunnel_bytes_total\\{to="client"\\} ${count}$`, 'm'));
});

for (const [name, pieces] of Object.entries({
  'in one piece with its head': [get('/ws', ASKING) + get('/early')],
  'in pieces behind its head': [get('/ws', ASKING), get('/ear'), 'ly'],
  'more than is read ahead': [get('/ws', ASKING), ...Array.from({ length: 40 }, (_, i) => `${i}`.repeat(5_000))],
})) {
  test(`what a client sends before the answer, ${name}, reaches the backend in order and is no request`, async () => {
    let agree: (() => void) | undefined;
    const rig = await startRig(
      { after },
      {
        async script(connection) {
          await connection.request();
          await new Promise<void>(resolve => {
            agree = resolve;
          });
          assert.equal(connection.stream.waiting().length, 0);
          connection.send(`${AGREED}early too`);
          echo(connection);
        },
      },
    );
    const client = await rig.client();
    await client.sendPieces(pieces);
    await eventually(() => agree !== undefined, 'the request is there');
    await sleep(20);
    agree!();
    await client.stream.through('\r\n\r\nearly too');
    client.send('later');
    const sent = `${pieces.join('').slice(get('/ws', ASKING).length)}later`;
    assert.equal((await client.stream.take(sent.length)).toString('latin1'), sent);
    assert.equal(rig.backend.heads.length, 1);
  });
}

test('an agreement may come in pieces', async () => {
  const rig = await startRig(
    { after },
    {
      async script(connection) {
        await connection.request();
        await connection.sendPieces([...AGREED, 'hel', 'lo']);
      },
    },
  );
  const client = await rig.client();
  client.send(get('/ws', ASKING));
  assert.match(await client.stream.through('hello'), /^HTTP\/1\.1 101 .*\r\n\r\nhello$/s);
});

test('an agreement may follow other interim answers', async () => {
  const hints = 'HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n';
  const rig = await startRig({ after }, { script: agreeing(echo, hints + AGREED) });
  const client = await rig.client();
  client.send(get('/ws', ASKING));
  assert.match(await client.stream.through('\r\n\r\n'), /^HTTP\/1\.1 103 /);
  assert.match(await client.stream.through('\r\n\r\n'), /^HTTP\/1\.1 101 /);
  client.send('x');
  await client.stream.take(1);
});

test('CORS says on a 101 who may read it; a mirror hears nothing of an upgrade', async () => {
  const mirror = await startBackend(answering());
  after(mirror.stop);
  const filters: readonly Filter[] = [
    { kind: 'mirror', backend: backendName('mirror'), share: 1 },
    {
      kind: 'cors',
      origins: [{ scheme: 'https', host: 'page.example', below: false, port: 443 }],
      credentials: false,
      methods: [],
      headers: [],
      expose: [],
      maxAge: 5,
    },
  ];
  const units = (port: number) => [
    ...backend('api', port),
    ...backend('mirror', mirror.port),
    route([{ filters, action: forward({ api: 1 }) }]),
  ];
  const rig = await startRig({ after }, { script: agreeing(echo), units });
  const client = await rig.client();
  client.send(get('/ws', `${ASKING}Origin: https://page.example\r\n`));
  assert.match(await client.stream.through('\r\n\r\n'), /\r\naccess-control-allow-origin: https:\/\/page\.example\r\n/);
  await assertSound(rig);
  await eventually(() => mirror.requests.length === 1, 'the other request is mirrored');
  assert.equal(mirror.requests[0]!.target, '/sound');
});

test('an endpoint with a tunnel is busy as long as that is open', async () => {
  const scripts = [agreeing(echo), agreeing(echo)];
  const [one, two] = await Promise.all(scripts.map(script => startBackend(script)));
  after(one!.stop);
  after(two!.stop);
  const rig = await startTunnel(echo, {
    units: () => [...backend('api', one!.port, two!.port), route([{ action: forward({ api: 1 }) }])],
  });
  const [busy, free] = one!.requests.length === 1 ? [one!, two!] : [two!, one!];
  for (let i = 0; i < 4; i++) await assertSound(rig);
  assert.deepEqual([busy.requests.length, free.requests.length], [1, 4]);
  rig.open.end();
  await rig.open.stream.rest();
  for (let i = 0; i < 4; i++) await assertSound(rig);
  assert.ok(busy.requests.length > 1);
});

for (const [name, answer, status] of [
  ['400', 'HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\nno', 400],
  ['426', 'HTTP/1.1 426 Upgrade Required\r\nSec-WebSocket-Version: 13\r\nContent-Length: 2\r\n\r\nno', 426],
  ['400 and an Upgrade', 'HTTP/1.1 400 No\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 2\r\n\r\nno', 400],
  ['200', ok('no'), 200],
] as const) {
  test(`an upgrade refused with ${name}: an ordinary answer, and both connections go on`, async () => {
    const script: Script = async connection => {
      await connection.request();
      connection.send(answer);
      await agreeing(echo)(connection, 0);
    };
    const rig = await startRig({ after }, { script });
    const client = await rig.client();
    client.send(get('/ws', ASKING));
    const refused = await client.answer();
    assert.deepEqual([refused.status, refused.body, field(refused, 'connection')], [status, 'no', undefined]);
    client.send(post('/next', 'hello'));
    assert.equal((await client.answer()).body, 'POST /next hello');
    assert.equal(rig.backend.connections.length, 1);
    assert.equal(await metric(rig, 'sluice_tunnels'), 0);
  });
}

test('426 says what is to be asked for, and nothing else says it', async () => {
  const asked = 'Upgrade: websocket, TLS/1.2\r\nConnection: Upgrade\r\nContent-Length: 0\r\n\r\n';
  const answers = [`HTTP/1.1 426 Upgrade Required\r\n${asked}`, `HTTP/1.1 200 OK\r\n${asked}`];
  const rig = await startRig({ after }, { script: answering(() => answers.shift()!) });
  const client = await rig.client();
  client.send(get('/') + get('/'));
  const [refusal, other] = [await client.answer(), await client.answer()];
  assert.deepEqual([refusal.status, field(refusal, 'upgrade')], [426, 'websocket, TLS/1.2']);
  assert.equal(field(refusal, 'connection'), 'Upgrade');
  assert.deepEqual([field(other, 'upgrade'), field(other, 'connection')], [undefined, undefined]);
});

for (const [name, pieces] of Object.entries({
  'with its head': [get('/ws', ASKING) + get('/attack')],
  'after its head': [get('/ws', ASKING), get('/attack')],
})) {
  test(`what came ${name} is no request when the upgrade is refused either: the connection ends`, async () => {
    const script: Script = async connection => {
      await connection.request();
      await sleep(50);
      connection.send('HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\n\r\n');
    };
    const rig = await startRig({ after }, { script });
    const client = await rig.client();
    for (const piece of pieces) {
      client.send(piece);
      await eventually(() => rig.backend.heads.length === 1, 'the upgrade is there');
    }
    const answer = await client.answer();
    assert.deepEqual([answer.status, field(answer, 'connection')], [426, 'close']);
    assert.equal((await client.stream.rest()).bytes.length, 0);
    assert.equal(rig.backend.heads.length, 1);
  });
}

test('what came with an upgrade that goes nowhere is no request', async () => {
  const rig = await startRig({ after }, { units: port => [...backend('api', port), endpoints('api')] });
  const client = await rig.client();
  client.send(get('/ws', ASKING) + get('/attack'));
  const answer = await client.answer();
  assert.deepEqual([answer.status, field(answer, 'connection')], [404, 'close']);
  assert.equal((await client.stream.rest()).bytes.length, 0);
});

for (const [name, request] of Object.entries({
  'a request': get('/'),
  'an upgrade that was not passed on': get('/', `${ASKING}Content-Length: 5\r\n`).concat('hello'),
})) {
  test(`an agreement to ${name} is 502`, async () => {
    const script: Script = async connection => {
      await connection.request();
      connection.send(AGREED);
      await connection.stream.rest();
    };
    const rig = await startRig({ after }, { script });
    const client = await rig.client();
    client.send(request);
    assert.equal((await client.answer()).status, 502);
    assert.equal(await metric(rig, 'sluice_tunnels'), 0);
  });
}

for (const [name, answer] of Object.entries({
  'to another protocol': AGREED.replace('WebSocket', 'h2c'),
  'to two protocols': AGREED.replace('Upgrade: WebSocket', 'Upgrade: websocket\r\nUpgrade: h2c'),
  'to a list of protocols': AGREED.replace('WebSocket', 'websocket, h2c'),
  'without Upgrade': AGREED.replace(/Upgrade: .*\r\n/, ''),
  'without Connection': AGREED.replace(/Connection: .*\r\n/, ''),
})) {
  test(`an agreement ${name} is 502, and the backend's connection ends`, async () => {
    const rig = await startRig({ after }, { script: agreeing(({ stream }) => stream.rest(), answer) });
    const client = await rig.client();
    client.send(get('/ws', ASKING));
    assert.equal((await client.answer()).status, 502);
    await rig.backend.connections[0]!.stream.rest();
    await assertSound(rig);
  });
}

const ORDINARY: Readonly<Record<string, string>> = {
  'to h2c': get('/', `Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n`),
  'to h2c beside WebSocket': get('/', 'Connection: Upgrade\r\nUpgrade: websocket, h2c\r\n'),
  'to h2c in a second field': get('/', 'Connection: Upgrade\r\nUpgrade: websocket\r\nUpgrade: h2c\r\n'),
  'to nothing': get('/', 'Connection: Upgrade\r\n'),
  'to TLS': get('/', 'Connection: Upgrade\r\nUpgrade: TLS/1.2\r\n'),
  'that Connection does not name': get('/', `Upgrade: websocket\r\n${KEY}`),
  'of a request with a body': get('/', `${ASKING}Content-Length: 5\r\n`).concat('hello'),
  'of a request in chunks': get('/', `${ASKING}Transfer-Encoding: chunked\r\n`).concat(chunked(['hello'])),
  'with POST': post('/', 'hello', ASKING),
  'with POST and no body': post('/', '', ASKING),
  'in HTTP/1.0': get('/', ASKING).replace('HTTP/1.1', 'HTTP/1.0'),
};

for (const [name, request] of Object.entries(ORDINARY)) {
  test(`an upgrade ${name} is an ordinary request`, async () => {
    const rig = await startRig({ after });
    const client = await rig.client();
    client.send(request);
    const { status, body } = await client.answer();
    assert.deepEqual([status, body], [200, `${request.split(' ')[0]} / ${request.includes('hello') ? 'hello' : ''}`]);
    for (const field of ['upgrade', 'http2-settings', 'connection']) {
      assert.doesNotMatch(rig.backend.requests[0]!.head, new RegExp(`\r\n${field}:`, 'i'));
    }
  });
}

for (const [name, first] of [
  ['the client', 'open'],
  ['the backend', 'far'],
] as const) {
  test(`${name} ends its side: the other learns of it and can go on`, async () => {
    const rig = await startTunnel(() => {});
    const [one, other] = first === 'open' ? [rig.open, rig.far] : [rig.far, rig.open];
    one.send('bye');
    one.end();
    assert.deepEqual(await other.stream.rest(), { bytes: Buffer.from('bye'), ending: 'end' });
    other.send('x'.repeat(100_000));
    other.end();
    const { bytes, ending } = await one.stream.rest();
    assert.deepEqual([bytes.length, ending], [100_000, 'end']);
    one.socket.destroy();
    other.socket.destroy();
    await assertLeftNothing(rig);
  });

  test(`${name} resets: so is the other`, async () => {
    const rig = await startTunnel(() => {});
    const [one, other] = first === 'open' ? [rig.open, rig.far] : [rig.far, rig.open];
    one.reset();
    assert.equal((await other.stream.rest()).ending, 'reset');
    await assertLeftNothing(rig);
  });
}

test('a client that has ended its side before the answer gets it, and what follows', async () => {
  const rig = await startRig(
    { after },
    {
      async script(connection) {
        await connection.request();
        await sleep(30);
        connection.send(`${AGREED}hello`);
        await connection.stream.rest();
        connection.send(' again');
        connection.end();
      },
    },
  );
  const client = await rig.client();
  client.send(get('/ws', ASKING));
  client.end();
  await client.stream.through('\r\n\r\n');
  assert.deepEqual(await client.stream.rest(), { bytes: Buffer.from('hello again'), ending: 'end' });
});

test('a backend that says all and is gone: the client gets it, also when it still sends', async () => {
  const rig = await startTunnel(({ socket }) => {
    socket.end(Buffer.alloc(65_536, 'x'), () => socket.destroy());
  });
  rig.open.socket.pause();
  await eventually(() => rig.far.socket.destroyed, 'the backend is gone');
  for (let i = 0; i < 3; i++) {
    await sleep(20);
    rig.open.send('hello?');
  }
  rig.open.socket.resume();
  const { bytes, ending } = await rig.open.stream.rest();
  assert.deepEqual([bytes.length, ending], [65_536, 'end']);
});

/** What the kernel's buffers of two loopback connections may hold, and then some. */
const BOUND = 40 * 1024 * 1024;
const TOTAL = 100 * 1024 * 1024;

for (const [name, first] of [
  ['the client', 'open'],
  ['the backend', 'far'],
] as const) {
  test(`${name} sends 100 MB to a side that does not read: it has to wait, and nothing is lost`, async () => {
    const rig = await startTunnel(() => {});
    const [one, other] = first === 'open' ? [rig.open, rig.far] : [rig.far, rig.open];
    const piece = Buffer.alloc(65_536, 'x');
    let sent = 0;
    let received = 0;
    const more = () => {
      while (sent < TOTAL) {
        sent += piece.length;
        if (!one.socket.write(piece)) return;
      }
      one.end();
    };
    other.socket.removeAllListeners('data');
    other.socket.pause();
    one.socket.on('drain', more);
    more();
    for (let before = -1; before !== sent; ) {
      before = sent;
      await sleep(100);
    }
    assert.ok(sent < BOUND, `${sent} bytes are on the way`);
    other.send('meanwhile');
    assert.equal((await one.stream.take(9)).toString(), 'meanwhile', 'the other direction is not held up');
    other.socket.on('data', chunk => {
      received += chunk.length;
    });
    other.socket.resume();
    await eventually(() => received === TOTAL, 'all bytes came');
  });
}

test('a tunnel does without a request timeout, and ends when nothing moves', async () => {
  const action = forward({ api: 1 }, { request: 60, backendRequest: 60 });
  const units = (port: number) => [...backend('api', port), route([{ action }])];
  const options = { tunnelIdleTimeout: 300, bodyIdleTimeout: 50, idleTimeout: 50, headTimeout: 50, requestTimeout: 50 };
  const rig = await startTunnel(echo, { options, units });
  for (let i = 0; i < 8; i++) {
    await sleep(50);
    rig.open.send('x');
    await rig.open.stream.take(1);
  }
  await Promise.all([rig.open.stream.rest(), rig.far.stream.rest()]);
  await assertLeftNothing(rig);
});

test('a tunnel on a connection that was once idle is not idle', async () => {
  let answerSlow: (() => void) | undefined;
  const script: Script = async connection => {
    for (;;) {
      const { target } = await connection.request();
      if (target === '/ws') break;
      if (target === '/slow') {
        await new Promise<void>(resolve => {
          answerSlow = resolve;
        });
      }
      connection.send(ok(target));
    }
    connection.send(AGREED);
    echo(connection);
  };
  const rig = await startRig({ after }, { script, options: { upstreamIdleTimeout: 150, maxUpstreamConnections: 1 } });
  const [first, second] = [await rig.client(), await rig.client()];
  first.send(get('/'));
  await first.answer();
  first.send(get('/slow'));
  await eventually(() => answerSlow !== undefined, 'the only connection is taken');
  second.send(get('/ws', ASKING));
  await sleep(10);
  answerSlow!();
  assert.match(await second.stream.through('\r\n\r\n'), /^HTTP\/1\.1 101 /);
  await sleep(300);
  second.send('x');
  await second.stream.take(1);
  assert.equal(rig.backend.connections.length, 1);
});

test('until the answer to an upgrade the timeouts of its rule hold', async () => {
  const action = forward({ api: 1 }, { request: 60 });
  const units = (port: number) => [...backend('api', port), route([{ action }])];
  const script: Script = async connection => {
    await connection.request();
    await connection.stream.rest();
  };
  const rig = await startRig({ after }, { units, script });
  const client = await rig.client();
  client.send(get('/ws', ASKING));
  assert.equal((await client.answer()).status, 504);
});

test('a tunnel outlives its route, its backend and its socket', async () => {
  const rig = await startTunnel(echo);
  const other = await startBackend(agreeing(echo));
  after(other.stop);
  await rig.apply([endpoints('api', other.port)]);
  const names = {
    Route: 'HTTPRoute/default/wire@default/wire',
    Backend: 'Service/default/api/80',
    Bind: 'wire',
  } as const;
  for (const kind of ['Route', 'Backend', 'Bind'] as const) await rig.apply([], [{ kind, name: names[kind] }]);
  await sleep(400);
  rig.open.send('still there?');
  await rig.open.stream.through('still there?');
});

test('a drain waits for tunnels until its time is over; the end of the proxy ends both sides', async () => {
  const rig = await startTunnel(echo);
  let drained = false;
  const draining = rig.proxy.drain(300).then(() => {
    drained = true;
  });
  await sleep(100);
  rig.open.send('x');
  await rig.open.stream.take(1);
  assert.equal(drained, false);
  await draining;
  rig.proxy.close();
  await Promise.all([rig.open.stream.rest(), rig.far.stream.rest()]);
});

test('a drain is over with the last tunnel', async () => {
  const rig = await startTunnel(echo);
  const draining = rig.proxy.drain(60_000);
  rig.open.end();
  await draining;
});

test('tunnels count as connections, on both sides', async () => {
  const options = { maxConnections: 2, maxUpstreamConnections: 1, maxUpstreamPending: 0 };
  const rig = await startTunnel(echo, { options });
  const client = await rig.client();
  client.send(get('/'));
  assert.equal((await client.answer()).status, 503, 'no connection to the endpoint is left');
  const third = await rig.client();
  assert.equal((await third.stream.rest()).bytes.length, 0);
});

test('an upgrade is never sent on a used connection, and never twice', async () => {
  const script: Script = async (connection, index) => {
    const { target } = await connection.request();
    if (target === '/ws') connection.reset();
    else connection.send(ok(`${index}`));
  };
  const action = forward({ api: 1 }, {}, { attempts: 3, codes: [502], backoff: 1 });
  const rig = await startRig({ after }, { script, units: port => [...backend('api', port), route([{ action }])] });
  const client = await rig.client();
  client.send(get('/'));
  assert.equal((await client.answer()).body, '0');
  client.send(get('/ws', ASKING));
  assert.equal((await client.answer()).status, 502);
  assert.deepEqual(
    rig.backend.requests.map(({ target }) => target),
    ['/', '/ws'],
  );
  assert.equal(rig.backend.connections.length, 2);
});

test('an endpoint that refuses connections is passed over: nothing was sent to it', async () => {
  const gone = await startBackend(() => {});
  gone.stop();
  const units = (port: number) => [...backend('api', gone.port, port), route([{ action: forward({ api: 1 }) }])];
  for (let i = 0; i < 2; i++) {
    const rig = await startTunnel(echo, { units, options: { balancing: 'round-robin' } });
    rig.open.send('x');
    await rig.open.stream.take(1);
  }
});
