import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { nodeRuntime } from '../../src/proxy/node-socket.ts';
import { ok, type Script } from './backend.ts';
import { backend, forward, route } from './config.ts';
import { get, post, type Rig, type Setup, startRig } from './rig.ts';

const SHORT = 100;

/** Takes requests and never answers those for `/never`. */
const silent: Script = async connection => {
  while (await connection.stream.any()) {
    const { target } = await connection.request();
    if (target !== '/never') connection.send(ok(`GET ${target} `));
  }
};

test('a connection that says nothing is closed', async () => {
  const rig = await startRig({ after }, { options: { headTimeout: SHORT } });
  const client = await rig.client();
  assert.match((await client.stream.rest()).bytes.toString('latin1'), /^$|^HTTP\/1\.1 408 /);
});

test('a head that does not end is answered 408 or closed, however slowly bytes come', async () => {
  const rig = await startRig({ after }, { options: { headTimeout: SHORT } });
  const client = await rig.client();
  client.send('GET / HTTP/1.1\r\nHost: a.example\r\n');
  const drip = setInterval(() => client.send('X: 1\r\n'), 20);
  client.socket.on('close', () => clearInterval(drip));
  const { bytes } = await client.stream.rest();
  clearInterval(drip);
  assert.match(bytes.toString('latin1'), /^$|^HTTP\/1\.1 408 /);
  assert.deepEqual(rig.backend.heads, []);
});

test('a second head that does not end is closed too', async () => {
  const rig = await startRig({ after }, { options: { headTimeout: SHORT } });
  const client = await rig.client();
  client.send(`${get('/1')}GET /2 HT`);
  assert.equal((await client.answer()).status, 200);
  assert.match((await client.stream.rest()).bytes.toString('latin1'), /^$|^HTTP\/1\.1 408 /);
});

test('an idle connection is closed without a word', async () => {
  const rig = await startRig({ after }, { options: { idleTimeout: SHORT } });
  const client = await rig.client();
  client.send(get('/'));
  assert.equal((await client.answer()).status, 200);
  assert.equal((await client.stream.rest()).bytes.length, 0);
});

test('a connection that is busy is not idle', async () => {
  const rig = await startRig(
    { after },
    {
      options: { idleTimeout: SHORT, headTimeout: SHORT },
      async script(connection) {
        await connection.request();
        await sleep(4 * SHORT);
        connection.send(ok('late'));
      },
    },
  );
  const client = await rig.client();
  client.send(get('/'));
  assert.equal((await client.answer()).body, 'late');
});

function withTimeouts(timeouts: { request?: number; backendRequest?: number }): Setup {
  return {
    script: silent,
    units: port => [...backend('api', port), route([{ action: forward({ api: 1 }, timeouts) }])],
  };
}

for (const [name, timeouts] of Object.entries({
  request: { request: SHORT },
  backendRequest: { backendRequest: SHORT },
  both: { request: 4 * SHORT, backendRequest: SHORT },
})) {
  test(`timeouts, ${name}: 504, the backend's connection is given up, the client's goes on`, async () => {
    const rig = await startRig({ after }, withTimeouts(timeouts));
    const client = await rig.client();
    client.send(get('/never'));
    assert.equal((await client.answer()).status, 504);
    await rig.backend.connections[0]!.stream.rest();
    client.send(get('/next'));
    assert.equal((await client.answer()).body, 'GET /next ');
    assert.equal(rig.backend.heads.filter(head => head.target === '/never').length, 1, 'sent once');
  });
}

test('an endpoint that neither takes nor refuses a connection is given up: 503 or 504', async () => {
  const runtime = { ...nodeRuntime, connect: () => ({ cancel() {} }) };
  const rig = await startRig({ after }, { options: { connectTimeout: SHORT }, runtime });
  const client = await rig.client();
  for (let i = 0; i < 2; i++) {
    client.send(get('/'));
    assert.ok([503, 504].includes((await client.answer()).status));
  }
});

test('a timeout of a request that is over means nothing', async () => {
  const rig = await startRig({ after }, withTimeouts({ request: SHORT }));
  const client = await rig.client();
  for (let i = 0; i < 3; i++) {
    client.send(get(`/${i}`));
    assert.equal((await client.answer()).status, 200);
    await sleep(SHORT * 0.7);
  }
});

test('a timeout in the middle of a body cuts it visibly', async () => {
  const rig = await startRig(
    { after },
    {
      ...withTimeouts({ request: SHORT }),
      async script(connection) {
        await connection.request();
        connection.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n');
      },
    },
  );
  const client = await rig.client();
  client.send(get('/'));
  await client.stream.through('hello\r\n');
  assert.doesNotMatch((await client.stream.rest()).bytes.toString('latin1'), /^0\r\n/m);
});

async function untilCut(rig: Rig, bytes: string): Promise<string> {
  const client = await rig.client();
  client.send(bytes);
  return (await client.stream.rest()).bytes.toString('latin1');
}

test('an upload in which nothing moves is given up', async () => {
  const rig = await startRig({ after }, { options: { bodyIdleTimeout: SHORT }, script: silent });
  assert.match(await untilCut(rig, post('/', 'hello').slice(0, -2)), /^$|^HTTP\/1\.1 408 /);
  assert.deepEqual(rig.backend.requests, []);
});

test('an answer in which nothing moves is given up, visibly cut', async () => {
  const rig = await startRig(
    { after },
    {
      options: { bodyIdleTimeout: SHORT },
      async script(connection) {
        await connection.request();
        connection.send('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello');
      },
    },
  );
  assert.match(await untilCut(rig, get('/')), /^HTTP\/1\.1 200 .*\r\n\r\nhello$/s);
});

test('--request-timeout bounds a request with its body', async () => {
  const rig = await startRig({ after }, { options: { requestTimeout: SHORT }, script: silent });
  const client = await rig.client();
  client.send(post('/', 'x'.repeat(1_000)).slice(0, -900));
  const drip = setInterval(() => client.send('x'), 20);
  client.socket.on('close', () => clearInterval(drip));
  assert.match((await client.stream.rest()).bytes.toString('latin1'), /^$|^HTTP\/1\.1 408 /);
  clearInterval(drip);
  assert.deepEqual(rig.backend.requests, []);
});
