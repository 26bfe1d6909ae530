import type { Core } from './core.ts';
import type { ErrorAnswer } from './http1/error-answer.ts';
import * as answers from './http1/error-answer.ts';
import type { Peer } from './peer.ts';
import { pauseBefore, type RetryCause, type RetryPlan } from './retry-plan.ts';
import type { Sender } from './sender.ts';
import { SentCopy } from './sent-copy.ts';
import type { SocketHandler } from './socket.ts';
import { Alarm } from './timers.ts';
import type { Tunnelled } from './tunnel.ts';
import type { Cluster } from './upstream/clusters.ts';
import { type Pool, type PooledEndpoint, poolOf } from './upstream/pool.ts';
import type { ConnectFailure, Upstream, UpstreamUser } from './upstream/upstream.ts';

/** Endpoints that are asked for a connection in one try at most. */
const MAX_CONNECTS = 3;

const FAILURES: Readonly<Record<ConnectFailure, ErrorAnswer>> = {
  refused: answers.BACKEND_UNREACHABLE,
  timeout: answers.CONNECT_TIMEOUT,
  tls: answers.BACKEND_TLS,
};

/**
 * The way of one request to an endpoint: picks it, gets a connection, sends, and sends again where that can do no harm:
 * on another endpoint when none of it was sent, on a fresh connection when a used one turned out to be dead. What else is
 * sent again, the rule says. One object per client connection, used for one request after another.
 */
export class Errand implements UpstreamUser, Tunnelled {
  upstream: Upstream | undefined = undefined;
  private readonly core: Core;
  private readonly sender: Sender;
  private backend = '';
  private preferred: string | undefined = undefined;
  /** The one that is asked now. */
  endpoint: PooledEndpoint | undefined = undefined;
  private pool: Pool | undefined = undefined;
  private waiting = false;
  /** It may be sent twice without being asked: its method is idempotent, and it was sent whole at once. */
  private replayable = false;
  private headLength = 0;
  private reused = false;
  private replayed = false;
  private answered = false;
  /** Endpoints that failed; as long as there are others, they are not asked again. */
  private readonly tried: PooledEndpoint[] = [];
  private connects = 0;
  private readonly copy = new SentCopy();
  private retry: RetryPlan | undefined = undefined;
  private retries = 0;
  private cause: RetryCause = 'connection';
  /** It wants to become a tunnel: it takes no connection that was used before. */
  private upgrading = false;
  /** Bytes were sent behind those that are kept. */
  private sentMore = false;
  private pause: Alarm<Errand> | undefined = undefined;

  constructor(sender: Sender) {
    this.sender = sender;
    this.core = sender.core;
  }

  /**
   * Sends what stands in the output buffer to an endpoint of `backend`, now or when there is a connection. `preferred`:
   * the endpoint that gets it, as `address:port`, for as long as it is listed and has not failed.
   */
  start(
    backend: string,
    headLength: number,
    replayable: boolean,
    retry: RetryPlan | undefined,
    upgrading = false,
    preferred: string | undefined = undefined,
  ): void {
    this.backend = backend;
    this.preferred = preferred;
    this.headLength = headLength;
    this.replayable = replayable;
    this.retry = retry;
    this.upgrading = upgrading;
    this.sentMore = false;
    this.retries = 0;
    this.beginTry();
    this.failIf(this.dispatch(false));
  }

  private beginTry(): void {
    this.replayed = false;
    this.answered = false;
    this.connects = 0;
  }

  get peer(): Peer {
    return this.sender.peer;
  }

  /** Further bytes can be sent. */
  get open(): boolean {
    return this.upstream !== undefined && !this.waiting;
  }

  /** Sends further bytes of a request that is `open`. False: the backend is slow; `onFlow` follows. */
  write(bytes: Uint8Array, start: number, end: number): boolean {
    this.replayable = false;
    if (this.retry !== undefined || this.pool!.multiplexed) this.copy.append(bytes, start, end);
    else this.sentMore = true;
    return this.upstream!.write(bytes, start, end);
  }

  /** Sends it to an endpoint, or says why not. */
  private dispatch(fresh: boolean): ErrorAnswer | undefined {
    const { core, sender } = this;
    const cluster = core.clusters.get(this.backend);
    // One that was there for an earlier try was not forgotten by the configuration, but removed.
    if (cluster === undefined) return this.retries > 0 ? answers.NO_ENDPOINTS : answers.UNKNOWN_BACKEND;
    this.leaveEndpoint();
    const endpoint = this.pick(cluster);
    if (endpoint === undefined) return this.tried.length > 0 ? answers.BACKEND_UNREACHABLE : answers.NO_ENDPOINTS;
    endpoint.enter();
    this.endpoint = endpoint;
    sender.onTry();
    const { upgrading } = this;
    const way = upgrading ? (cluster.way.upgrading ?? cluster.way) : cluster.way;
    this.pool = poolOf(core, endpoint, way);
    const acquired = this.pool.acquire(this, fresh || upgrading, !this.replayable);
    if (acquired === 'overflow') return answers.OVERFLOW;
    this.waiting = acquired === 'pending';
    if (
      this.copy.length === 0 &&
      (this.waiting || this.replayable || this.retry !== undefined || this.pool.multiplexed)
    ) {
      this.copy.take(core.out, this.headLength);
    }
    if (!this.waiting) this.send();
    else if (sender.unfinished) sender.onFlow(false);
    return undefined;
  }

  private pick({ endpoints }: Cluster): PooledEndpoint | undefined {
    const { balancing } = this.core.options;
    if (this.preferred !== undefined) {
      const pinned = endpoints.named(this.preferred);
      if (pinned !== undefined && !this.tried.includes(pinned) && endpoints.isUsable(pinned)) return pinned;
    }
    const other =
      endpoints.pick(balancing, this.tried) ??
      (this.connects > 0 ? endpoints.pickSpare(balancing, this.tried) : undefined);
    if (other !== undefined || this.retries === 0 || this.connects > 0) return other;
    this.tried.length = 0;
    return endpoints.pick(balancing);
  }

  private failIf(answer: ErrorAnswer | undefined): void {
    if (answer !== undefined) this.sender.onFailure(answer);
  }

  private send(): void {
    const { upstream, sender } = this;
    this.reused = upstream!.served > 0;
    const { bytes, length } = this.copy.length > 0 ? this.copy : this.core.out;
    const flowing = upstream!.write(bytes, 0, length);
    if (sender.unfinished) sender.onFlow(flowing);
  }

  onConnected(): void {
    this.waiting = false;
    this.send();
  }

  onConnectFailed(why: ConnectFailure): void {
    this.waiting = false;
    this.tried.push(this.endpoint!);
    const failure = FAILURES[why];
    const answer = ++this.connects < MAX_CONNECTS ? this.dispatch(false) : failure;
    if (answer !== failure && answer !== answers.BACKEND_UNREACHABLE) this.failIf(answer);
    else if (!this.tryAgain('connection')) this.failIf(failure);
  }

  onPoolClosed(): void {
    this.waiting = false;
    this.failIf(this.dispatch(false));
  }

  onUpstreamData(bytes: Uint8Array, start: number, end: number): void {
    this.answered = true;
    this.sender.onAnswerData(bytes, start, end);
  }

  onUpstreamHead(bytes: Uint8Array, start: number, end: number): void {
    this.answered = true;
    this.sender.onAnswerHead(bytes, start, end);
  }

  onUpstreamOver(trailed: boolean): void {
    this.sender.onAnswerOver(trailed);
  }

  onUpstreamDrain(): void {
    if (!this.waiting && this.sender.unfinished) this.sender.onFlow(true);
  }

  onUpstreamEnd(broken: boolean, unseen = false): void {
    // Waiting for the next try already: this was what is left of the last.
    if (this.waiting) return;
    const harmless = this.replayable || (unseen && this.copy.whole && !this.sentMore);
    if (harmless && !this.replayed && !this.answered && this.replay(unseen)) return;
    if (!this.tryAgain('connection')) this.sender.onAnswerEnd(broken);
  }

  /**
   * A backend may close a used connection just when a request is sent on it, and one that is about to go, a new one too: it is
   * sent again to another endpoint, or if there is none, on a new connection in the place of a used one, or of one that did not
   * look at it.
   */
  private replay(unseen: boolean): boolean {
    const { tried, endpoint, reused, preferred } = this;
    // A rule that has tries of its own says what is done.
    if (!reused && this.retry !== undefined) return false;
    this.replayed = true;
    const stays = reused && preferred !== undefined;
    if (!stays) tried.push(endpoint!);
    let answer = this.dispatch(true);
    if (!stays && answer === answers.BACKEND_UNREACHABLE) {
      if (!reused && !unseen) return false;
      tried.pop();
      answer = this.dispatch(true);
    }
    this.core.retries.stale++;
    this.failIf(answer);
    return true;
  }

  /**
   * Ends a try that came to nothing, and begins another after a while: if the rule has one left, all that was sent is kept,
   * and the client has nothing of an answer. Else false, and nothing is done.
   */
  tryAgain(cause: RetryCause): boolean {
    if (!this.mayRetry()) return false;
    this.dropConnection();
    this.rest(cause);
    return true;
  }

  /** The same for an answer with `status`; its connection is ours until {@link leave}, or until the next try begins. */
  tryAgainAfter(status: number): boolean {
    if (!this.retry?.codes.has(status) || !this.mayRetry()) return false;
    this.rest('status');
    return true;
  }

  private mayRetry(): boolean {
    const { retry, retries, copy, sender } = this;
    return retry !== undefined && retries < retry.attempts && copy.whole && !sender.answering;
  }

  private rest(cause: RetryCause): void {
    const { core, sender } = this;
    this.retries++;
    this.cause = cause;
    this.waiting = true;
    if (this.endpoint !== undefined && !this.tried.includes(this.endpoint)) this.tried.push(this.endpoint);
    this.leaveEndpoint();
    this.pause ??= new Alarm<Errand>(this, errand => errand.resume());
    core.timers.set(this.pause, pauseBefore(this.retry!, this.retries));
    if (sender.unfinished) sender.onFlow(false);
    sender.onPause();
  }

  /** Connections that were kept may all have died with the one that failed. */
  private resume(): void {
    this.dropConnection();
    this.waiting = false;
    this.core.retries[this.cause]++;
    this.beginTry();
    this.failIf(this.dispatch(this.cause === 'connection'));
  }

  /** All of an answer is here that is not passed on. `reusable`: nothing of it or the request is left on the connection. */
  leave(reusable: boolean): void {
    if (reusable) this.upstream?.release();
    else this.upstream?.close();
  }

  /** Stops or goes on reading the answer. */
  holdAnswer(hold: boolean): void {
    this.upstream?.hold(hold);
  }

  /** The answer is complete. `reusable`: nothing of either message is left on the connection. */
  complete(reusable: boolean): void {
    this.leave(reusable);
    this.abandon();
  }

  /** Gives the request up, wherever it is. Does nothing once it is complete. */
  abandon(): void {
    this.dropConnection();
    this.waiting = false;
    this.leaveEndpoint();
    this.tried.length = 0;
    this.copy.clear();
    if (this.pause !== undefined) this.core.timers.clear(this.pause);
  }

  handOver(handler: SocketHandler): Upstream {
    const { upstream } = this;
    this.copy.clear();
    upstream!.handOver(handler);
    return upstream!;
  }

  private dropConnection(): void {
    if (this.upstream !== undefined) this.upstream.close(true);
    else if (this.waiting) this.pool?.forget(this);
  }

  private leaveEndpoint(): void {
    if (this.endpoint === undefined) return;
    this.endpoint.leave();
    this.endpoint = undefined;
  }
}
