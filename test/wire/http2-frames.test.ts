import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ENHANCE_YOUR_CALM, NO_ERROR, PROTOCOL_ERROR } from '../../src/proxy/http2/error-codes.ts';
import {
  DATA,
  GOAWAY,
  HEADERS,
  PING,
  PREFACE,
  RST_STREAM,
  SETTINGS,
  WINDOW_UPDATE,
} from '../../src/proxy/http2/frames.ts';
import { eventually, ok, type Script } from './backend.ts';
import { type FramePeer, frame, framePeer, GREETING, getBlock, word } from './http2-peer.ts';
import { assertSound, type Rig, type Setup, startRig } from './rig.ts';

interface Raw {
  readonly rig: Rig;
  readonly peer: FramePeer;
}

async function raw(t: { after(work: () => void): void }, setup: Setup = {}): Promise<Raw> {
  const rig = await startRig(t, setup);
  const peer = await framePeer(rig.port);
  t.after(() => peer.socket.destroy());
  return { rig, peer };
}

/** The error that the connection ended with, once it has. */
async function ending(peer: FramePeer): Promise<number> {
  peer.socket.on('end', () => peer.socket.end());
  await eventually(() => peer.closed, 'the connection closed');
  const last = peer.frames.findLast(({ type }) => type === GOAWAY);
  return last === undefined ? -1 : last.payload.readUInt32BE(4);
}

/** At most so many. Who writes on and on may be reset before it has read why. */
async function sendUntilAway(peer: FramePeer, most: number, framesOf: (i: number) => readonly Buffer[]): Promise<void> {
  for (let i = 0; i < most && count(peer, GOAWAY) === 0 && !peer.closed; i++) {
    peer.send(...framesOf(i));
    await new Promise(setImmediate);
  }
}

function count(peer: FramePeer, type: number): number {
  return peer.frames.filter(frame => frame.type === type).length;
}

describe('bytes of a client in HTTP/2', () => {
  it('may come one by one', async t => {
    const { rig, peer } = await raw(t);
    const bytes = Buffer.concat([GREETING, frame(HEADERS, 5, 1, getBlock('/slow'))]);
    for (const byte of bytes) {
      peer.send(Buffer.from([byte]));
      await new Promise(setImmediate);
    }
    await eventually(() => count(peer, DATA) === 1, 'an answer came');
    assert.equal(rig.backend.requests[0]!.target, '/slow');
  });

  it('that are a request of HTTP/1.1 behind a preface reach nobody', async t => {
    const { rig, peer } = await raw(t);
    peer.send(PREFACE, 'GET /attack HTTP/1.1\r\nHost: a.example\r\n\r\n');
    assert.notEqual(await ending(peer), NO_ERROR);
    assert.equal(rig.backend.requests.length, 0);
    await assertSound(rig);
  });

  it('that are a wrong preface end the connection', async t => {
    for (const sent of ['PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n', 'INVALID CONNECTION PREFACE\r\n\r\n']) {
      const { peer } = await raw(t);
      peer.send(sent);
      assert.equal(await ending(peer), PROTOCOL_ERROR, sent);
    }
  });

  it('that never come are not waited for', async t => {
    for (const sent of [
      PREFACE.subarray(0, 5),
      PREFACE,
      GREETING,
      Buffer.concat([GREETING, frame(HEADERS, 1, 1, 'x')]),
    ]) {
      const { peer } = await raw(t, { options: { headTimeout: 60, idleTimeout: 60 } });
      peer.send(sent);
      await ending(peer);
    }
  });

  it('may ask and reset so often, and no oftener', async t => {
    const { rig, peer } = await raw(t, { script: async connection => void (await connection.request()) });
    peer.send(GREETING);
    await sendUntilAway(peer, 2_000, i => [
      frame(HEADERS, 5, 2 * i + 1, getBlock()),
      frame(RST_STREAM, 0, 2 * i + 1, word(8)),
    ]);
    assert.equal(await ending(peer), ENHANCE_YOUR_CALM);
    await eventually(() => rig.core.lane.clients === 0, 'nothing is left of it');
  });

  it('may ping so often, and nobody keeps the answers for who does not read', async t => {
    const { rig, peer } = await raw(t);
    peer.socket.pause();
    peer.send(GREETING);
    for (let i = 0; i < 5_000; i++) peer.send(frame(PING, 0, 0, '12345678'));
    await eventually(() => rig.core.lane.clients === 0, 'the connection closed');
    await assertSound(rig);
  });

  it('may open so many streams', async t => {
    const script: Script = async connection => void (await connection.request());
    const { peer } = await raw(t, { script, options: { maxStreams: 128 } });
    peer.send(GREETING);
    for (let i = 0; i < 200; i++) peer.send(frame(HEADERS, 5, 2 * i + 1, getBlock()));
    await eventually(() => count(peer, RST_STREAM) === 72, 'the rest was refused');
    peer.send(frame(PING, 0, 0, '12345678'));
    await eventually(() => count(peer, PING) === 1, 'it lives');
  });

  it('may end before all is answered, which is not waited for where no window is left', async t => {
    const { rig, peer } = await raw(t);
    peer.send(GREETING, frame(SETTINGS, 0, 0, [0, 4, ...word(1)]), frame(HEADERS, 5, 1, getBlock()));
    await eventually(() => count(peer, DATA) === 1, 'a byte came');
    peer.socket.end();
    await eventually(() => rig.core.lane.clients === 0, 'the connection closed');
  });

  it('may take an answer slowly, as long as it takes some of it', async t => {
    const body = 'x'.repeat(100_000);
    const script: Script = async connection => {
      await connection.request();
      connection.send(ok(body));
    };
    const { peer } = await raw(t, { script, options: { bodyIdleTimeout: 400 } });
    peer.send(GREETING, frame(SETTINGS, 0, 0, [0, 4, ...word(0)]), frame(HEADERS, 5, 1, getBlock()));
    for (let taken = 0; taken < 20; taken++) {
      await sleep(60);
      assert.equal(count(peer, RST_STREAM), 0, `after ${taken}`);
      peer.send(frame(WINDOW_UPDATE, 0, 1, word(1)));
    }
    await eventually(() => count(peer, RST_STREAM) === 1, 'it was cut off when it took nothing more');
  });

  it('of requests that are malformed cost their streams, and too many the connection', async t => {
    const { rig, peer } = await raw(t);
    peer.send(GREETING);
    await sendUntilAway(peer, 1_000, i => [frame(HEADERS, 5, 2 * i + 1, [0x82])]);
    assert.equal(await ending(peer), ENHANCE_YOUR_CALM);
    assert.ok(count(peer, RST_STREAM) > 100);
    await assertSound(rig);
  });
});

/** Numbers that are the same each time (mulberry32). */
function random(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** A frame that is mostly right. */
function someFrame(draw: (below: number) => number): Buffer {
  const stream = draw(8) === 0 ? draw(20) : 2 * draw(10) + 1;
  const junk = Array.from({ length: draw(30) }, () => draw(256));
  switch (draw(12)) {
    case 0:
    case 1:
    case 2:
      return frame(HEADERS, draw(4) === 0 ? draw(256) : 4 | draw(2), stream, getBlock());
    case 3:
      return frame(DATA, draw(2), stream, 'x'.repeat(draw(2_000)));
    case 4:
      return frame(RST_STREAM, 0, stream, word(draw(14)));
    case 5:
      return frame(SETTINGS, draw(2), 0, draw(2) === 0 ? [] : [0, 1 + draw(8), ...word(draw(70_000))]);
    case 6:
      return frame(WINDOW_UPDATE, 0, draw(2) * stream, word(draw(100_000)));
    case 7:
      return frame(PING, draw(2), 0, '12345678');
    case 8:
      return frame(HEADERS, 5, stream, junk);
    case 9:
      return frame(9, 4, stream, junk);
    case 10:
      return frame(GOAWAY, 0, 0, [...word(0), ...word(0)]);
    default:
      return frame(draw(256), draw(256), stream, junk);
  }
}

describe('junk of a client in HTTP/2', () => {
  it('harms nobody', async t => {
    const rig = await startRig(t);
    for (let seed = 1; seed <= 150; seed++) {
      const draw = random(seed);
      const peer = await framePeer(rig.port);
      const bytes = Buffer.concat([GREETING, ...Array.from({ length: 1 + draw(40) }, () => someFrame(draw))]);
      for (let at = 0; at < bytes.length; ) {
        const size = 1 + draw(400);
        peer.send(bytes.subarray(at, at + size));
        at += size;
        if (draw(4) === 0) await new Promise(setImmediate);
      }
      const ending = draw(3);
      if (ending === 0) peer.socket.end();
      else if (ending === 1) peer.socket.resetAndDestroy();
      else await new Promise(setImmediate);
      peer.socket.destroy();
    }
    await eventually(() => rig.core.lane.clients === 0, 'all are gone');
    await assertSound(rig);
  });
});
