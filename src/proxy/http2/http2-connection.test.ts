import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { MessageWriter } from '../http1/message-writer.ts';
import { Timers } from '../timers.ts';
import * as errors from './error-codes.ts';
import * as frames from './frames.ts';
import { Http2Connection, type Http2Limits, type Http2User } from './http2-connection.ts';
import { Http2Stream } from './http2-stream.ts';

const LIMITS: Http2Limits = {
  server: true,
  maxStreams: 4,
  maxHeadBytes: 100_000,
  streamWindow: 65_535,
  connectionWindow: 100_000,
  settings: [],
};

/** A frame with its payload as text, as it is compared. */
interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

class Sock {
  sent = Buffer.alloc(0);
  full = false;
  write(bytes: Uint8Array, start: number, end: number): boolean {
    this.sent = Buffer.concat([this.sent, bytes.subarray(start, end)]);
    return !this.full;
  }

  /** Frames since the last call; a client's preface is left out. */
  frames(): Frame[] {
    let at = this.sent.subarray(0, 3).toString() === 'PRI' ? frames.PREFACE.length : 0;
    const all: Frame[] = [];
    while (at < this.sent.length) {
      const length = this.sent.readUIntBE(at, 3);
      const payload = this.sent.subarray(at + 9, at + 9 + length);
      all.push({
        type: this.sent[at + 3]!,
        flags: this.sent[at + 4]!,
        stream: frames.read31(this.sent, at + 5),
        payload,
      });
      at += 9 + length;
    }
    this.sent = Buffer.alloc(0);
    return all;
  }
}

class TestStream extends Http2Stream {
  readonly events: string[] = [];
  onContent(_bytes: Uint8Array, start: number, end: number): void {
    this.events.push(`content ${end - start}`);
  }
  onContentEnd(): void {
    this.events.push('end');
  }
  onDrain(): void {
    this.events.push('drain');
  }
  onSent(): void {
    this.events.push('sent');
  }
  encodeTrailers(out: MessageWriter): void {
    out.text('trailers');
  }
  onClosed(code: number): void {
    this.events.push(`closed ${code}`);
  }
}

class User implements Http2User {
  readonly streams: TestStream[] = [];
  readonly blocks: string[] = [];
  failure = -1;
  last = -1;
  accept(): Http2Stream {
    const stream = new TestStream();
    this.streams.push(stream);
    return stream;
  }
  onBlock(stream: Http2Stream | undefined, bytes: Uint8Array, start: number, end: number, ended: boolean): boolean {
    const text = Buffer.from(bytes.subarray(start, end)).toString('latin1');
    this.blocks.push(`${stream?.id ?? '-'} ${text.length > 50 ? text.length : text}${ended ? ' ended' : ''}`);
    return text !== 'broken';
  }
  onSettings(): void {}
  onGoAway(last: number): void {
    this.last = last;
  }
  onPong(): void {}
  onStreamGone(): void {}
  onFailure(code: number): void {
    this.failure = code;
  }
}

function frame(type: number, flags: number, stream: number, payload: string | readonly number[] = ''): Buffer {
  const body = typeof payload === 'string' ? Buffer.from(payload, 'latin1') : Buffer.from(payload);
  const head = Buffer.alloc(9);
  frames.writeFrameHead(head, 0, body.length, type, flags, stream);
  return Buffer.concat([head, body]);
}

const SETTINGS = frame(frames.SETTINGS, 0, 0);
const GREETING = Buffer.concat([frames.PREFACE, SETTINGS]);
const word = (value: number): number[] => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
const open = (stream: number, flags = 5): Buffer => frame(frames.HEADERS, flags, stream, 'head');

interface Side {
  readonly socket: Sock;
  readonly user: User;
  readonly connection: Http2Connection;
  push(...parts: readonly Buffer[]): Frame[];
  frames(): Frame[];
}

function side(limits: Partial<Http2Limits> = {}): Side {
  const socket = new Sock();
  const user = new User();
  const connection = new Http2Connection(socket, new Timers(() => 0), user, { ...LIMITS, ...limits });
  const out = (): Frame[] => {
    connection.outbox.flush();
    return socket.frames();
  };
  return {
    socket,
    user,
    connection,
    push(...parts) {
      const bytes = Buffer.concat(parts);
      connection.push(bytes, 0, bytes.length);
      return out();
    },
    frames: out,
  };
}

/** One whose peer has said hello. */
function server(limits: Partial<Http2Limits> = {}): Side {
  const it = side(limits);
  it.push(GREETING);
  return it;
}

describe('frames of a connection', () => {
  it('are the same however they were cut', () => {
    const bytes = Buffer.concat([
      GREETING,
      open(1, 4),
      frame(frames.DATA, frames.PADDED, 1, `\x03content\0\0\0`),
      frame(frames.HEADERS, 1, 1, 'tra'),
      frame(frames.CONTINUATION, 0, 1, 'il'),
      frame(frames.CONTINUATION, 4, 1, 'ers'),
      frame(99, 255, 7, 'nobody knows'),
      frame(frames.PING, 0, 0, '12345678'),
    ]);
    for (let size = 1; size <= bytes.length; size++) {
      const { user, connection, frames: out } = side();
      for (let at = 0; at < bytes.length; at += size) connection.push(bytes, at, Math.min(at + size, bytes.length));
      assert.deepEqual(user.blocks, ['1 head', '1 trailers ended'], `${size}`);
      const content = user.streams[0]!.events.map(event => Number(event.split(' ')[1]));
      assert.equal(
        content.reduce((sum, count) => sum + count, 0),
        7,
      );
      const pong = out().at(-1)!;
      assert.deepEqual([pong.type, pong.flags, `${pong.payload}`], [frames.PING, 1, '12345678']);
    }
  });

  it('of content go in parts as they come', () => {
    const { user, connection } = server();
    connection.push(open(1, 4), 0, 13);
    const data = frame(frames.DATA, 1, 1, 'x'.repeat(1000));
    connection.push(data, 0, 509);
    assert.deepEqual(user.streams[0]!.events, ['content 500']);
    connection.push(data, 509, data.length);
    assert.deepEqual(user.streams[0]!.events, ['content 500', 'content 500', 'end']);
  });
});

/** What a peer sends behind its greeting, and the error that the connection ends with. */
const FATAL: readonly (readonly [name: string, code: number, ...bytes: Buffer[]])[] = [
  ['DATA on stream 0', errors.PROTOCOL_ERROR, frame(frames.DATA, 0, 0, 'x')],
  ['DATA on a stream that nobody opened', errors.PROTOCOL_ERROR, frame(frames.DATA, 0, 1, 'x')],
  ['DATA with more padding than payload', errors.PROTOCOL_ERROR, open(1, 4), frame(frames.DATA, 8, 1, '\x05abcd')],
  ['DATA behind the end', errors.STREAM_CLOSED, open(1), frame(frames.RST_STREAM, 0, 1, word(8)), frame(0, 0, 1, 'x')],
  ['HEADERS on stream 0', errors.PROTOCOL_ERROR, open(0)],
  ['HEADERS on an even stream', errors.PROTOCOL_ERROR, open(2)],
  ['HEADERS on an older stream', errors.STREAM_CLOSED, open(5), open(3)],
  ['HEADERS that can not be decoded', errors.COMPRESSION_ERROR, frame(frames.HEADERS, 5, 1, 'broken')],
  ['HEADERS with more padding than payload', errors.PROTOCOL_ERROR, frame(frames.HEADERS, 13, 1, '\x05abcd')],
  ['HEADERS without room for their priority', errors.FRAME_SIZE_ERROR, frame(frames.HEADERS, 0x25, 1, 'abcd')],
  ['a frame within a header block', errors.PROTOCOL_ERROR, open(1, 1), frame(frames.PING, 0, 0, '12345678')],
  ['DATA within a header block', errors.PROTOCOL_ERROR, open(1, 1), frame(frames.DATA, 0, 1, 'x')],
  ['an unknown frame within a header block', errors.PROTOCOL_ERROR, open(1, 1), frame(77, 0, 1, 'x')],
  ['CONTINUATION of another stream', errors.PROTOCOL_ERROR, open(1, 1), frame(frames.CONTINUATION, 4, 3, 'x')],
  ['CONTINUATION of nothing', errors.PROTOCOL_ERROR, open(1), frame(frames.CONTINUATION, 4, 1, 'x')],
  ['RST_STREAM on stream 0', errors.PROTOCOL_ERROR, frame(frames.RST_STREAM, 0, 0, word(8))],
  ['RST_STREAM of an idle stream', errors.PROTOCOL_ERROR, frame(frames.RST_STREAM, 0, 1, word(8))],
  ['RST_STREAM of three bytes', errors.FRAME_SIZE_ERROR, open(1), frame(frames.RST_STREAM, 0, 1, 'abc')],
  ['PRIORITY on stream 0', errors.PROTOCOL_ERROR, frame(frames.PRIORITY, 0, 0, 'abcde')],
  ['PRIORITY of four bytes', errors.FRAME_SIZE_ERROR, frame(frames.PRIORITY, 0, 1, 'abcd')],
  ['PRIORITY of a stream on itself', errors.PROTOCOL_ERROR, frame(frames.PRIORITY, 0, 3, [...word(3), 1])],
  ['SETTINGS of a stream', errors.PROTOCOL_ERROR, frame(frames.SETTINGS, 0, 1)],
  ['SETTINGS of five bytes', errors.FRAME_SIZE_ERROR, frame(frames.SETTINGS, 0, 0, 'abcde')],
  ['ACK with settings', errors.FRAME_SIZE_ERROR, frame(frames.SETTINGS, 1, 0, 'abcdef')],
  ['ENABLE_PUSH of 2', errors.PROTOCOL_ERROR, frame(frames.SETTINGS, 0, 0, [0, 2, ...word(2)])],
  ['INITIAL_WINDOW_SIZE of 2^31', errors.FLOW_CONTROL_ERROR, frame(frames.SETTINGS, 0, 0, [0, 4, ...word(2 ** 31)])],
  ['MAX_FRAME_SIZE of 16383', errors.PROTOCOL_ERROR, frame(frames.SETTINGS, 0, 0, [0, 5, ...word(16_383)])],
  ['MAX_FRAME_SIZE of 2^24', errors.PROTOCOL_ERROR, frame(frames.SETTINGS, 0, 0, [0, 5, ...word(2 ** 24)])],
  ['ENABLE_CONNECT_PROTOCOL of 2', errors.PROTOCOL_ERROR, frame(frames.SETTINGS, 0, 0, [0, 8, ...word(2)])],
  ['PUSH_PROMISE', errors.PROTOCOL_ERROR, frame(frames.PUSH_PROMISE, 4, 1, word(2))],
  ['PING of a stream', errors.PROTOCOL_ERROR, frame(frames.PING, 0, 1, '12345678')],
  ['PING of seven bytes', errors.FRAME_SIZE_ERROR, frame(frames.PING, 0, 0, '1234567')],
  ['GOAWAY of a stream', errors.PROTOCOL_ERROR, frame(frames.GOAWAY, 0, 1, '12345678')],
  ['GOAWAY of seven bytes', errors.FRAME_SIZE_ERROR, frame(frames.GOAWAY, 0, 0, '1234567')],
  ['WINDOW_UPDATE of three bytes', errors.FRAME_SIZE_ERROR, frame(frames.WINDOW_UPDATE, 0, 0, 'abc')],
  ['WINDOW_UPDATE of nothing', errors.PROTOCOL_ERROR, frame(frames.WINDOW_UPDATE, 0, 0, word(0))],
  ['a window beyond 2^31', errors.FLOW_CONTROL_ERROR, frame(frames.WINDOW_UPDATE, 0, 0, word(2 ** 31 - 1))],
  ['WINDOW_UPDATE of an idle stream', errors.PROTOCOL_ERROR, frame(frames.WINDOW_UPDATE, 0, 1, word(1))],
  ['a frame of 16,385 bytes', errors.FRAME_SIZE_ERROR, frame(frames.DATA, 0, 1, 'x'.repeat(16_385))],
  [
    '1,100 pings',
    errors.ENHANCE_YOUR_CALM,
    ...Array.from({ length: 1_100 }, () => frame(frames.PING, 0, 0, '12345678')),
  ],
  ['1,100 settings', errors.ENHANCE_YOUR_CALM, ...Array.from({ length: 1_100 }, () => SETTINGS)],
  ['1,100 of empty DATA', errors.ENHANCE_YOUR_CALM, open(1, 4), ...Array.from({ length: 1_100 }, () => frame(0, 0, 1))],
  ['empty CONTINUATION', errors.ENHANCE_YOUR_CALM, open(1, 1), ...Array.from({ length: 30 }, () => frame(9, 0, 1))],
  [
    'a header block without end',
    errors.ENHANCE_YOUR_CALM,
    open(1, 1),
    ...Array.from({ length: 7 }, () => frame(frames.CONTINUATION, 0, 1, 'x'.repeat(16_384))),
  ],
  [
    'rapid reset',
    errors.ENHANCE_YOUR_CALM,
    ...Array.from({ length: 600 }, (_, i) => [open(i * 2 + 1), frame(frames.RST_STREAM, 0, i * 2 + 1, word(8))]).flat(),
  ],
];

describe('a connection ends with', () => {
  for (const [name, code, ...bytes] of FATAL) {
    it(`${name}`, () => {
      const { user, push, connection } = server();
      const last = push(...bytes).at(-1)!;
      assert.equal(last.type, frames.GOAWAY);
      assert.equal(last.payload.readUInt32BE(4), code);
      assert.equal(user.failure, code);
      assert.equal(connection.streams.size, 0);
      assert.deepEqual(push(open(99)), []);
    });
  }

  it('a wrong preface', () => {
    const { user, push } = side();
    push(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
    assert.equal(user.failure, errors.PROTOCOL_ERROR);
  });

  it('no settings behind the preface', () => {
    const { user, push } = side();
    push(frames.PREFACE, open(1));
    assert.equal(user.failure, errors.PROTOCOL_ERROR);
  });

  it('more content than its window', () => {
    const { user, push } = server({ connectionWindow: 65_535 });
    push(open(1, 4), ...Array.from({ length: 3 }, () => frame(frames.DATA, 0, 1, 'x'.repeat(16_384))));
    user.streams[0]!.hold(true);
    push(...Array.from({ length: 5 }, () => frame(frames.DATA, 0, 1, 'x'.repeat(16_384))));
    assert.equal(user.failure, errors.FLOW_CONTROL_ERROR);
  });
});

/** What a peer sends behind its greeting, and the error that one stream ends with. */
const BROKEN: readonly (readonly [name: string, stream: number, code: number, ...bytes: Buffer[]])[] = [
  ['DATA behind its end', 1, errors.STREAM_CLOSED, open(1), frame(frames.DATA, 0, 1, 'x')],
  ['HEADERS behind its end', 1, errors.STREAM_CLOSED, open(1), open(1)],
  ['trailers that do not end it', 1, errors.PROTOCOL_ERROR, open(1, 4), open(1, 4)],
  ['a dependency on itself', 1, errors.PROTOCOL_ERROR, frame(1, 0x25, 1, [...word(1), 0, 1])],
  ['WINDOW_UPDATE of nothing', 1, errors.PROTOCOL_ERROR, open(1), frame(frames.WINDOW_UPDATE, 0, 1, word(0))],
  ['its window', 1, errors.FLOW_CONTROL_ERROR, open(1), frame(frames.WINDOW_UPDATE, 0, 1, word(2 ** 31 - 1))],
  ['the number of others', 9, errors.REFUSED_STREAM, ...[1, 3, 5, 7, 9].map(id => open(id))],
  ['PRIORITY of three bytes', 1, errors.FRAME_SIZE_ERROR, open(1, 4), frame(frames.PRIORITY, 0, 1, 'abc')],
];

describe('a stream ends with', () => {
  for (const [name, stream, code, ...bytes] of BROKEN) {
    it(`${name}`, () => {
      const { user, push } = server();
      const last = push(...bytes).at(-1)!;
      assert.deepEqual([last.type, last.stream, last.payload.readUInt32BE()], [frames.RST_STREAM, stream, code]);
      assert.equal(user.failure, -1);
      assert.equal(push(frame(frames.PING, 0, 0, '12345678')).length, 1);
    });
  }

  it('a reset, behind which frames on their way are dropped', () => {
    const { user, push } = server();
    push(open(1, 4));
    const stream = user.streams[0]!;
    stream.reset(errors.CANCEL);
    assert.deepEqual(
      push(frame(frames.DATA, 0, 1, 'late'), open(1)).map(({ type }) => type),
      [frames.RST_STREAM],
    );
    assert.deepEqual(stream.events, []);
    assert.deepEqual(user.blocks, ['1 head', '- head ended']);
  });
});

describe('content', () => {
  const answer = (stream: TestStream, count: number): boolean => stream.send(Buffer.alloc(count), 0, count);
  const sizes = (all: readonly Frame[]) => all.filter(({ type }) => type === frames.DATA).map(f => f.payload.length);

  it('leaves as the windows allow, and its stream hears when more may come', () => {
    const { user, push, frames: out } = server();
    push(open(1));
    const stream = user.streams[0]!;
    assert.equal(answer(stream, 70_000), false);
    assert.deepEqual(sizes(out()), [16_384, 16_384, 16_384, 16_383]);
    assert.deepEqual(push(frame(frames.WINDOW_UPDATE, 0, 1, word(100_000))), []);
    assert.deepEqual(sizes(push(frame(frames.WINDOW_UPDATE, 0, 0, word(4_000)))), [4_000]);
    assert.deepEqual(stream.events, []);
    assert.deepEqual(sizes(push(frame(frames.WINDOW_UPDATE, 0, 0, word(4_000)))), [465]);
    assert.deepEqual(stream.events, ['drain']);
  });

  it('may be taken in small steps: windows that are given back are no flood', () => {
    const { user, push } = server();
    push(open(1), frame(frames.WINDOW_UPDATE, 0, 1, word(2 ** 30)), frame(frames.WINDOW_UPDATE, 0, 0, word(2 ** 30)));
    for (let i = 0; i < 500; i++) {
      answer(user.streams[0]!, 16_384);
      push(...Array.from({ length: 8 }, (_, at) => frame(frames.WINDOW_UPDATE, 0, at % 2, word(4_096))));
    }
    assert.equal(user.failure, -1);
  });

  it('of a stream whose window is closed holds up no other', () => {
    const { user, push, frames: out } = server();
    push(frame(frames.SETTINGS, 0, 0, [0, 4, ...word(10)]), open(1), open(3));
    answer(user.streams[0]!, 100);
    answer(user.streams[1]!, 5);
    user.streams[1]!.end();
    assert.deepEqual(
      out().map(f => [f.stream, f.flags, f.payload.length]),
      [
        [1, 0, 10],
        [3, 1, 5],
      ],
    );
    assert.deepEqual(sizes(push(frame(frames.SETTINGS, 0, 0, [0, 4, ...word(0)]))), []);
    assert.deepEqual(sizes(push(frame(frames.SETTINGS, 0, 0, [0, 4, ...word(30)]))), [20]);
  });

  it('waits for a peer that is slow, and streams take turns then', () => {
    const { user, push, socket, connection, frames: out } = server();
    push(open(1), open(3));
    socket.full = true;
    answer(user.streams[0]!, 20_000);
    out();
    answer(user.streams[0]!, 20_000);
    answer(user.streams[1]!, 20_000);
    user.streams[1]!.end(true);
    assert.deepEqual(out(), []);
    socket.full = false;
    connection.onDrain();
    assert.deepEqual(
      out().map(f => [f.stream, f.type]),
      [
        [1, 0],
        [3, 0],
        [1, 0],
        [3, 0],
        [3, 1],
      ],
    );
    assert.deepEqual(user.streams[1]!.events, ['closed 0']);
  });

  it('ends with its last frame', () => {
    const { user, push, frames: out } = server();
    push(open(1));
    answer(user.streams[0]!, 5);
    user.streams[0]!.end();
    assert.deepEqual(
      out().map(f => [f.type, f.flags, f.payload.length]),
      [[frames.DATA, 1, 5]],
    );
  });

  it('ends with a frame of its own when the last has left', () => {
    const { user, push, frames: out } = server();
    push(open(1));
    answer(user.streams[0]!, 5);
    out();
    user.streams[0]!.end();
    assert.deepEqual(
      out().map(f => [f.type, f.flags, f.payload.length]),
      [[frames.DATA, 1, 0]],
    );
  });

  it('that is held gives no window back', () => {
    const { user, push } = server({ connectionWindow: 65_535 });
    push(open(1, 4));
    const stream = user.streams[0]!;
    stream.hold(true);
    const upload = Array.from({ length: 3 }, () => frame(frames.DATA, 0, 1, 'x'.repeat(16_384)));
    assert.deepEqual(push(...upload), []);
    stream.hold(false);
    const updates = push().map(f => [f.type, f.stream, f.payload.readUInt32BE()]);
    assert.deepEqual(updates, [
      [frames.WINDOW_UPDATE, 1, 49_152],
      [frames.WINDOW_UPDATE, 0, 49_152],
    ]);
  });

  it('of a stream that is reset gives the connection its window back', () => {
    const { user, push } = server({ connectionWindow: 65_535 });
    push(open(1, 4));
    user.streams[0]!.hold(true);
    push(...Array.from({ length: 3 }, () => frame(frames.DATA, 0, 1, 'x'.repeat(16_384))));
    const updates = push(frame(frames.RST_STREAM, 0, 1, word(8))).map(f => [
      f.type,
      f.stream,
      f.payload.readUInt32BE(),
    ]);
    assert.deepEqual(updates, [[frames.WINDOW_UPDATE, 0, 49_152]]);
  });
});

describe('a header block', () => {
  it('that is larger than a frame goes as several', () => {
    for (const size of [16_384, 16_385, 32_768, 40_000]) {
      const { user, push, frames: out } = server();
      push(open(1, 4));
      const stream = user.streams[0]!;
      const at = stream.beginHead();
      const text = Array.from({ length: size }, (_, i) => String.fromCharCode(97 + (i % 26))).join('');
      stream.endHead(writing(user, text, at));
      stream.end();
      const all = out();
      assert.equal(all.map(({ payload }) => `${payload}`).join(''), text);
      assert.deepEqual(
        all.map(f => f.flags & 4),
        [...Array.from({ length: all.length - 1 }, () => 0), 4],
      );
      assert.equal(all[0]!.flags & 1, 1, 'the end is said by HEADERS');
    }
  });

  function writing(user: User, text: string, at: number): number {
    user.streams[0]!.out.text(text);
    return at;
  }
});

describe('two of ours', () => {
  it('understand each other', () => {
    const client = side({ server: false, connectionWindow: 1_000_000 });
    const peer = side();
    const stream = new TestStream();
    client.connection.open(stream);
    const at = stream.beginHead();
    stream.out.text('head');
    stream.endHead(at);
    stream.send(Buffer.from('hello'), 0, 5);
    stream.end(true);
    client.connection.outbox.flush();
    peer.connection.push(client.socket.sent, 0, client.socket.sent.length);
    assert.deepEqual(peer.user.blocks, ['1 head', '1 trailers ended']);
    assert.deepEqual(peer.user.streams[0]!.events, ['content 5']);
    const answer = peer.user.streams[0]!;
    answer.endHead(answer.beginHead());
    answer.end();
    peer.connection.outbox.flush();
    client.connection.push(peer.socket.sent, 0, peer.socket.sent.length);
    assert.deepEqual(client.user.blocks, ['1  ended']);
    assert.deepEqual(stream.events, ['sent', 'closed 0']);
    assert.deepEqual([client.connection.streams.size, peer.connection.streams.size], [0, 0]);
  });

  it('reset as many streams as a server likes to', () => {
    const client = side({ server: false });
    client.push(SETTINGS);
    for (let i = 0; i < 2_000; i++) {
      const stream = new TestStream();
      client.connection.open(stream);
      stream.endHead(stream.beginHead());
      client.push(frame(frames.HEADERS, 5, stream.id, 'head'), frame(frames.RST_STREAM, 0, stream.id, word(0)));
    }
    assert.equal(client.user.failure, -1);
  });

  it('tell of streams that nobody looked at', () => {
    const client = side({ server: false });
    client.push(SETTINGS);
    const streams = [new TestStream(), new TestStream()];
    for (const stream of streams) {
      client.connection.open(stream);
      stream.endHead(stream.beginHead());
    }
    client.push(frame(frames.GOAWAY, 0, 0, [...word(1), ...word(0)]));
    assert.equal(client.user.last, 1);
    assert.deepEqual(
      streams.map(({ events }) => events),
      [[], [`closed ${errors.REFUSED_STREAM}`]],
    );
  });
});
