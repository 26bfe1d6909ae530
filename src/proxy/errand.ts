import type { Core } from './core.ts';
import type { ErrorAnswer } from './http1/error-answer.ts';
import * as answers from './http1/error-answer.ts';
import type { UpstreamConnection, UpstreamUser } from './upstream/connection.ts';
import { type PooledEndpoint, poolOf } from './upstream/pool.ts';

/** Who sends a request, and hears what becomes of it. */
export interface Sender {
  readonly core: Core;
  /** More of the request is to come. */
  readonly unfinished: boolean;
  /** A try begins now. */
  onTry(): void;
  /** Whether what is sent moves on; more of the request may come when it does. */
  onFlow(flowing: boolean): void;
  onAnswerData(bytes: Uint8Array, start: number, end: number): void;
  /** The backend ended its side: in order, or (`broken`) by a reset. */
  onAnswerEnd(broken: boolean): void;
  onFailure(answer: ErrorAnswer): void;
}

/** Endpoints that one request tries at most, as long as none could be connected to. */
const MAX_CONNECTS = 3;
/** A longer copy of a request is not kept for the next one; bytes. */
const MAX_KEPT = 4_096;

/**
 * The way of one request to an endpoint: picks it, gets a connection, sends, and sends again where that can do no harm:
 * on another endpoint when none of it was sent, on a fresh connection when a used one turned out to be dead. One object
 * per client connection, used for one request after another.
 */
export class Errand implements UpstreamUser {
  upstream: UpstreamConnection | undefined = undefined;
  private readonly core: Core;
  private readonly sender: Sender;
  private backend = '';
  private endpoint: PooledEndpoint | undefined = undefined;
  private waiting = false;
  /** It may be sent twice: its method is idempotent, and `copy` is all of it. */
  private replayable = false;
  private reused = false;
  private retried = false;
  private answered = false;
  /** Endpoints that could not be connected to; each is tried once for a request. */
  private readonly tried: PooledEndpoint[] = [];
  private copy: Buffer | undefined = undefined;
  private copyLength = 0;

  constructor(sender: Sender) {
    this.sender = sender;
    this.core = sender.core;
  }

  /** Sends what stands in the output buffer to an endpoint of `backend`, now or when there is a connection. */
  start(backend: string, replayable: boolean): void {
    this.backend = backend;
    this.replayable = replayable;
    this.retried = false;
    this.answered = false;
    this.tried.length = 0;
    this.copyLength = 0;
    this.failIf(this.dispatch(false));
  }

  /** Further bytes can be sent. */
  get open(): boolean {
    return this.upstream !== undefined && !this.waiting;
  }

  /** Sends further bytes of a request that is `open`. False: the backend is slow; `onFlow` follows. */
  write(bytes: Uint8Array, start: number, end: number): boolean {
    this.replayable = false;
    return this.upstream!.write(bytes, start, end);
  }

  /** Sends it to an endpoint, or says why not. */
  private dispatch(fresh: boolean): ErrorAnswer | undefined {
    const { core, sender } = this;
    const cluster = core.clusters.get(this.backend);
    if (cluster === undefined) return answers.UNKNOWN_BACKEND;
    this.leaveEndpoint();
    const endpoint = cluster.endpoints.pick(core.options.balancing, this.tried);
    if (endpoint === undefined) return this.tried.length > 0 ? answers.BACKEND_UNREACHABLE : answers.NO_ENDPOINTS;
    endpoint.inFlight++;
    this.endpoint = endpoint;
    sender.onTry();
    const acquired = poolOf(core, endpoint).acquire(this, fresh);
    if (acquired === 'overflow') return answers.OVERFLOW;
    this.waiting = acquired === 'pending';
    if (this.waiting || this.replayable) this.keepCopy();
    if (!this.waiting) this.send();
    else if (sender.unfinished) sender.onFlow(false);
    return undefined;
  }

  private failIf(answer: ErrorAnswer | undefined): void {
    if (answer !== undefined) this.sender.onFailure(answer);
  }

  /** The output buffer belongs to the next message. */
  private keepCopy(): void {
    if (this.copyLength > 0) return;
    const { bytes, length } = this.core.out;
    if (this.copy === undefined || this.copy.length < length) this.copy = Buffer.allocUnsafeSlow(length + 256);
    bytes.copy(this.copy, 0, 0, length);
    this.copyLength = length;
  }

  private send(): void {
    const { upstream, core, sender } = this;
    this.reused = upstream!.served > 0;
    const flowing =
      this.copyLength > 0
        ? upstream!.write(this.copy!, 0, this.copyLength)
        : upstream!.write(core.out.bytes, 0, core.out.length);
    if (sender.unfinished) sender.onFlow(flowing);
  }

  onConnected(): void {
    this.waiting = false;
    this.send();
  }

  onConnectFailed(timedOut: boolean): void {
    this.waiting = false;
    this.tried.push(this.endpoint!);
    const failure = timedOut ? answers.CONNECT_TIMEOUT : answers.BACKEND_UNREACHABLE;
    const answer = this.tried.length < MAX_CONNECTS ? this.dispatch(false) : failure;
    this.failIf(answer === answers.BACKEND_UNREACHABLE ? failure : answer);
  }

  onPoolClosed(): void {
    this.waiting = false;
    this.failIf(this.dispatch(false));
  }

  onUpstreamData(bytes: Uint8Array, start: number, end: number): void {
    this.answered = true;
    this.sender.onAnswerData(bytes, start, end);
  }

  onUpstreamDrain(): void {
    if (this.sender.unfinished) this.sender.onFlow(true);
  }

  /** A backend may close a used connection just when a request is sent on it. */
  onUpstreamEnd(broken: boolean): void {
    if (!this.reused || !this.replayable || this.retried || this.answered) {
      this.sender.onAnswerEnd(broken);
      return;
    }
    this.retried = true;
    this.core.retries++;
    this.failIf(this.dispatch(true));
  }

  /** Stops or goes on reading the answer. */
  holdAnswer(hold: boolean): void {
    if (hold) this.upstream?.socket?.pause();
    else this.upstream?.socket?.resume();
  }

  /** The answer is complete. `reusable`: nothing of either message is left on the connection. */
  complete(reusable: boolean): void {
    if (reusable) this.upstream?.release();
    else this.upstream?.close();
    this.abandon();
  }

  /** Gives the request up, wherever it is. Does nothing once it is complete. */
  abandon(): void {
    if (this.upstream !== undefined) this.upstream.close(true);
    else if (this.waiting) this.endpoint?.slot?.forget(this);
    this.waiting = false;
    this.leaveEndpoint();
    this.tried.length = 0;
    if (this.copy !== undefined && this.copy.length > MAX_KEPT) this.copy = undefined;
  }

  private leaveEndpoint(): void {
    if (this.endpoint === undefined) return;
    this.endpoint.inFlight--;
    this.endpoint = undefined;
  }
}
