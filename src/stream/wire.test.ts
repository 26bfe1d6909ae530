import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { anyDelta } from '../../test/stream/any-delta.ts';
import { NO_COMPLAINT, startHub, startProxy } from '../../test/stream/rig.ts';
import { FACTS } from '../../test/stream/stranger.ts';
import { listener, route, secret } from '../../test/stream/units.ts';
import { eventually } from '../../test/wire/backend.ts';
import type { Delta, Unit } from '../ir/index.ts';
import { createAllowance } from './allowance.ts';
import type { Channel } from './channel.ts';
import { deltaTexts } from './delta-texts.ts';
import { createFrameReader, frame } from './framing.ts';
import { createInbox } from './inbox.ts';
import { readHubMessage } from './read-hub-message.ts';
import { readProxyMessage } from './read-proxy-message.ts';
import { applyDelta } from './scope-units.ts';
import { createSession } from './session.ts';

test('frames are read however they are cut', () => {
  const run = fc.property(
    fc.array(fc.string({ unit: fc.constantFrom('a', '\0', 'é', '€', '😀') })),
    fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 }),
    (texts, cuts) => {
      const bytes = Buffer.concat(texts.map(frame));
      const reader = createFrameReader(() => 1_000);
      const read: string[] = [];
      let step = 0;
      for (let at = 0; at < bytes.length; ) {
        const end = at + cuts[step++ % cuts.length]!;
        read.push(...(reader.read(bytes.subarray(at, end)) ?? []));
        at = end;
      }
      assert.deepEqual(read, texts);
    },
  );
  fc.assert(run);
});

test('a frame may be as long as the limit, and no longer', () => {
  const reader = createFrameReader(() => 10);
  assert.deepEqual(reader.read(frame('0123456789')), ['0123456789']);
  assert.equal(reader.read(frame('0123456789a')), undefined);
});

test('what a proxy reads is what was sent', () => {
  const run = fc.property(anyDelta, ({ upserts, removals }) => {
    const [text = '', ...more] = deltaTexts('config', 7, { upserts, removals }, unit => JSON.stringify(unit));
    assert.deepEqual(more, []);
    assert.deepEqual(readHubMessage(text), {
      ...{ type: 'delta', lane: 'config', version: 7, last: true },
      ...{ upserts, removals, unknown: [], forgotten: [] },
    });
  });
  fc.assert(run);
});

test('a message may be anything: it is read, passed over or refused', () => {
  const types = fc.constantFrom('delta', 'welcome', 'refused', 'hello', 'known', 'ack', 'outcome', 'other');
  const fields = ['upserts', 'removals', 'facts', 'units', 'outcome', 'reason', 'heartbeat'];
  const given = { lane: 'config', version: 1, protocol: 1, token: '' };
  const readings = new Set<string>();
  const run = fc.property(fc.json(), types, fc.constantFrom(...fields), (json, type, field) => {
    const text = JSON.stringify({ ...given, type, [field]: JSON.parse(json) });
    for (const each of [json, text])
      for (const read of [readHubMessage, readProxyMessage]) readings.add(read(each).type);
  });
  fc.assert(run, { numRuns: 2_000 });
  assert.ok(readings.has('unreadable') && readings.has('unknown'));
});

test('messages with something of another shape are refused as a whole', () => {
  const outcome = { failures: [], rejections: [] };
  const failure = { bind: 'b', code: 'E', message: 'm' };
  const facts = { name: 'ns/pod', version: '1', hostAddresses: ['192.0.2.1', 'not one'], podAddresses: [] };
  const hello = { type: 'hello', protocol: 1, token: 't', facts, leaving: false };
  const ack = { type: 'ack', lane: 'config', version: 1, outcome };
  const kept = { ...hello, facts: { ...facts, hostAddresses: ['192.0.2.1'] } };
  const bad: readonly object[] = [
    { ...hello, token: 't'.repeat(20_000) },
    { ...hello, token: undefined },
    { ...hello, protocol: -1 },
    { ...hello, facts: [] },
    { ...hello, facts: { ...facts, name: '' } },
    { ...hello, facts: { ...facts, podAddresses: Array(17).fill('') } },
    { type: 'known' },
    { type: 'known', units: { Route: [['name']] } },
    { type: 'known', units: { Route: { name: 'hash' } } },
    { ...ack, lane: 'fast' },
    { ...ack, version: '1' },
    { ...ack, version: 1.5 },
    { ...ack, outcome: { failures: [] } },
    { ...ack, outcome: { ...outcome, failures: [{ ...failure, bind: undefined }] } },
    { ...ack, outcome: { ...outcome, failures: Array(1_001).fill(failure) } },
    { type: 'outcome' },
  ];
  for (const message of bad) {
    assert.equal(readProxyMessage(JSON.stringify(message)).type, 'unreadable', JSON.stringify(message).slice(0, 200));
  }
  for (const message of [hello, ack]) {
    assert.deepEqual(readProxyMessage(JSON.stringify(message)), message === hello ? kept : message);
  }
});

/** A Secret of this many characters. */
function large(name: string, size: number): Unit {
  return secret(name, 'x'.repeat(size));
}

test('a large version goes in parts of at most 1 MiB, and takes effect as one', async () => {
  const upserts = [large('whole', 3_000_000), ...Array.from({ length: 40 }, (_, at) => large(`s${at}`, 100_000))];
  const sizes = [...deltaTexts('config', 1, { upserts, removals: [] }, unit => JSON.stringify(unit))].map(
    ({ length }) => length,
  );
  assert.deepEqual(
    sizes.map(size => size <= 1_048_576 + 200),
    [false, true, true, true, true],
  );
  const { hub, address } = await startHub();
  hub.publish('x', { upserts, removals: [] });
  const proxy = startProxy({ address });
  await eventually(() => hub.proxies('x')[0]?.synced === true, 'it has acknowledged');
  assert.deepEqual(
    proxy.deltas.map(delta => delta.upserts.length),
    [41],
  );
});

test('units of a kind that a proxy does not know are a rejection, for as long as they are there', async () => {
  const applied: Delta[] = [];
  const told: object[] = [];
  const inbox = createInbox({
    version: '1.2.3',
    async apply(delta) {
      applied.push(delta);
      return NO_COMPLAINT;
    },
    onApplied: (_lane, _version, outcome) => told.push(outcome),
    onFailure: assert.fail,
  });
  async function send(
    version: number,
    upserts: readonly object[],
    removals: readonly (readonly string[])[],
  ): Promise<void> {
    const part = readHubMessage(JSON.stringify({ type: 'delta', lane: 'config', version, upserts, removals }));
    assert.ok(part.type === 'delta');
    inbox.take(part);
    await eventually(() => told.length === version, 'it is applied');
  }

  const http = listener('a/one', 'http');
  await send(1, [{ kind: 'Wonder', name: 'w', hash: 'h', colour: 'red' }, http], []);
  await send(2, [], [['Wonder', 'w']]);
  const message = 'this proxy (1.2.3) knows no units of kind Wonder: update its image';
  const rejection = { kind: 'Wonder', name: 'w', message };
  assert.deepEqual(told, [{ failures: [], rejections: [rejection] }, NO_COMPLAINT]);
  assert.deepEqual(applied, [
    { upserts: [http], removals: [] },
    { upserts: [], removals: [] },
  ]);
});

test('a proxy that does not read is sent no more than is on its way, and then what counts by then', async () => {
  const sent: string[] = [];
  const channel: Channel = {
    send: text => sent.push(text) === 0,
    bytesSent: () => 0,
    beat: () => {},
    end: () => {},
    destroy: () => {},
  };
  const [onChange, onProgress] = [() => {}, () => {}];
  const options = { facts: FACTS, channel, known: new Map(), leaving: false, silentAfter: 60_000 };
  const session = createSession({ ...options, textOf: unit => JSON.stringify(unit), onChange, onProgress });
  const units = new Map<string, Unit>();
  applyDelta(units, { upserts: [large('one', 800_000), large('two', 800_000)], removals: [] });
  session.begin(units, 1);
  for (let turn = 2; turn < 50; turn++) {
    session.publish(applyDelta(units, { upserts: [large('changes', turn)], removals: [] }), turn);
    await Promise.resolve();
  }
  assert.equal(sent.length, 1);
  session.drained();
  session.drained();
  assert.equal(sent.length, 2);
  session.acknowledge({ type: 'ack', lane: 'config', version: 1, outcome: NO_COMPLAINT });
  assert.equal(sent.length, 3);
  assert.ok(sent[2]!.includes(`"${'x'.repeat(49)}"`));
  session.end();
});

test('a peer that never stops is heard as fast as it may talk', () => {
  let now = 0;
  const allowance = createAllowance(1_000, () => now);
  assert.equal(allowance.take(900), 0);
  assert.equal(allowance.take(300), 200);
  now = 200;
  assert.equal(allowance.take(0), 0);
  assert.equal(allowance.take(500), 500);
  now = 60_000;
  assert.equal(allowance.take(1_000), 0);
  assert.equal(allowance.take(1), 1);
});

test('a changed route of a usual size takes at most 1 KiB', () => {
  const text = [
    ...deltaTexts('config', 1_000, { upserts: [route('default/gateway', 'shop', ['shop'])], removals: [] }, unit =>
      JSON.stringify(unit),
    ),
  ];
  assert.ok(text[0]!.length <= 1_024, `${text[0]!.length} bytes`);
});
