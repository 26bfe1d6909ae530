import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { backend, forward, route } from './config.ts';
import { field } from './message.ts';
import { get, post, startRig } from './rig.ts';

const three = await startRig({ after }, { options: { maxConnectionRequests: 3 } });

test('the last answer that a connection may carry says so, and the connection ends in order', async () => {
  const client = await three.client();
  for (const last of [undefined, undefined, 'close']) {
    client.send(get('/one'));
    assert.equal(field(await client.answer(), 'connection'), last);
  }
  const { bytes, ending } = await client.stream.rest();
  assert.deepEqual([bytes.length, ending], [0, 'end']);
});

test('what is sent behind the last request is not looked at', async () => {
  three.backend.requests.length = 0;
  const client = await three.client();
  client.send(get('/a') + post('/b', 'hello') + get('/c') + get('/d') + get('/e'));
  for (const target of ['/a', '/b', '/c']) assert.match((await client.answer()).body, new RegExp(`${target} `));
  assert.equal((await client.stream.rest()).bytes.length, 0);
  assert.deepEqual(
    three.backend.requests.map(request => request.target),
    ['/a', '/b', '/c'],
  );
});

test('HTTP/1.0 is not told to go on by the last answer', async () => {
  const client = await three.client();
  const request = get('/', 'Connection: keep-alive\r\n').replace('HTTP/1.1', 'HTTP/1.0');
  for (const expected of ['keep-alive', 'keep-alive', 'close']) {
    client.send(request);
    assert.equal(field(await client.answer(), 'connection'), expected);
  }
  assert.equal((await client.stream.rest()).bytes.length, 0);
});

test("answers of the gateway's own count too", async () => {
  const rig = await startRig(
    { after },
    {
      options: { maxConnectionRequests: 2 },
      units: port => [...backend('api', port), route([{ path: '/api', action: forward({ api: 1 }) }])],
    },
  );
  const client = await rig.client();
  client.send(get('/nothing') + get('/nothing') + get('/api'));
  assert.equal(field(await client.answer(), 'connection'), undefined);
  const last = await client.answer();
  assert.deepEqual([last.status, field(last, 'connection')], [404, 'close']);
  assert.equal((await client.stream.rest()).bytes.length, 0);
});

test('a connection that is old enough ends with its next answer, and not before', async () => {
  const age = 50;
  const rig = await startRig({ after }, { options: { maxConnectionAge: age } });
  const before = performance.now();
  const client = await rig.client();
  let last: string | undefined;
  while (last === undefined) {
    client.send(get('/'));
    last = field(await client.answer(), 'connection');
  }
  assert.equal(last, 'close');
  assert.ok(performance.now() - before >= age);
  assert.equal((await client.stream.rest()).bytes.length, 0);
});

test('a connection that is not old yet goes on', async () => {
  const rig = await startRig({ after }, { options: { maxConnectionAge: 3_600_000 } });
  const client = await rig.client();
  for (let i = 0; i < 3; i++) {
    client.send(get('/'));
    assert.equal(field(await client.answer(), 'connection'), undefined);
  }
});
