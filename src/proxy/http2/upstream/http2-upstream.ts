import type { Core } from '../../core.ts';
import { MessageWriter } from '../../http1/message-writer.ts';
import { MAX_HEAD } from '../../http1/response-head.ts';
import { goesOn, readTrailers, TRAILERS } from '../../http1/trailers.ts';
import type { Socket, SocketHandler } from '../../socket.ts';
import type { Timed } from '../../timers.ts';
import type { Multiplex, MultiplexOwner, OpenMultiplex } from '../../upstream/multiplex.ts';
import type { UpstreamUser } from '../../upstream/upstream.ts';
import { Allowance } from '../allowance.ts';
import { NO_ERROR } from '../error-codes.ts';
import { FieldSection, HpackDecoder, HpackEncoder, TRAILERS as TRAILER_SECTION } from '../hpack/index.ts';
import { Http2Connection, type Http2Limits, type Http2User } from '../http2-connection.ts';
import { ENABLE_PUSH, INITIAL_WINDOW_SIZE, MAX_HEADER_LIST_SIZE } from '../settings.ts';
import { RequestBlock } from './request-block.ts';
import { UpstreamStream } from './upstream-stream.ts';

/** Streams on one connection at most; before the backend has said how many it takes, as many as any does. */
const MAX_STREAMS = 256;
const FIRST_STREAMS = 100;
/** What one stream may bring before its client has taken it, and all together: so no slow client stops others. Bytes. */
const STREAM_WINDOW = 262_144;
const CONNECTION_WINDOW = MAX_STREAMS * STREAM_WINDOW;
/** Requests that a connection carries at most: numbers of streams come to an end. */
const MAX_REQUESTS = 1_000_000_000;
/** A backend that was silent is asked whether it is there; ms between two such questions, and to the answer. */
const BETWEEN_PINGS = 10_000;
const PONG_TIME = 5_000;
/**
 * Resets that a connection sends before it takes no further requests: backends take many for an attack and end the connection, the
 * earliest after some 500, and with it the requests of others.
 */
const RESETS = { burst: 200, perSecond: 10 };
/** Stream objects that are kept for further requests. */
const MAX_SPARE = 32;

const LIMITS: Http2Limits = {
  server: false,
  maxStreams: 0,
  maxHeadBytes: MAX_HEAD,
  streamWindow: STREAM_WINDOW,
  connectionWindow: CONNECTION_WINDOW,
  settings: [
    [ENABLE_PUSH, 0],
    [INITIAL_WINDOW_SIZE, STREAM_WINDOW],
    [MAX_HEADER_LIST_SIZE, MAX_HEAD],
  ],
};

type ClientCore = Pick<Core, 'timers' | 'request' | 'response'>;

/** What all connections of a thread share, each for the length of a call. */
interface Scratch {
  readonly request: RequestBlock;
  readonly response: FieldSection;
  readonly trailers: FieldSection;
  readonly content: MessageWriter;
}

/** Speaks HTTP/2 to backends, for all pools of a thread. `core` is asked for when the first connection is there. */
export function http2Client(core: () => ClientCore): OpenMultiplex {
  let scratch: Scratch | undefined;
  return (socket, owner) => {
    const shared = core();
    scratch ??= {
      request: new RequestBlock(shared.request.fields.hash.length),
      response: new FieldSection(shared.response.fields, MAX_HEAD),
      trailers: new FieldSection(TRAILERS.fields, MAX_HEAD),
      content: new MessageWriter(1_024),
    };
    return new Http2Upstream(shared, scratch, socket, owner);
  };
}

/** One connection of HTTP/2 to a backend, and the requests on it. */
export class Http2Upstream implements Multiplex, Http2User<UpstreamStream>, SocketHandler, Timed {
  nextTimed: Timed | undefined = undefined;
  prevTimed: Timed | undefined = undefined;
  dueTick = 0;
  slotTick = 0;
  readonly core: ClientCore;
  readonly scratch: Scratch;
  readonly socket: Socket;
  /** What it spells out is near: bytes are cheaper there than the time to code and decode them. */
  readonly encoder = new HpackEncoder(false);
  readonly decoder = new HpackDecoder();
  /** What is inside of TLS says so to the backend. */
  readonly secure: boolean;
  private readonly owner: MultiplexOwner;
  private readonly connection: Http2Connection<UpstreamStream>;
  private readonly spare: UpstreamStream[] = [];
  /** Streams that are over, and may still be known to those who are about to return: they are spare from the next turn on. */
  private readonly resting: UpstreamStream[] = [];
  /** Requests that wait for the backend's settings. */
  private deferred: UpstreamStream[] = [];
  private served = 0;
  private retiring = false;
  private readonly resets = new Allowance(RESETS.burst, RESETS.perSecond);
  private over = false;
  private heard = 0;
  private asked = Number.NEGATIVE_INFINITY;

  constructor(core: ClientCore, scratch: Scratch, socket: Socket, owner: MultiplexOwner) {
    this.core = core;
    this.scratch = scratch;
    this.socket = socket;
    this.owner = owner;
    this.secure = socket.protocol !== '';
    this.heard = core.timers.now();
    socket.handler = this;
    this.connection = new Http2Connection(socket, core.timers, this, LIMITS);
  }

  get outbox(): MessageWriter {
    return this.connection.outbox.out;
  }

  get room(): number {
    const { connection } = this;
    if (this.retiring || !connection.canOpen) return 0;
    const most = connection.greeted ? Math.min(MAX_STREAMS, connection.peer.maxStreams) : FIRST_STREAMS;
    return Math.max(0, most - connection.streams.size);
  }

  get busy(): number {
    return this.connection.streams.size + this.deferred.length;
  }

  /** Whether the backend knows WebSockets in HTTP/2. */
  get tunnels(): boolean {
    return this.connection.peer.connectProtocol;
  }

  /** `stream` hears what the backend knows. */
  defer(stream: UpstreamStream): void {
    this.deferred.push(stream);
    if (this.connection.greeted) queueMicrotask(() => this.greet());
  }

  private greet(): void {
    for (const stream of this.deferred.splice(0)) stream.onGreeted();
  }

  begin(user: UpstreamUser): void {
    const stream = this.spare.pop() ?? new UpstreamStream(this);
    stream.serve(user, this.served++);
    // It is not open yet, so this is no time to close.
    if (this.served === MAX_REQUESTS) this.retiring = true;
  }

  openStream(stream: UpstreamStream): void {
    this.connection.open(stream);
  }

  /** A stream is about to be reset. */
  onReset(): void {
    if (!this.resets.take(this.core.timers.now())) this.retiring = true;
  }

  retire(): void {
    this.retiring = true;
    if (this.busy === 0) this.close();
  }

  close(): void {
    if (this.over) return;
    const { connection } = this;
    if (!connection.failed) connection.goAway(0, NO_ERROR);
    connection.outbox.flush();
    this.end(NO_ERROR);
  }

  private end(code: number): void {
    if (this.over) return;
    this.over = true;
    this.core.timers.clear(this);
    this.connection.closeAll(code);
    for (const stream of this.deferred.splice(0)) stream.onClosed(code);
    this.socket.destroy();
    this.owner.onGone();
  }

  /** A request was given up before anything of its answer came: perhaps nobody is there any more. */
  suspect(): void {
    const { core, connection } = this;
    const now = core.timers.now();
    if (this.over || now - this.heard < PONG_TIME || now - this.asked < BETWEEN_PINGS) return;
    this.asked = now;
    connection.ping();
    core.timers.set(this, PONG_TIME);
  }

  onTimeout(): void {
    this.end(NO_ERROR);
  }

  /** `stream` has no user, and perhaps is no stream any more: then another request may have the object. */
  left(stream: UpstreamStream): void {
    if (!stream.reusable || this.resting.length === MAX_SPARE) return;
    stream.resting = true;
    this.resting.push(stream);
  }

  writeTrailers(out: MessageWriter, section: Buffer): void {
    this.encoder.begin(out);
    if (!readTrailers(section)) return;
    const { fields } = TRAILERS;
    for (let i = 0; i < fields.count; i++) if (goesOn(i)) this.encoder.field(out, section, fields, i);
  }

  onData(bytes: Uint8Array, start: number, end: number): void {
    const { timers } = this.core;
    timers.hold();
    this.heard = timers.now();
    if (this.nextTimed !== undefined) timers.clear(this);
    while (this.resting.length > 0 && this.spare.length < MAX_SPARE) this.spare.push(this.resting.pop()!);
    this.connection.push(bytes, start, end);
    timers.letGo();
  }

  onDrain(): void {
    this.connection.onDrain();
  }

  onEnd(): void {
    this.end(NO_ERROR);
  }

  onClose(): void {
    this.end(NO_ERROR);
  }

  accept(): undefined {
    return undefined;
  }

  onBlock(stream: UpstreamStream | undefined, bytes: Uint8Array, start: number, end: number, ended: boolean): boolean {
    if (stream !== undefined) return stream.onBlock(bytes, start, end, ended);
    return this.decoder.decode(bytes, start, end, this.scratch.trailers, TRAILER_SECTION);
  }

  onSettings(): void {
    this.encoder.allow(this.connection.peer.headerTableSize);
    this.greet();
    this.owner.onRoom();
  }

  onGoAway(): void {
    this.retire();
  }

  onPong(): void {}

  onStreamGone(stream: UpstreamStream): void {
    this.left(stream);
    if (this.over) return;
    if (this.retiring && this.busy === 0) this.close();
    else this.owner.onRoom();
  }

  onFailure(code: number): void {
    this.end(code);
  }
}
