import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { FACTS } from '../../test/stream/stranger.ts';
import type { Channel } from './channel.ts';
import { createSession, type Session } from './session.ts';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

const CHANNEL: Channel = { send: () => true, bytesSent: () => 0, beat() {}, end() {}, destroy() {} };

function begun(): { readonly session: Session; readonly known: WeakRef<object> } {
  const known = new Map([['Route r', 'hash']]);
  const rest = { textOf: () => '', onChange() {}, onProgress() {} };
  const session = createSession({
    facts: FACTS,
    channel: CHANNEL,
    known,
    leaving: false,
    silentAfter: 60_000,
    ...rest,
  });
  session.begin(new Map(), 1);
  return { session, known: new WeakRef(known) };
}

test('what a proxy said that it has, which may be much, is not kept once it was compared', async () => {
  const { session, known } = begun();
  await turn();
  collect();
  assert.equal(known.deref(), undefined);
  session.end();
});
