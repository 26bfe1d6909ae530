import type { Timers } from '../timers.ts';
import { Allowance } from './allowance.ts';
import { ENHANCE_YOUR_CALM, NO_ERROR } from './error-codes.ts';
import { MAX_31, RST_STREAM } from './frames.ts';
import type { Http2Stream } from './http2-stream.ts';
import type { Receiving } from './receiving.ts';
import { RecentResets } from './recent-resets.ts';
import type { Sending } from './sending.ts';

/** Resets: cheap to ask for, and each has cost a request (CVE-2023-44487). A stream that ends in order earns some back. */
const RESETS = { burst: 500, perSecond: 50, perStream: 0.5 };

interface TableLimits {
  readonly server: boolean;
  readonly maxStreams: number;
}

interface TableUser<S> {
  onStreamGone(stream: S): void;
}

/** The streams of one connection: which are open, which nobody has opened yet, and how they end (RFC 9113 §5.1). */
export class StreamTable<S extends Http2Stream> {
  readonly open = new Map<number, S>();
  /** The last that the peer has opened. */
  lastRemote = 0;
  /** Whose content is being read, as long as it is open. */
  reading: S | undefined = undefined;
  private readonly sending: Sending<S>;
  private readonly receiving: Receiving;
  private readonly timers: Timers;
  private readonly limits: TableLimits;
  private readonly user: TableUser<S>;
  private readonly resets = new Allowance(RESETS.burst, RESETS.perSecond);
  private readonly ours: RecentResets;
  private nextLocal = 1;

  constructor(sending: Sending<S>, receiving: Receiving, timers: Timers, limits: TableLimits, user: TableUser<S>) {
    this.sending = sending;
    this.receiving = receiving;
    this.timers = timers;
    this.limits = limits;
    this.user = user;
    this.ours = new RecentResets(limits.maxStreams);
  }

  /** The peer has as many open as it may. */
  get full(): boolean {
    const { maxStreams } = this.limits;
    return maxStreams > 0 && this.open.size >= maxStreams;
  }

  /** A number for the next one that we open; 0: there is none left. */
  next(): number {
    if (this.nextLocal > MAX_31) return 0;
    this.nextLocal += 2;
    return this.nextLocal - 2;
  }

  get exhausted(): boolean {
    return this.nextLocal > MAX_31;
  }

  /** Nobody has opened it yet. */
  isIdle(id: number): boolean {
    if ((id & 1) === 0) return true;
    return this.limits.server ? id > this.lastRemote : id >= this.nextLocal;
  }

  /** It is over, and frames of it may still come: we have reset it, or the peer is a server, whose word is taken. */
  mayLinger(id: number): boolean {
    return !this.limits.server || this.ours.has(id);
  }

  /** The peer did something that is cheap for it; NO_ERROR or the error that the connection ends with. */
  countReset(): number {
    return this.resets.take(this.timers.now()) ? NO_ERROR : ENHANCE_YOUR_CALM;
  }

  /** Resets a stream of which nobody knows but us. */
  refuse(id: number, code: number): number {
    this.sendReset(id, code);
    return this.countReset();
  }

  /** An error of the peer's that one stream pays for. */
  breakOff(stream: S, code: number): number {
    this.sendReset(stream.id, code);
    this.gone(stream, code);
    return this.countReset();
  }

  /** Whoever uses the stream breaks it off. */
  reset(stream: S, code: number): void {
    this.sendReset(stream.id, code);
    this.leave(stream);
  }

  private sendReset(id: number, code: number): void {
    this.ours.add(id);
    this.sending.outbox.number(RST_STREAM, id, code);
  }

  /** It has ended in order, or the peer or the connection ended it. */
  gone(stream: S, code: number): void {
    if (code === NO_ERROR) this.resets.earn(RESETS.perStream);
    this.leave(stream, code);
  }

  private leave(stream: S, code = -1): void {
    this.open.delete(stream.id);
    if (this.reading === stream) this.reading = undefined;
    this.sending.forget(stream);
    const { heldBytes } = stream;
    stream.detach();
    if (heldBytes > 0) this.receiving.grant(heldBytes);
    if (code >= 0) stream.onClosed(code);
    this.user.onStreamGone(stream);
  }
}
