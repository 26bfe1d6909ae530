import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answering, eventually } from './backend.ts';
import { assertNothingLeft } from './books.ts';
import { BIND } from './config.ts';
import { crowd, gate, holding } from './crowd.ts';
import type { Peer } from './peer.ts';
import { assertSound, get, post, type Rig, startRig } from './rig.ts';

const MANY = 1_000;
/** Few enough for systems that allow a process 4,096 files. */
const UPSTREAMS = 64;

function openSockets(): number {
  return process.getActiveResourcesInfo().filter(name => name === 'TCPSocketWrap').length;
}

test('a thousand connections, some with slow requests: each gets its own answers', async t => {
  const held = gate();
  const rig = await startRig(t, { script: holding(held), options: { maxUpstreamConnections: UPSTREAMS } });
  const before = openSockets();
  const all = await crowd(rig, MANY);
  const slow = all.filter((_, i) => i % 25 === 0);
  for (const [i, client] of slow.entries()) client.send(get(`/held/${i}`));
  for (let round = 0; round < 3; round++) {
    const quick = all.filter((_, i) => i % 25 !== 0);
    for (const [i, client] of quick.entries()) client.send(post(`/${round}/${i}`, `body ${i}`));
    for (const [i, client] of quick.entries()) {
      assert.equal((await client.answer()).body, `POST /${round}/${i} body ${i}`);
    }
  }
  assert.equal(held.waiting(), slow.length, 'the slow requests are at the backend');
  held.open();
  for (const [i, client] of slow.entries()) assert.equal((await client.answer()).body, `GET /held/${i} `);
  assert.equal(rig.core.lane.ownClients, MANY);
  assert.ok(rig.core.upstreamConnections <= UPSTREAMS);
  for (const client of all) client.end();
  await assertNothingLeft(rig);
  await eventually(() => openSockets() <= before, 'all sockets are closed');
});

test('a flood beyond the limit: who is in is served, who is not is closed, and whoever leaves makes room', async t => {
  const limit = 100;
  const rig = await startRig(t, { options: { maxConnections: limit } });
  const before = openSockets();
  const inside = await crowd(rig, limit);
  for (let wave = 0; wave < 3; wave++) {
    const outside = await crowd(rig, 2 * limit);
    for (const client of outside) client.send(get('/outside'));
    for (const [i, client] of inside.entries()) client.send(get(`/${wave}/${i}`));
    for (const [i, client] of inside.entries()) assert.equal((await client.answer()).body, `GET /${wave}/${i} `);
    for (const client of outside) {
      assert.equal((await client.stream.rest()).bytes.length, 0);
      client.socket.destroy();
    }
    assert.equal(rig.core.lane.ownClients, limit);
    assert.ok(rig.backend.heads.every(({ target }) => target !== '/outside'));
  }
  for (const client of inside) client.reset();
  await eventually(() => rig.core.lane.ownClients === 0, 'they are gone');
  for (const client of await crowd(rig, limit)) {
    client.send(get('/after'));
    assert.equal((await client.answer()).body, 'GET /after ');
    client.end();
  }
  await assertNothingLeft(rig);
  await eventually(() => openSockets() <= before, 'all sockets are closed');
});

/** Sends something now and then until the connection is closed. */
function drip(client: Peer, bytes: string): void {
  const timer = setInterval(() => client.send(bytes), 20);
  client.socket.once('close', () => clearInterval(timer));
  client.socket.once('end', () => clearInterval(timer));
}

test('hundreds of heads that never end: 408, while others are served', async t => {
  const rig = await startRig(t, { options: { headTimeout: 300 } });
  const lorises = await crowd(rig, 300, (client, i) => {
    client.send('GET / HTTP/1.1\r\nHost: a.example\r\n');
    if (i % 10 === 0) drip(client, 'X: 1\r\n');
  });
  for (let i = 0; i < 20; i++) await assertSound(rig);
  let told = 0;
  for (const client of lorises) {
    const said = (await client.stream.rest()).bytes.toString('latin1');
    // To a busy machine a head may come too late altogether.
    assert.match(said, /^$|^HTTP\/1\.1 408 /);
    if (said !== '') told++;
    client.end();
  }
  assert.ok(told > 0, 'some were told why');
  assert.ok(rig.backend.heads.every(({ target }) => target === '/sound'));
  await assertNothingLeft(rig);
});

/** For a body that stalls, and for one that its backend is too busy to take. */
const TIMEOUTS = [408, 504];

test('hundreds of bodies that stall, and some that come too slowly: a timeout, and their places at the backend are free', async t => {
  const count = 200;
  const warm = gate();
  const rig = await startRig(t, {
    script: holding(warm),
    options: { bodyIdleTimeout: 300, requestTimeout: 600, maxUpstreamConnections: count, maxUpstreamPending: 0 },
  });
  const stalled = await crowd(rig, count, client => client.send(get('/held')));
  await eventually(() => warm.waiting() === count, 'all have a connection to the backend');
  warm.open();
  for (const [i, client] of stalled.entries()) {
    await client.answer();
    client.send(post('/', 'x'.repeat(5_000)).slice(0, -4_000));
    if (i % 10 === 0) drip(client, 'x');
  }
  for (const client of stalled) {
    assert.ok(TIMEOUTS.includes((await client.answer()).status));
    client.end();
  }
  assert.equal(rig.backend.requests.length, count, 'no body was taken for whole');
  for (let i = 0; i < 5; i++) await assertSound(rig);
  await assertNothingLeft(rig);
});

test('hundreds of idle connections are closed without a word', async t => {
  const rig = await startRig(t, { options: { idleTimeout: 100 } });
  const idle = await crowd(rig, 300);
  for (const client of idle) client.send(get('/'));
  for (const client of idle) assert.equal((await client.answer()).status, 200);
  for (const client of idle) {
    assert.deepEqual(await client.stream.rest(), { bytes: Buffer.alloc(0), ending: 'end' });
    client.end();
  }
  await assertNothingLeft(rig);
});

for (const [name, leave] of Object.entries({
  'the proxy drains': (rig: Rig) => rig.proxy.drain(2_000),
  'their socket leaves the configuration': (rig: Rig) => rig.apply([], [{ kind: 'Bind', name: BIND }]),
})) {
  test(`connections that wait to be accepted when ${name} are served`, async t => {
    const rig = await startRig(t);
    const all = await Promise.all(Array.from({ length: 200 }, () => rig.client()));
    for (const [i, client] of all.entries()) client.send(get(`/${i}`));
    assert.ok(rig.core.lane.ownClients < all.length, 'some wait');
    const left = leave(rig);
    for (const [i, client] of all.entries()) {
      assert.equal((await client.answer()).body, `GET /${i} `);
      client.end();
    }
    await left;
    await assertNothingLeft(rig);
  });
}

test('hundreds of connections that come and go at once leave nothing', async t => {
  const rig = await startRig(t, { script: answering() });
  const before = openSockets();
  for (let wave = 0; wave < 4; wave++) {
    const all = await crowd(rig, 100);
    for (const [i, client] of all.entries()) {
      client.send(get(`/${i}`, i % 2 === 0 ? 'Connection: close\r\n' : ''));
      if (i % 3 === 0) client.reset();
      else client.end();
    }
  }
  await assertNothingLeft(rig);
  await eventually(() => openSockets() <= before, 'all sockets are closed');
});
