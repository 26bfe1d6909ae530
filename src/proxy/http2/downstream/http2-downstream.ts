import type { Outcome } from '../../../router/index.ts';
import type { Arrival, Doorway, Guest } from '../../arrival.ts';
import type { Core } from '../../core.ts';
import { MALFORMED_REQUEST, refusalAnswer } from '../../http1/error-answer.ts';
import { MALFORMED } from '../../http1/refusal.ts';
import type { RequestHead } from '../../http1/request-head.ts';
import { isSpent } from '../../is-spent.ts';
import { Lingering } from '../../lingering.ts';
import { noteRefusal } from '../../note-refusal.ts';
import type { Peer } from '../../peer.ts';
import type { Plan } from '../../plan.ts';
import { BY_CLIENT, ReadingGate } from '../../reading-gate.ts';
import type { Socket, SocketHandler } from '../../socket.ts';
import type { Timed } from '../../timers.ts';
import { CANCEL, NO_ERROR } from '../error-codes.ts';
import { MAX_31 } from '../frames.ts';
import { HpackDecoder, HpackEncoder } from '../hpack/index.ts';
import { Http2Connection, type Http2User } from '../http2-connection.ts';
import { ClientStream, type StreamHost } from './client-stream.ts';
import { readRequest, readTrailers, UNDECODABLE } from './read-request.ts';
import { type ServerShare, serverShare } from './server-share.ts';

/** Serving; our side is closed and the client may read on; closed. */
const OPEN = 0;
const LINGER = 1;
const CLOSED = 2;

/** The client may open streams; it was asked to open none; what it opened before it heard of that was seen as well. */
const STAYS = 0;
const ASKED = 1;
const GOES = 2;

/** Bytes that a client has not read, beyond which nothing is read from it. */
const MAX_PENDING = 262_144;
/** Time for a client to hear that the connection goes, and for requests that are on their way; ms. */
const FAREWELL_TIME = 1_000;
/** Time for a client that breaks the rules to read some of what waits; ms. */
const IMPATIENCE = 2_000;
/** Streams that are kept for later, of one core. */
const KEPT_STREAMS = 256;

/** A client's connection in HTTP/2, from its preface to its close. Each stream is a request: see `ClientStream`. */
export class Http2Downstream implements SocketHandler, Http2User<ClientStream>, StreamHost, Timed, Guest {
  nextTimed: Timed | undefined = undefined;
  prevTimed: Timed | undefined = undefined;
  dueTick = 0;
  slotTick = 0;
  readonly core: Core;
  readonly peer: Peer;
  readonly encoder = new HpackEncoder();
  private readonly decoder = new HpackDecoder();
  private readonly door: Doorway;
  private readonly socket: Socket;
  private readonly listener: string;
  private readonly gate: ReadingGate;
  private readonly connection: Http2Connection<ClientStream>;
  private readonly share: ServerShare;
  private readonly openedAt: number;
  private phase = OPEN;
  private farewell = STAYS;
  /** Requests so far. */
  private count = 0;
  /** The client has closed its side. */
  private ended = false;
  private lingering: Lingering | undefined = undefined;
  /** Part of a request's head is here, and no request is. */
  private inHead = false;

  constructor(core: Core, door: Doorway, { socket, peer, tls }: Arrival) {
    this.core = core;
    this.door = door;
    this.socket = socket;
    this.peer = peer;
    this.listener = tls?.listener ?? '';
    this.gate = new ReadingGate(socket, core.held);
    this.share = serverShare(core);
    this.openedAt = core.timers.now();
    this.connection = new Http2Connection(socket, core.timers, this, this.share.limits);
    door.guests.add(this);
    core.lane.addClients(1);
    this.setTimer(core.options.headTimeout);
    socket.handler = this;
  }

  onData(bytes: Uint8Array, start: number, end: number): void {
    if (this.phase !== OPEN) return;
    const { connection, core } = this;
    const fresh = !connection.greeted;
    core.timers.hold();
    connection.push(bytes, start, end);
    core.timers.letGo();
    if (this.phase !== OPEN) return;
    if (connection.streams.size === 0 && this.farewell === STAYS) this.watchHead(fresh && connection.greeted);
    if (connection.outbox.blocked && this.socket.pending > MAX_PENDING) this.gate.hold(BY_CLIENT);
  }

  /** With no request here, a head may take its time and silence its own. */
  private watchHead(greeted: boolean): void {
    const { options } = this.core;
    const inHead = this.connection.partial && this.connection.greeted;
    if (inHead && !this.inHead) this.setTimer(options.headTimeout);
    else if (!inHead && (this.inHead || greeted)) this.setTimer(options.idleTimeout);
    this.inHead = inHead;
  }

  onDrain(): void {
    if (this.phase === LINGER) this.lingering?.wait();
    if (this.phase !== OPEN) return;
    this.gate.release(BY_CLIENT);
    this.connection.onDrain();
  }

  /** The client sends no more: it may still wait for the answers to what it has sent in full, as far as its windows go. */
  onEnd(): void {
    this.ended = true;
    if (this.phase !== OPEN) {
      if (this.socket.pending === 0) this.abort(false);
      return;
    }
    const { streams, outbox } = this.connection;
    for (const stream of [...streams.values()]) {
      if (!stream.remoteEnded || (stream.pending > 0 && !outbox.blocked)) stream.abandon();
    }
    this.closeIfDone();
  }

  onClose(_error: Error | undefined): void {
    this.phase = CLOSED;
    this.core.timers.clear(this);
    this.gate.close();
    this.connection.closeAll(CANCEL);
    this.core.lane.addClients(-1);
    this.door.guests.delete(this);
  }

  private setTimer(ms: number): void {
    if (ms > 0) this.core.timers.set(this, ms);
    else this.core.timers.clear(this);
  }

  onTimeout(): void {
    if (this.phase === LINGER && this.lingering?.over) this.abort(this.socket.pending > 0);
    if (this.phase !== OPEN) return;
    if (this.farewell === ASKED) this.go();
    else if (this.connection.streams.size === 0) this.close();
  }

  get remotePort(): number {
    return this.socket.remotePort;
  }

  get closing(): boolean {
    return this.door.closing || this.core.parting || this.spent;
  }

  private get spent(): boolean {
    return isSpent(this.core, this.count, this.openedAt);
  }

  route(head: RequestHead): Outcome<Plan> {
    return this.door.router?.match(head, this.listener) ?? 'no-listener';
  }

  accept(): ClientStream | undefined {
    if (this.phase !== OPEN || this.farewell === GOES) return undefined;
    this.count++;
    this.inHead = false;
    if (this.farewell !== ASKED) this.core.timers.clear(this);
    const stream = this.share.spare.pop() ?? new ClientStream(this.core);
    stream.prepare(this);
    return stream;
  }

  onBlock(stream: ClientStream | undefined, bytes: Uint8Array, start: number, end: number, ended: boolean): boolean {
    const { decoder, share } = this;
    if (stream === undefined || stream.started) {
      const verdict = readTrailers(share.trailers, decoder, bytes, start, end);
      if (verdict === UNDECODABLE) return false;
      if (stream !== undefined) this.onTrailers(stream, verdict);
      return true;
    }
    const verdict = readRequest(this.core, share.request, decoder, bytes, start, end, ended);
    if (verdict === UNDECODABLE) return false;
    this.onRequest(stream, verdict, ended);
    return true;
  }

  private onTrailers(stream: ClientStream, verdict: number): void {
    if (verdict === 0) stream.onTrailers();
    else stream.breakOff();
  }

  private onRequest(stream: ClientStream, verdict: number, ended: boolean): void {
    if (this.spent) this.go();
    else if (this.door.closing || this.core.parting) this.ask();
    if (verdict === 0) stream.start(ended);
    else if (verdict === MALFORMED) {
      stream.note(MALFORMED_REQUEST);
      stream.breakOff();
    } else stream.refuse(refusalAnswer(verdict));
  }

  onSettings(): void {
    this.encoder.allow(this.connection.peer.headerTableSize);
  }

  /** A client has nothing to refuse; it is about to leave. */
  onGoAway(): void {}

  /** The client knows now that the connection goes. */
  onPong(): void {
    if (this.farewell === ASKED) this.go();
  }

  onStreamGone(): void {
    if (this.connection.streams.size > 0 || this.phase !== OPEN) return;
    if (this.farewell === STAYS && !this.ended) this.setTimer(this.core.options.idleTimeout);
    this.closeIfDone();
  }

  giveBack(stream: ClientStream): void {
    const { spare } = this.share;
    if (spare.length < KEPT_STREAMS) spare.push(stream);
  }

  onFailure(): void {
    if (!this.connection.greeted) noteRefusal(this.core, this.peer, MALFORMED_REQUEST);
    this.close();
  }

  /** Something of a request or its answer is under way. */
  get busy(): boolean {
    return this.phase === OPEN || this.socket.pending > 0;
  }

  /** The configuration wants the connection gone: streams that are here, and those on their way, are answered. */
  retire(): void {
    if (this.phase === OPEN && this.farewell === STAYS) this.ask();
  }

  /** RFC 9113 §6.8: tells the client to open no further stream, and waits until it has heard of it. */
  private ask(): void {
    if (this.farewell !== STAYS) return;
    this.farewell = ASKED;
    this.connection.goAway(MAX_31, NO_ERROR);
    this.connection.ping();
    this.setTimer(FAREWELL_TIME);
  }

  /** Says which stream was the last. */
  private go(): void {
    if (this.farewell === GOES) return;
    this.farewell = GOES;
    this.core.timers.clear(this);
    this.connection.goAway(this.connection.lastRemote, NO_ERROR);
    this.closeIfDone();
  }

  private closeIfDone(): void {
    if (this.phase === OPEN && this.connection.streams.size === 0 && (this.ended || this.farewell === GOES))
      this.close();
  }

  /** Closes our side, and the rest once the client has read what we sent: a reset could take it away from it. */
  private close(): void {
    if (this.phase !== OPEN) return;
    const { connection, core } = this;
    const refused = connection.failed;
    this.phase = LINGER;
    if (!refused && this.farewell !== GOES) connection.goAway(connection.lastRemote, NO_ERROR);
    connection.closeAll(CANCEL);
    connection.outbox.flush();
    this.socket.end();
    if (this.ended && this.socket.pending === 0) {
      this.abort(false);
      return;
    }
    this.gate.openWide();
    this.lingering = new Lingering(core.timers, this.socket, this, refused ? IMPATIENCE : core.options.bodyIdleTimeout);
  }

  abort(reset: boolean): void {
    if (this.phase === CLOSED) return;
    this.phase = CLOSED;
    this.socket.destroy(reset);
  }
}
