import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { createServer } from 'node:tls';
import { CREDENTIALS, NO_COMPLAINT, startHub, startProxy } from '../../test/stream/rig.ts';
import { FACTS, HELLO, hearing, stranger } from '../../test/stream/stranger.ts';
import { listener } from '../../test/stream/units.ts';
import { until } from '../../test/until.ts';
import { frame } from './framing.ts';
import { ALPN } from './messages.ts';

const NOTHING = { upserts: [], removals: [] };

test('proxies that do not say what they have keep those of other data planes from nothing, and their own only until they go', async () => {
  const { hub, port, address } = await startHub();
  for (const scope of ['x', 'y']) hub.publish(scope, NOTHING);
  const slow = await Promise.all([1, 2].map(() => stranger(port)));
  const heard = slow.map(hearing);
  for (const [i, socket] of slow.entries())
    socket.write(frame(JSON.stringify({ ...HELLO, facts: { ...FACTS, name: `ns/slow-${i}` } })));
  await until('both are welcome', () => heard.every(texts => texts.length > 0));
  const own = startProxy({ address, name: 'ns/own' });
  const other = startProxy({ address, name: 'ns/other', scope: 'y' });
  await until('the other one has its configuration', () => hub.proxies('y')[0]?.synced === true);
  assert.equal(own.isConnected(), false);
  slow[0]?.destroy();
  await until('its own has its configuration', () => hub.proxies('x')[0]?.synced === true);
  assert.ok(other.isConnected());
});

test('who has more than is heard in a second is heard to the end', async () => {
  const { hub, port } = await startHub();
  hub.publish('x', NOTHING);
  const socket = await stranger(port);
  const heard = hearing(socket);
  socket.write(frame(JSON.stringify(HELLO)));
  await until('it is welcome', () => heard.length > 0);
  const routes = Array.from({ length: 46_000 }, (_, i) => [
    `HTTPRoute/default/${'r'.repeat(60)}-${i}@default/gw`,
    'hash',
  ]);
  socket.write(frame(JSON.stringify({ type: 'known', units: { Route: routes } })));
  await until('all of it is to be removed', () => heard.some(text => text.includes('-45999@default/gw')));
});

test('who was kept busy for longer than signs of life may fail to come has cut nobody off', async () => {
  const { hub, address } = await startHub({ heartbeat: 20 });
  hub.publish('x', NOTHING);
  const states: string[] = [];
  startProxy({ address, patience: 60, onState: ({ kind }) => void states.push(kind) });
  await until('it has its configuration', () => hub.proxies('x')[0]?.synced === true);
  keepBusy(300);
  hub.publish('x', { upserts: [listener('a/one', 'http')], removals: [] });
  await until('it has what is new', () => hub.proxies('x')[0]?.acknowledged === true);
  assert.deepEqual(states, ['connected']);
});

test('who has answered while nobody could listen is not silent', async () => {
  const silent: unknown[] = [];
  const { hub, address } = await startHub({
    silentAfter: 1_000,
    onChange: scope => void silent.push(...hub.proxies(scope).filter(proxy => proxy.silent)),
  });
  hub.publish('x', NOTHING);
  let isBusy = false;
  const obey = async () => {
    if (isBusy) setImmediate(keepBusy, 1_300);
    return NO_COMPLAINT;
  };
  startProxy({ address, obey });
  await until('it has its configuration', () => hub.proxies('x')[0]?.synced === true);
  silent.length = 0;
  isBusy = true;
  hub.publish('x', { upserts: [listener('a/one', 'http')], removals: [] });
  await hub.taken();
  assert.deepEqual(silent, []);
  assert.equal(hub.proxies('x')[0]?.acknowledged, true);
});

/** In ms. */
function keepBusy(time: number): void {
  for (const end = performance.now() + time; performance.now() < end; );
}

test('who gives no sign of life any more is cut off, on either side', async () => {
  const { hub, port, changes } = await startHub({ heartbeat: 20 });
  hub.publish('x', NOTHING);
  const quiet = await stranger(port);
  const heard = hearing(quiet);
  quiet.write(frame(JSON.stringify(HELLO)));
  await until('it is welcome', () => heard.length > 0);
  quiet.write(frame(JSON.stringify({ type: 'known', units: {} })));
  await until('it came and went', () => changes.length === 2 && hub.proxies('x').length === 0);
  const mute = await startMute();
  const proxy = startProxy({ address: mute, patience: 60 });
  await until('it has no patience left', () => /no sign of life/.test(proxy.reason()));
});

/** A controller that welcomes everybody, and then says nothing. */
async function startMute(): Promise<string> {
  const server = createServer({ ...CREDENTIALS, ALPNProtocols: [ALPN] }, socket => {
    socket.on('error', () => {});
    socket.once('data', () => socket.write(frame(JSON.stringify({ type: 'welcome', heartbeat: 20 }))));
  });
  server.listen(0, '127.0.0.1');
  after(() => server.close());
  await once(server, 'listening');
  const at = server.address();
  return `127.0.0.1:${typeof at === 'object' && at ? at.port : 0}`;
}
