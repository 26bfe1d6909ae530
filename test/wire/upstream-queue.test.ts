import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describe, eventually } from './backend.ts';
import { assertNothingLeft, inFlight, turns } from './books.ts';
import { crowd, type Gate, gate, holding } from './crowd.ts';
import type { Peer } from './peer.ts';
import { get, type Rig, startRig } from './rig.ts';

/** Requests that wait for a connection to an endpoint that has as many as allowed. */
const MANY = 1_000;

interface Queue {
  readonly rig: Rig;
  readonly held: Gate;
  /** Those at the backend, then those that wait, in order. */
  readonly queued: readonly Peer[];
}

const PLACES = 4;

/** As many requests as may be at the backend and wait for it. */
async function fullQueue(t: { after(work: () => void): void }): Promise<Queue> {
  const held = gate();
  const options = { maxUpstreamConnections: PLACES, maxUpstreamPending: MANY - PLACES };
  const rig = await startRig(t, { script: holding(held), options });
  const queued = await crowd(rig, MANY);
  for (const [i, client] of queued.entries()) {
    client.send(get(`/held/${i}`));
    while (inFlight(rig.core, 'api') <= i) await turns(1);
  }
  return { rig, held, queued };
}

test('a thousand requests for four connections: first come, first served, and more get 503 at once', async t => {
  const { rig, held, queued } = await fullQueue(t);
  for (const client of await crowd(rig, 50)) {
    client.send(get('/more'));
    assert.equal((await client.answer()).status, 503);
    client.socket.destroy();
  }
  held.open();
  for (const [i, client] of queued.entries()) assert.equal((await client.answer()).body, `GET /held/${i} `);
  const order = rig.backend.heads.map(({ target }) => Number(target.split('/')[2]));
  for (const [place, number] of order.entries())
    assert.ok(Math.abs(place - number) < PLACES, `${number} was ${place}th`);
  assert.equal(rig.backend.connections.length, PLACES);
  for (const client of queued) client.end();
  await assertNothingLeft(rig);
});

test('a thousand clients that wait and leave at once free their places, and are never asked for', async t => {
  const { rig, held, queued } = await fullQueue(t);
  for (const [i, client] of queued.entries()) if (i >= PLACES) client.reset();
  await eventually(() => rig.core.lane.ownClients === PLACES, 'those that wait are gone');
  const late = await crowd(rig, 20);
  for (const [i, client] of late.entries()) client.send(get(`/late/${i}`));
  await eventually(() => inFlight(rig.core, 'api') === PLACES + late.length, 'new ones wait');
  held.open();
  for (const [i, client] of late.entries()) assert.equal((await client.answer()).body, `GET /late/${i} `);
  assert.equal(rig.backend.heads.length, PLACES + late.length);
  for (const client of [...late, ...queued]) client.socket.destroy();
  await assertNothingLeft(rig);
});

test('requests that wait outlive the connections they wait for', async t => {
  const rig = await startRig(t, {
    options: { maxUpstreamConnections: PLACES, maxUpstreamPending: MANY },
    // Every connection carries one request.
    async script(connection) {
      const request = await connection.request();
      connection.send(describe(request));
      connection.end();
    },
  });
  const all = await crowd(rig, 200);
  for (const [i, client] of all.entries()) client.send(get(`/${i}`));
  for (const [i, client] of all.entries()) assert.equal((await client.answer()).body, `GET /${i} `);
  for (const client of all) client.end();
  await assertNothingLeft(rig);
});

test('a used connection that ends under a request leaves its place to the same request', async t => {
  const rig = await startRig(t, {
    options: { maxUpstreamConnections: 1, maxUpstreamPending: 0 },
    // A connection carries one request, and ends when it gets the second.
    async script(connection) {
      connection.send(describe(await connection.request()));
      await connection.request();
      connection.end();
    },
  });
  const client = await rig.client();
  for (let i = 0; i < 4; i++) {
    client.send(get(`/${i}`));
    assert.equal((await client.answer()).body, `GET /${i} `);
  }
  assert.equal(rig.backend.connections.length, 4);
});
