import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Retry, Timeouts } from '../../src/ir/index.ts';
import { nodeRuntime } from '../../src/proxy/node-socket.ts';
import { MAX_REPLAYED_BODY } from '../../src/proxy/sent-copy.ts';
import type { SocketRuntime } from '../../src/proxy/socket.ts';
import { answering, eventually, ok, type Script, startBackend } from './backend.ts';
import { backend, backendName, endpoints, forward, route } from './config.ts';
import type { Peer } from './peer.ts';
import { chunked, get, post, type Rig, type Setup, startRig } from './rig.ts';

const RETRY: Retry = { attempts: 3, codes: [503], backoff: 1 };
/** Longer than a test takes. */
const LONG = 60_000;

function withRetry(retry: Partial<Retry> = {}, timeouts: Timeouts = {}): Setup {
  const action = forward({ api: 1 }, timeouts, { ...RETRY, ...retry });
  return { units: port => [...backend('api', port), route([{ action }])] };
}

const failed = (body = 'no', status = 503) =>
  `HTTP/1.1 ${status} Failed\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

/** Answers the requests of all connections with `answers` in their order, then with `200`. */
function inTurn(...answers: readonly string[]): Script {
  let turn = 0;
  return answering(request => answers[turn++] ?? ok(`${request.method} ${request.target} ${request.body}`));
}

/** The first `count` connections end as `fail` ends them, after a whole request. */
function failing(count: number, fail: (connection: Peer) => void): Script {
  const healthy = answering();
  return async (connection, index) => {
    if (index >= count) return healthy(connection, index);
    await connection.request();
    fail(connection);
  };
}

async function ask(rig: Rig, request: string, method = 'GET') {
  const client = await rig.client();
  client.send(request);
  return client.answer(method);
}

async function metric(rig: Rig, name: string): Promise<number> {
  const line = (await rig.proxy.metrics()).split('\n').find(line => line.startsWith(`${name} `));
  return Number(line?.split(' ').at(-1));
}

for (const [method, request] of Object.entries({
  GET: get('/'),
  HEAD: get('/').replace('GET', 'HEAD'),
  POST: post('/', 'hello'),
  PATCH: post('/', 'hello').replace('POST', 'PATCH'),
})) {
  test(`${method}: an answer whose status is to be retried is not passed on, and its connection carries the next try`, async () => {
    const no = method === 'HEAD' ? failed('no').slice(0, -2) : failed('no');
    const script = inTurn(no, no, method === 'HEAD' ? ok('yes').slice(0, -3) : ok('yes'));
    const rig = await startRig({ after }, { ...withRetry(), script });
    assert.equal((await ask(rig, request, method)).status, 200);
    assert.equal(rig.backend.requests.length, 3);
    assert.equal(rig.backend.connections.length, 1);
    assert.equal(new Set(rig.backend.requests.map(({ head, body }) => head + body)).size, 1, 'the same request');
    assert.equal(await metric(rig, 'sluice_upstream_retries_total{cause="status"}'), 2);
  });
}

test('a status that is not named is passed on', async () => {
  const rig = await startRig({ after }, { ...withRetry(), script: inTurn(failed('no', 500)) });
  assert.equal((await ask(rig, get('/'))).status, 500);
  assert.equal(rig.backend.requests.length, 1);
});

test('when no try is left, the last answer is passed on', async () => {
  const rig = await startRig(
    { after },
    { ...withRetry({ attempts: 2, codes: [502, 503] }), script: inTurn(failed('a'), failed('b', 502), failed('c')) },
  );
  const answer = await ask(rig, get('/'));
  assert.deepEqual([answer.status, answer.body], [503, 'c']);
  assert.equal(rig.backend.requests.length, 3);
});

for (const [name, fail] of Object.entries<(connection: Peer) => void>({
  'reset without a word': connection => connection.reset(),
  'closed without a word': connection => connection.end(),
  'closed in the middle of a head': connection => {
    connection.send('HTTP/1.1 200 OK\r\nContent-Le');
    connection.end();
  },
  'reset in the middle of a head': connection => {
    connection.send('HTTP/1.1 200 OK\r\nContent-Le');
    setImmediate(() => connection.reset());
  },
})) {
  for (const request of [get('/'), post('/', 'hello')]) {
    test(`${request.split(' ')[0]}, ${name}: sent again, whatever codes there are`, async () => {
      const rig = await startRig({ after }, { ...withRetry({ codes: [] }), script: failing(2, fail) });
      assert.equal((await ask(rig, request)).status, 200);
      assert.equal(rig.backend.requests.length, 3);
      assert.equal(await metric(rig, 'sluice_upstream_retries_total{cause="connection"}'), 2);
    });
  }
}

/** Sockets of which the first `count` to a backend are refused. */
function refusing(count: number): SocketRuntime & { refused: number } {
  return {
    ...nodeRuntime,
    refused: 0,
    connect(address, port, handler) {
      if (this.refused === count) return nodeRuntime.connect(address, port, handler);
      this.refused++;
      setImmediate(() => handler.onError(new Error('refused')));
      return { cancel() {} };
    },
  };
}

test('a refused connection is tried again, a body of any length included', async () => {
  const runtime = refusing(3);
  const rig = await startRig({ after }, { ...withRetry(), runtime });
  const body = 'x'.repeat(3 * MAX_REPLAYED_BODY);
  assert.equal((await ask(rig, post('/', body))).body, `POST / ${body}`);
  assert.equal(runtime.refused, 3);
});

test('when every try is refused, the answer is 503', async () => {
  const runtime = refusing(100);
  const rig = await startRig({ after }, { ...withRetry({ attempts: 2 }), runtime });
  assert.equal((await ask(rig, get('/'))).status, 503);
  assert.equal(runtime.refused, 3);
});

test('a try that takes too long is given up for another; the last one is answered 504', async () => {
  for (const [silent, status] of [
    [2, 200],
    [3, 504],
  ] as const) {
    const script = failing(silent, () => {});
    const rig = await startRig({ after }, { ...withRetry({ attempts: 2 }, { backendRequest: 50 }), script });
    assert.equal((await ask(rig, post('/', 'hello'))).status, status);
    assert.equal(rig.backend.requests.length, 3);
    for (const { stream } of rig.backend.connections.slice(0, silent)) await stream.rest();
    assert.equal(await metric(rig, 'sluice_upstream_retries_total{cause="timeout"}'), 2);
  }
});

for (const [name, script] of Object.entries({
  'in a pause': answering(() => failed()),
  'in a later try': failing(1, connection => connection.reset()),
})) {
  test(`the timeout of the request counts for all tries: ${name}`, async () => {
    const backoff = name === 'in a pause' ? LONG : 1;
    const silent: Script = async (connection, index) => (index === 0 ? script(connection, index) : undefined);
    const rig = await startRig({ after }, { ...withRetry({ backoff }, { request: 100 }), script: silent });
    const client = await rig.client();
    client.send(get('/'));
    assert.equal((await client.answer()).status, 504);
    await sleep(50);
    assert.equal(rig.backend.connections.length, name === 'in a pause' ? 1 : 2);
    client.send(get('/'));
    assert.equal((await client.answer()).status, 504, 'the connection goes on');
  });
}

test('the time of a try is over with the try', async () => {
  const script = inTurn(failed());
  const rig = await startRig(
    { after },
    { ...withRetry({ attempts: 1, backoff: 150 }, { backendRequest: 50 }), script },
  );
  assert.equal((await ask(rig, get('/'))).status, 200);
});

const TRAILERS = 'Checksum: 1\r\n';

for (const [name, pieces] of Object.entries({
  'whole with its head': [post('/', 'hello')],
  'after its head': [post('/', 'hello').slice(0, -5), 'hello'],
  'in pieces': [post('/', 'hello').slice(0, -3), 'l', 'lo'],
  'in chunks with a trailer': [
    `POST / HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n`,
    '2\r\nhe\r\n',
    '3\r\nll',
    `o\r\n0\r\n${TRAILERS}\r\n`,
  ],
})) {
  test(`a body that came ${name} is sent again as it was`, async () => {
    const rig = await startRig({ after }, { ...withRetry(), script: inTurn(failed(), failed()) });
    const client = await rig.client();
    await client.sendPieces(pieces);
    assert.equal((await client.answer()).body, 'POST / hello');
    const [first, ...others] = rig.backend.requests;
    for (const other of others) assert.deepEqual([other.head, other.trailers], [first!.head, first!.trailers]);
    assert.equal(others.length, 2);
  });
}

test('a body of which a part is there when the try fails goes on with the next', async () => {
  const rig = await startRig(
    { after },
    {
      ...withRetry(),
      async script(connection, index) {
        if (index > 0) return answering()(connection, index);
        await connection.stream.through('hel');
        connection.send(failed());
      },
    },
  );
  const client = await rig.client();
  client.send(post('/', 'hello').slice(0, -2));
  await eventually(() => rig.backend.connections.length === 2, 'the second try');
  client.send('lo');
  assert.equal((await client.answer()).body, 'POST / hello');
});

for (const [name, request, tries] of [
  ['as long as the limit', post('/', 'x'.repeat(MAX_REPLAYED_BODY)), 2],
  ['one byte longer', post('/', 'x'.repeat(MAX_REPLAYED_BODY + 1)), 1],
  [
    'longer in chunks',
    `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${chunked(['x'.repeat(50_000), 'x'.repeat(50_000)])}`,
    1,
  ],
] as const) {
  test(`a body ${name} is sent ${tries === 1 ? 'once: the answer is passed on' : 'again'}`, async () => {
    const rig = await startRig({ after }, { ...withRetry(), script: inTurn(failed()) });
    assert.equal((await ask(rig, request)).status, tries === 1 ? 503 : 200);
    assert.equal(rig.backend.requests.length, tries);
  });
}

test('nothing is sent again before the backoff is over', async () => {
  const rig = await startRig({ after }, { ...withRetry({ backoff: LONG }), script: inTurn(failed()) });
  const client = await rig.client();
  client.send(get('/1'));
  await eventually(() => rig.backend.requests.length === 1, 'the first try');
  assert.equal((await ask(rig, get('/2'))).status, 200, 'others are served meanwhile');
  await sleep(50);
  assert.deepEqual(
    rig.backend.requests.map(({ target }) => target),
    ['/1', '/2'],
  );
});

test('a client that goes away in a pause leaves nothing behind', async () => {
  const rig = await startRig({ after }, { ...withRetry({ backoff: 200 }), script: answering(() => failed()) });
  const client = await rig.client();
  client.send(post('/', 'hello'));
  await eventually(() => rig.backend.requests.length === 1, 'the first try');
  await sleep(10);
  client.reset();
  await sleep(350);
  assert.equal(rig.backend.requests.length, 1);
  assert.equal(await metric(rig, 'sluice_downstream_connections'), 0);
  assert.match(await rig.proxy.metrics(), /sluice_http_requests_total\{.*code="499"\} 1/);
});

test('a client whose upload is held in a pause is missed when it goes', async () => {
  const script: Script = async connection => {
    await connection.stream.through('hel');
    connection.send(failed());
  };
  const rig = await startRig({ after }, { ...withRetry({ backoff: LONG }), script });
  const client = await rig.client();
  client.send(post('/', 'hello').slice(0, -2));
  await eventually(() => rig.backend.connections.length === 1, 'the first try');
  await sleep(20);
  client.reset();
  for (let i = 0; i < 200 && (await metric(rig, 'sluice_downstream_connections')) > 0; i++) await sleep(10);
  assert.equal(await metric(rig, 'sluice_downstream_connections'), 0);
});

test('another endpoint is preferred to the one that failed, however busy it is', async () => {
  const busy = await startBackend(async connection => {
    while (await connection.stream.any()) {
      const { target } = await connection.request();
      if (target !== '/hold') connection.send(ok('fine'));
    }
  });
  after(busy.stop);
  const action = forward({ api: 1 }, {}, { ...RETRY, attempts: 1 });
  const rig = await startRig(
    { after },
    {
      options: { balancing: 'least-request' },
      script: answering(() => failed()),
      units: port => [...backend('api', port, busy.port), route([{ action }])],
    },
  );
  for (let i = 0; i < 3; i++) (await rig.client()).send(get('/hold'));
  await eventually(() => busy.requests.length === 3, 'the busy endpoint is busy');
  for (let i = 0; i < 3; i++) assert.equal((await ask(rig, get('/'))).status, 200);
  assert.ok(
    rig.backend.requests.some(({ target }) => target === '/'),
    'the idle endpoint failed first',
  );
});

test('when all endpoints failed once, they are asked again', async () => {
  const other = await startBackend(inTurn(failed()));
  after(other.stop);
  const action = forward({ api: 1 }, {}, { ...RETRY, attempts: 2 });
  const rig = await startRig(
    { after },
    { script: inTurn(failed()), units: port => [...backend('api', port, other.port), route([{ action }])] },
  );
  assert.equal((await ask(rig, get('/'))).status, 200);
});

test('a retry stays with the backend that was chosen: shares hold', async () => {
  const other = await startBackend(answering());
  after(other.stop);
  const action = forward({ api: 1, other: 1 }, {}, { ...RETRY, attempts: 1 });
  const rig = await startRig(
    { after },
    {
      script: answering(() => failed()),
      units: port => [...backend('api', port), ...backend('other', other.port), route([{ action }])],
    },
  );
  const statuses: number[] = [];
  for (let i = 0; i < 6; i++) statuses.push((await ask(rig, get('/'))).status);
  assert.deepEqual(statuses.sort(), [200, 200, 200, 503, 503, 503]);
  assert.equal(rig.backend.requests.length, 6);
});

test('the rest of an answer that is not passed on is read, so that its connection can be used again', async () => {
  const script: Script = async connection => {
    await connection.request();
    await connection.sendPieces([failed().slice(0, -2), 'n', 'o']);
    return answering()(connection, 0);
  };
  const rig = await startRig({ after }, { ...withRetry({ backoff: 100 }), script });
  assert.equal((await ask(rig, get('/'))).status, 200);
  assert.equal(rig.backend.connections.length, 1);
});

test('an answer that is not passed on may break off: that is no failure of another try', async () => {
  const script = failing(1, async connection => {
    connection.send(failed().slice(0, -1));
    await sleep(20);
    connection.reset();
  });
  const rig = await startRig({ after }, { ...withRetry({ attempts: 1, backoff: 150 }), script });
  assert.equal((await ask(rig, get('/'))).status, 200);
});

for (const [name, answer] of Object.entries({
  'whose end does not come': 'HTTP/1.1 503 No\r\nContent-Length: 9\r\n\r\nno',
  'that ends with its connection': 'HTTP/1.1 503 No\r\n\r\nno',
  'with Connection: close': 'HTTP/1.1 503 No\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno',
  'with bytes behind it': `${failed()}HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil`,
  'that breaks its coding': 'HTTP/1.1 503 No\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
  'of great length': failed('x'.repeat(200_000)),
})) {
  test(`an answer ${name} that is not passed on costs its connection, and nothing else`, async () => {
    const script: Script = async (connection, index) => {
      if (index > 0) return answering()(connection, index);
      await connection.request();
      connection.send(answer);
      await connection.stream.rest();
    };
    const rig = await startRig({ after }, { ...withRetry({ backoff: 100 }), script });
    assert.equal((await ask(rig, get('/'))).body, 'GET / ');
    assert.equal(rig.backend.connections.length, 2);
    assert.equal(await metric(rig, 'sluice_upstream_connections'), 1);
    await rig.backend.connections[0]!.stream.rest();
  });
}

test('once an interim answer has gone to the client, nothing is sent again', async () => {
  const rig = await startRig(
    { after },
    {
      ...withRetry(),
      async script(connection) {
        await connection.stream.through('\r\n\r\n');
        connection.send('HTTP/1.1 100 Continue\r\n\r\n');
        await connection.stream.through('hello');
        connection.send(failed());
      },
    },
  );
  const client = await rig.client();
  client.send(post('/', 'hello', 'Expect: 100-continue\r\n').slice(0, -5));
  await client.stream.through('100 Continue\r\n\r\n');
  client.send('hello');
  assert.equal((await client.answer()).status, 503);
  assert.equal(rig.backend.connections.length, 1);
});

test('once the head of an answer has gone to the client, nothing is sent again', async () => {
  const script = failing(1, connection => {
    connection.send('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello');
    setImmediate(() => connection.reset());
  });
  const rig = await startRig({ after }, { ...withRetry(), script });
  const client = await rig.client();
  client.send(get('/'));
  assert.match((await client.stream.rest()).bytes.toString('latin1'), /^HTTP\/1\.1 200 .*hello$/s);
  assert.equal(rig.backend.requests.length, 1);
});

test('an answer that is no HTTP is not asked for again', async () => {
  const rig = await startRig({ after }, { ...withRetry({ codes: [502] }), script: inTurn('SSH-2.0-x\r\n\r\n') });
  assert.equal((await ask(rig, get('/'))).status, 502);
  assert.equal(rig.backend.requests.length, 1);
});

test('a POST on a pooled connection that turns out to be dead is sent again where the rule retries', async () => {
  const script: Script = async (connection, index) => {
    for (let count = 0; await connection.stream.any(); count++) {
      await connection.request();
      if (index === 0 && count === 1) return connection.reset();
      connection.send(ok('fine'));
    }
  };
  const rig = await startRig({ after }, { ...withRetry({ attempts: 1 }), script });
  const client = await rig.client();
  for (const target of ['/1', '/2']) {
    client.send(post(target, 'hello'));
    assert.equal((await client.answer()).status, 200);
  }
  assert.equal(rig.backend.requests.length, 3);
});

test('requests behind one that is retried wait for their turn', async () => {
  const rig = await startRig({ after }, { ...withRetry(), script: inTurn(failed(), failed()) });
  const client = await rig.client();
  client.send(get('/1') + post('/2', 'hello') + get('/3'));
  for (const body of ['GET /1 ', 'POST /2 hello', 'GET /3 ']) assert.equal((await client.answer()).body, body);
});

test('endpoints may change in a pause: the next try goes to the new ones', async () => {
  const other = await startBackend(answering());
  after(other.stop);
  const rig = await startRig({ after }, { ...withRetry({ backoff: 100 }), script: answering(() => failed()) });
  const client = await rig.client();
  client.send(get('/'));
  await eventually(() => rig.backend.requests.length === 1, 'the first try');
  await rig.apply([endpoints('api', other.port)]);
  assert.equal((await client.answer()).status, 200);
});

test('a backend that is gone after a pause is no mistake of the rule: 503', async () => {
  const rig = await startRig({ after }, { ...withRetry({ backoff: 100 }), script: answering(() => failed()) });
  const client = await rig.client();
  client.send(get('/'));
  await eventually(() => rig.backend.requests.length === 1, 'the first try');
  const name = backendName('api');
  await rig.apply(
    [],
    [
      { kind: 'Backend', name },
      { kind: 'Endpoints', name },
    ],
  );
  assert.equal((await client.answer()).status, 503);
});

test('a drain waits for a request that will be sent again', async () => {
  const rig = await startRig({ after }, { ...withRetry({ backoff: 100 }), script: inTurn(failed()) });
  const client = await rig.client();
  client.send(get('/'));
  await eventually(() => rig.backend.requests.length === 1, 'the first try');
  const drained = rig.proxy.drain(4_000);
  assert.equal((await client.answer()).status, 200);
  await drained;
});
