import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ok, type Script } from './backend.ts';
import { backend, forward, route } from './config.ts';
import { get, post, startRig } from './rig.ts';

/** The first connection answers once and is reset when it is asked again; later ones answer as they should. */
const stale: Script = async (connection, index) => {
  for (let count = 0; await connection.stream.any(); count++) {
    await connection.request();
    if (index === 0 && count === 1) return connection.reset();
    connection.send(ok('fine'));
  }
};

function count(heads: readonly { readonly target: string }[], target: string): number {
  return heads.filter(head => head.target === target).length;
}

for (const method of ['GET', 'HEAD', 'OPTIONS', 'DELETE', 'PUT']) {
  test(`${method} without a body on a pooled connection that turns out to be dead is sent again`, async () => {
    const rig = await startRig({ after }, { script: stale });
    const client = await rig.client();
    client.send(get('/1'));
    assert.equal((await client.answer()).status, 200);
    client.send(get('/2').replace('GET', method));
    assert.equal((await client.answer(method)).status, 200);
    assert.equal(count(rig.backend.heads, '/2'), 2);
  });
}

for (const [name, request] of Object.entries({
  'POST with a body': post('/2', 'hello'),
  'POST without a body': get('/2').replace('GET', 'POST'),
  PATCH: post('/2', 'hello').replace('POST', 'PATCH'),
  'a method that nobody knows': get('/2').replace('GET', 'SPEND'),
})) {
  test(`${name} on a pooled connection that turns out to be dead is not sent again`, async () => {
    const rig = await startRig({ after }, { script: stale });
    const client = await rig.client();
    client.send(get('/1'));
    assert.equal((await client.answer()).status, 200);
    client.send(request);
    assert.equal((await client.answer()).status, 502);
    assert.equal(count(rig.backend.heads, '/2'), 1);
  });
}

test('a pooled connection that the backend closed in order is never used, also for POST', async () => {
  const rig = await startRig(
    { after },
    {
      async script(connection) {
        await connection.request();
        connection.send(ok('fine'));
        connection.end();
      },
    },
  );
  const client = await rig.client();
  for (let i = 0; i < 3; i++) {
    client.send(post(`/${i}`, 'hello'));
    assert.equal((await client.answer()).status, 200);
    await sleep(20);
  }
  assert.equal(rig.backend.heads.length, 3);
});

test('Connection: close of a backend is obeyed', async () => {
  const rig = await startRig(
    { after },
    {
      async script(connection) {
        await connection.request();
        connection.send(ok('fine', 'Connection: close\r\n'));
        await connection.stream.rest();
      },
    },
  );
  const client = await rig.client();
  for (let i = 0; i < 3; i++) {
    client.send(post(`/${i}`, 'hello'));
    assert.equal((await client.answer()).status, 200);
  }
  assert.equal(rig.backend.connections.length, 3);
});

test('once a byte of the answer has come, nothing is sent again', async () => {
  const rig = await startRig(
    { after },
    {
      async script(connection) {
        for (let i = 0; await connection.stream.any(); i++) {
          await connection.request();
          connection.send(i === 0 ? ok('fine') : 'HTTP/1.1 2');
          if (i === 1) connection.end();
        }
      },
    },
  );
  const client = await rig.client();
  client.send(get('/1'));
  assert.equal((await client.answer()).status, 200);
  client.send(get('/2'));
  assert.equal((await client.answer()).status, 502);
  assert.equal(count(rig.backend.heads, '/2'), 1);
});

test('a POST that a new connection loses is answered 502 and was sent once', async () => {
  const rig = await startRig(
    { after },
    {
      async script(connection) {
        await connection.request();
        connection.reset();
      },
    },
  );
  const client = await rig.client();
  client.send(post('/', 'hello'));
  assert.equal((await client.answer()).status, 502);
  assert.equal(rig.backend.heads.length, 1);
});

for (const [dead, balancing] of [
  [1, 'round-robin'],
  [1, 'least-request'],
  [2, 'round-robin'],
  [2, 'least-request'],
] as const) {
  test(`endpoints that refuse connections are passed over, for any method: ${dead} of ${dead + 1}, ${balancing}`, async () => {
    const refused = await Promise.all(Array.from({ length: dead }, unusedPort));
    const rig = await startRig(
      { after },
      {
        options: { balancing },
        units: port => [...backend('api', ...refused, port), route([{ action: forward({ api: 1 }) }])],
      },
    );
    const client = await rig.client();
    for (let i = 0; i < 10; i++) {
      client.send(post(`/${i}`, 'hello'));
      const answer = await client.answer();
      assert.equal(answer.status, 200, answer.body);
    }
    assert.equal(rig.backend.requests.length, 10);
  });
}

test('when every endpoint refuses connections, the answer is 503', async () => {
  const refused = await unusedPort();
  const rig = await startRig(
    { after },
    { units: () => [...backend('api', refused), route([{ action: forward({ api: 1 }) }])] },
  );
  const client = await rig.client();
  for (let i = 0; i < 2; i++) {
    client.send(get('/'));
    assert.equal((await client.answer()).status, 503);
  }
});

/** A port that refuses connections. */
async function unusedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise(resolve => server.once('listening', resolve));
  const address = server.address();
  await new Promise(resolve => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
