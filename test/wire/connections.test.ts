import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { answering, describe, eventually, ok } from './backend.ts';
import { field } from './message.ts';
import { chunked, get, post, startRig } from './rig.ts';

const rig = await startRig(
  { after },
  {
    async script(connection) {
      while (await connection.stream.any()) {
        const request = await connection.request();
        if (request.target.startsWith('/slow')) await sleep(30);
        connection.send(ANSWERS[request.target] ?? describe(request));
      }
      connection.end();
    },
  },
);

const ANSWERS: Readonly<Record<string, string>> = {
  '/204': 'HTTP/1.1 204 No Content\r\n\r\n',
  '/304': 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\nETag: "x"\r\n\r\n',
  '/chunks': `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunked(['one', 'two'])}`,
};

test('a connection carries one request after another, and so does the one behind', async () => {
  const own = await startRig({ after });
  const client = await own.client();
  for (const target of ['/1', '/2', '/3']) {
    client.send(get(target));
    assert.equal((await client.answer()).body, `GET ${target} `);
  }
  assert.equal(own.backend.connections.length, 1);
});

test('five requests in one packet are answered in order, also when the first is the slowest', async () => {
  const client = await rig.client();
  client.send(['/slow', '/2', '/3', '/4', '/5'].map(target => get(target)).join(''));
  for (const target of ['/slow', '/2', '/3', '/4', '/5']) assert.equal((await client.answer()).body, `GET ${target} `);
});

test('a hundred requests in one packet are all answered', async () => {
  const client = await rig.client();
  const targets = Array.from({ length: 100 }, (_, i) => `/${i}`);
  client.send(targets.map(target => get(target)).join(''));
  for (const target of targets) assert.equal((await client.answer()).body, `GET ${target} `);
});

test('nothing that follows a request with Connection: close is looked at', async () => {
  rig.backend.heads.length = 0;
  const client = await rig.client();
  client.send(get('/1', 'Connection: close\r\n') + get('/2'));
  const answer = await client.answer();
  assert.equal(answer.body, 'GET /1 ');
  assert.equal(field(answer, 'connection'), 'close');
  assert.equal((await client.stream.rest()).bytes.length, 0);
  assert.deepEqual(
    rig.backend.heads.map(head => head.target),
    ['/1'],
  );
});

for (const [method, target] of [
  ['HEAD', '/'],
  ['HEAD', '/chunks'],
  ['GET', '/204'],
  ['GET', '/304'],
] as const) {
  test(`the answer to ${method} ${target} has no body, and the next one stands right behind it`, async () => {
    const client = await rig.client();
    client.send(get(target).replace('GET', method) + get('/next'));
    assert.equal((await client.answer(method)).framing, 'none');
    assert.equal((await client.answer()).body, 'GET /next ');
  });
}

test('lengths of HEAD and 304 come through', async () => {
  const client = await rig.client();
  client.send(get('/').replace('GET', 'HEAD'));
  assert.equal(field(await client.answer('HEAD'), 'content-length'), '7');
  client.send(get('/304'));
  const answer = await client.answer();
  assert.equal(field(answer, 'etag'), '"x"');
});

test('HTTP/1.0 without keep-alive: one answer, then the end', async () => {
  const client = await rig.client();
  client.send('GET /1 HTTP/1.0\r\nHost: a.example\r\n\r\n');
  assert.equal((await client.answer()).body, 'GET /1 ');
  assert.deepEqual((await client.stream.rest()).ending, 'end');
});

test('HTTP/1.0 with keep-alive goes on', async () => {
  const client = await rig.client();
  for (const target of ['/1', '/2']) {
    client.send(`GET ${target} HTTP/1.0\r\nHost: a.example\r\nConnection: keep-alive\r\n\r\n`);
    const answer = await client.answer();
    assert.equal(answer.body, `GET ${target} `);
    assert.equal(field(answer, 'connection')?.toLowerCase(), 'keep-alive');
  }
});

test('HTTP/1.0 never gets chunks', async () => {
  const client = await rig.client();
  client.send('GET /chunks HTTP/1.0\r\nHost: a.example\r\nConnection: keep-alive\r\n\r\n');
  const answer = await client.answer();
  assert.notEqual(answer.framing, 'chunked');
  assert.equal(answer.body, 'onetwo');
});

test('one empty line before a request is passed over', async () => {
  const client = await rig.client();
  client.send(`\r\n${get('/1')}`);
  assert.equal((await client.answer()).body, 'GET /1 ');
  client.send(`\r\n${get('/2')}`);
  assert.equal((await client.answer()).body, 'GET /2 ');
});

test('a half-close after a request is answered, then the connection ends', async () => {
  const client = await rig.client();
  client.send(get('/slow'));
  client.end();
  assert.equal((await client.answer()).body, 'GET /slow ');
  assert.deepEqual((await client.stream.rest()).ending, 'end');
});

test('a half-close after three requests in one packet leaves none unanswered', async () => {
  const client = await rig.client();
  client.send(get('/slow') + post('/2', 'b') + get('/3'));
  client.end();
  for (const body of ['GET /slow ', 'POST /2 b', 'GET /3 ']) assert.equal((await client.answer()).body, body);
  assert.deepEqual((await client.stream.rest()).ending, 'end');
});

test('a half-close behind two thousand requests leaves none unanswered', async () => {
  const client = await rig.client();
  const targets = Array.from({ length: 2_000 }, (_, i) => `/number/${i}`);
  client.send(targets.map(target => get(target)).join(''));
  client.end();
  for (const target of targets) assert.equal((await client.answer()).body, `GET ${target} `);
  assert.deepEqual((await client.stream.rest()).ending, 'end');
});

test('a half-close in a head or before it ends the connection', async () => {
  for (const bytes of ['', 'GET / HT', 'GET / HTTP/1.1\r\nHost: a.example\r\n']) {
    const client = await rig.client();
    client.send(bytes);
    client.end();
    const { bytes: said } = await client.stream.rest();
    assert.match(said.toString('latin1'), /^$|^HTTP\/1\.1 400 /);
  }
});

test('a half-close inside a body never makes a whole request', async () => {
  for (const bytes of [post('/cut', 'hello').slice(0, -2), chunkedPost('/cut').slice(0, -5)]) {
    rig.backend.requests.length = 0;
    const client = await rig.client();
    client.send(bytes);
    client.end();
    await client.stream.rest();
    assert.deepEqual(rig.backend.requests, []);
  }
});

function chunkedPost(target: string): string {
  return `POST ${target} HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n${chunked(['hello'])}`;
}

/** What a client asks for, and what the backend is asked for. */
const TARGETS: readonly (readonly [line: string, target: string, host: string])[] = [
  ['GET /a HTTP/1.1', '/a', 'a.example'],
  ['GET http://b.example/a?b HTTP/1.1', '/a?b', 'b.example'],
  ['GET http://b.example:8080/a HTTP/1.1', '/a', 'b.example:8080'],
  ['GET HTTP://B.example/a HTTP/1.1', '/a', 'B.example'],
  ['GET http://b.example HTTP/1.1', '/', 'b.example'],
  ['GET http://b.example?x=y HTTP/1.1', '/?x=y', 'b.example'],
  ['GET /a/../b HTTP/1.1', '/b', 'a.example'],
  ['GET /../../b HTTP/1.1', '/b', 'a.example'],
  ['GET /a/./b/ HTTP/1.1', '/a/b/', 'a.example'],
  ['GET //a///b HTTP/1.1', '/a/b', 'a.example'],
  ['GET /%61%2e%2E HTTP/1.1', '/a..', 'a.example'],
  ['GET /a/%2e%2e/b HTTP/1.1', '/b', 'a.example'],
  ['GET /a%0d%0Ab HTTP/1.1', '/a%0D%0Ab', 'a.example'],
  ['GET /a%2Fb%5Cc HTTP/1.1', '/a%2Fb%5Cc', 'a.example'],
  ['GET /a?%2e%2e/../%7e&&=?x HTTP/1.1', '/a?%2e%2e/../%7e&&=?x', 'a.example'],
  ['GET /a? HTTP/1.1', '/a?', 'a.example'],
  ['GET /?a%zz%00 HTTP/1.1', '/?a%zz%00', 'a.example'],
  ['PURGE /a HTTP/1.1', '/a', 'a.example'],
  ['get /a HTTP/1.1', '/a', 'a.example'],
];

for (const [line, target, host] of TARGETS) {
  test(`${line} asks the backend for ${target} of ${host}`, async () => {
    rig.backend.requests.length = 0;
    const client = await rig.client();
    client.send(`${line}\r\nHost: a.example\r\n\r\n`);
    assert.equal((await client.answer()).status, 200);
    const request = rig.backend.requests[0]!;
    assert.equal(request.target, target);
    assert.equal(field(request, 'host'), host);
    assert.equal(request.method, line.split(' ')[0]);
  });
}

test('OPTIONS * is answered, and the connection goes on', async () => {
  const client = await rig.client();
  client.send('OPTIONS * HTTP/1.1\r\nHost: a.example\r\n\r\n');
  assert.ok((await client.answer('OPTIONS')).status < 500);
  client.send(get('/next'));
  assert.equal((await client.answer()).body, 'GET /next ');
});

/** Bodies that look like requests stay bodies, whatever the method. */
const ATTACK = 'GET /attack HTTP/1.1\r\nHost: a.example\r\n\r\n';
const HIDDEN: Readonly<Record<string, string>> = {
  'a body of GET': post('/first', ATTACK).replace('POST', 'GET'),
  'a body of HEAD': post('/first', ATTACK).replace('POST', 'HEAD'),
  'a body of DELETE': post('/first', ATTACK).replace('POST', 'DELETE'),
  'a body of OPTIONS': post('/first', ATTACK).replace('POST', 'OPTIONS'),
  'a chunk': framed('Transfer-Encoding: chunked', chunked([ATTACK])),
  'a chunk of GET': framed('Transfer-Encoding: chunked', chunked([ATTACK])).replace('POST', 'GET'),
  'a chunk under a name in capitals': framed('TRANSFER-ENCODING: chunked', chunked([ATTACK])),
  'a chunk under a coding in capitals': framed('Transfer-Encoding: CHUNKED', chunked([ATTACK])),
  'a chunk under a coding with blanks': framed('Transfer-Encoding: \t chunked \t', chunked([ATTACK])),
  'a body beside a name like Transfer-Encoding': framed(
    `Transfer_Encoding: chunked\r\nContent-Length: ${ATTACK.length}`,
    ATTACK,
  ),
  'a body beside another name like it': framed(
    `X-Transfer-Encoding: chunked\r\nContent-Length: ${ATTACK.length}`,
    ATTACK,
  ),
  'a body with blanks round its length': framed(`Content-Length: \t${ATTACK.length} \t`, ATTACK),
  'a body whose length Connection names': framed(
    `Connection: content-length\r\nContent-Length: ${ATTACK.length}`,
    ATTACK,
  ),
  'a chunk whose coding Connection names': framed(
    'Connection: transfer-encoding\r\nTransfer-Encoding: chunked',
    chunked([ATTACK]),
  ),
  'a body with an upgrade to WebSocket': framed(
    `Connection: upgrade\r\nUpgrade: websocket\r\nContent-Length: ${ATTACK.length}`,
    ATTACK,
  ),
  'a chunk with an upgrade to WebSocket': framed(
    'Connection: upgrade\r\nUpgrade: websocket\r\nTransfer-Encoding: chunked',
    chunked([ATTACK]),
  ),
  'a body with an upgrade': framed(`Connection: upgrade\r\nUpgrade: h2c\r\nContent-Length: ${ATTACK.length}`, ATTACK),
};

function framed(fields: string, body: string): string {
  return `POST /first HTTP/1.1\r\nHost: a.example\r\n${fields}\r\n\r\n${body}`;
}

for (const [name, bytes] of Object.entries(HIDDEN)) {
  test(`${name} is never a request`, async () => {
    rig.backend.heads.length = 0;
    const client = await rig.client();
    client.send(bytes + get('/next'));
    const answer = await client.answer(bytes.split(' ')[0]!);
    if (answer.status === 400) {
      assert.equal((await client.stream.rest()).bytes.length, 0);
    } else {
      assert.equal(answer.status, 200);
      assert.equal((await client.answer()).body, 'GET /next ');
      assert.deepEqual(
        rig.backend.heads.map(head => head.target),
        ['/first', '/next'],
      );
    }
    assert.ok(rig.backend.heads.every(head => head.target !== '/attack'));
  });
}

test('a client that resets while the backend works: the backend learns of it', async () => {
  let gone = 0;
  const own = await startRig(
    { after },
    {
      async script(connection) {
        connection.socket.on('close', () => gone++);
        await connection.request();
      },
    },
  );
  const [waiting, sending] = [await own.client(), await own.client()];
  waiting.send(get('/wait'));
  sending.send(post('/send', 'hello').slice(0, -2));
  await eventually(() => own.backend.heads.length === 2, 'both requests are at the backend');
  waiting.reset();
  sending.reset();
  await eventually(() => gone === 2, 'both connections to the backend are gone');
});

test('an answer without any length is delimited anew, and the connection goes on', async () => {
  const own = await startRig(
    { after },
    {
      async script(connection) {
        await connection.request();
        connection.send('HTTP/1.1 200 OK\r\n\r\nhello');
        connection.end();
      },
    },
  );
  const client = await own.client();
  for (let i = 0; i < 2; i++) {
    client.send(get('/'));
    const answer = await client.answer();
    assert.equal(answer.framing, 'chunked');
    assert.equal(answer.body, 'hello');
  }
});

test('a backend that speaks HTTP/1.0 is not asked twice on one connection', async () => {
  const own = await startRig({ after }, { script: answering(() => ok('hello').replace('1.1', '1.0')) });
  const client = await own.client();
  for (let i = 0; i < 2; i++) {
    client.send(get('/'));
    const answer = await client.answer();
    assert.equal(answer.body, 'hello');
    assert.match(answer.startLine, /^HTTP\/1\.1 /);
  }
  assert.equal(own.backend.connections.length, 2);
});
