import assert from 'node:assert/strict';
import { test } from 'node:test';
import { admission, startHub, startProxy } from '../../test/stream/rig.ts';
import { HELLO, hearing, stranger } from '../../test/stream/stranger.ts';
import { listener } from '../../test/stream/units.ts';
import { until } from '../../test/until.ts';
import { frame } from './framing.ts';
import type { Admission } from './hub.ts';

const ONE = { upserts: [listener('a/one', 'http')], removals: [] };
/** So long that nobody waits for it, in ms. */
const LONG = 1_000_000;
const OFTEN = 5;

/** What is said of a token that counted once, and what becomes of the connection. */
const LATER: readonly (readonly [string, Admission, RegExp | undefined])[] = [
  ['counts no more', { kind: 'refused', reason: 'its pod is gone' }, /its pod is gone$/],
  ['is of another data plane', { kind: 'admitted', scope: 'y' }, /its token is of another data plane$/],
  ['is good', { kind: 'admitted', scope: 'x' }, undefined],
  ['can not be judged', { kind: 'refused', reason: 'no API server', isUnsure: true }, undefined],
];

for (const [name, said, reason] of LATER) {
  test(`a proxy whose token ${name} when it shows it again`, async () => {
    let asked = 0;
    const { hub, address, refusals } = await startHub({
      trust: LONG,
      admit: async token => (asked++ === 0 ? admission(token) : said),
    });
    hub.publish('x', ONE);
    hub.publish('y', { upserts: [], removals: [] });
    const proxy = startProxy({ address, showToken: OFTEN, pauses: { first: LONG, most: LONG } });
    await until('it is asked again', () => asked > 3 || refusals.length > 0);
    if (reason === undefined) assert.deepEqual([refusals, proxy.isConnected()], [[], true]);
    else await until(`it is sent away: ${proxy.reason()}`, () => reason.test(proxy.reason()));
    assert.equal(hub.proxies('x').length, reason === undefined ? 1 : 0);
  });
}

test('who does not show its token again is sent away, whatever else it says', async () => {
  const { hub, port, refusals } = await startHub({ trust: 50, heartbeat: LONG });
  hub.publish('x', ONE);
  const socket = await stranger(port);
  const heard = hearing(socket);
  socket.write(frame(JSON.stringify(HELLO)));
  await until('it is welcome', () => heard.length > 0);
  socket.write(frame('{"type":"known","units":{}}'));
  socket.write(frame('{"type":"ping"}'));
  await until('it is told', () => heard.some(text => text.includes('has not shown its token for too long')));
  await until('it is gone', () => socket.closed);
  assert.deepEqual(refusals, ['it has not shown its token for too long']);
});
