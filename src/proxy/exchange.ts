import type { Listener } from '../ir/index.ts';
import type { Entry } from '../router/index.ts';
import type { Core } from './core.ts';
import type { HeaderEdit } from './filters/header-edit.ts';
import { redirectLocation } from './filters/redirect.ts';
import { BodyReader } from './http1/body.ts';
import { latin1 } from './http1/chars.ts';
import type { ErrorAnswer } from './http1/error-answer.ts';
import * as answers from './http1/error-answer.ts';
import { CHUNKED } from './http1/framing.ts';
import { isIdempotent } from './http1/methods.ts';
import type { RequestHead } from './http1/request-head.ts';
import type { Peer } from './peer.ts';
import { type Plan, pickTarget, type Target } from './plan.ts';
import { writeRequestHead } from './request-writer.ts';
import { ResponseRelay } from './response-relay.ts';
import { type Passage, writeErrorAnswer, writeOwnAnswer } from './response-writer.ts';
import { readTarget } from './target.ts';
import type { RequestSeries } from './telemetry/metrics.ts';
import type { Timed } from './timers.ts';
import type { UpstreamConnection, UpstreamUser } from './upstream/connection.ts';
import { type PooledEndpoint, poolOf } from './upstream/pool.ts';

/** What an exchange needs of the connection that its request came on. */
export interface Client {
  readonly peer: Peer;
  /** No further request is wanted on the connection. */
  readonly closing: boolean;
  route(head: RequestHead): Entry<Plan> | 'no-listener' | 'no-route';
  /** False: the client is slow; `onClientDrain` follows. */
  write(bytes: Uint8Array, start: number, end: number): boolean;
  /** Something of a body moved, either way. */
  touch(): void;
  /** Stops or goes on reading the request's body. */
  holdBody(hold: boolean): void;
  /** The answer is written; `keepAlive` as the answer said. */
  finish(keepAlive: boolean): void;
  /** Breaks the connection off, so that the client sees that the answer is not whole. */
  abort(reset: boolean): void;
}

/** What is read and dropped of a body that nobody wants, to keep the connection; in bytes. */
export const MAX_DRAINED = 65_536;
/** Counted for requests whose client went away before an answer. */
const CLIENT_GONE = 0;
/** Endpoints that one request tries at most, as long as none could be connected to. */
const MAX_CONNECTS = 3;

/**
 * One request and its answer: route, filters, endpoint, connection, body. One object per client connection, used for one
 * request after another. The answer's way back is the `ResponseRelay`'s affair.
 */
export class Exchange implements UpstreamUser, Timed, Passage {
  nextTimed: Timed | undefined = undefined;
  prevTimed: Timed | undefined = undefined;
  dueTick = 0;
  slotTick = 0;
  readonly core: Core;
  readonly client: Client;
  readonly body = new BodyReader();
  readonly relay: ResponseRelay;
  upstream: UpstreamConnection | undefined = undefined;
  /** From the head of a request to the end of its answer. */
  active = false;
  minor: 0 | 1 = 1;
  keepAlive = true;
  toHead = false;
  expectsContinue = false;
  chunked = false;
  private target: Target | undefined = undefined;
  private series: RequestSeries;
  private startedAt = 0;
  private plan: Plan | undefined = undefined;
  private endpoint: PooledEndpoint | undefined = undefined;
  private waiting = false;
  private listener: Listener | undefined = undefined;
  private reused = false;
  private idempotent = false;
  private replayable = false;
  private retried = false;
  private connects = 0;
  private replay: Buffer | undefined = undefined;
  private replayLength = 0;

  constructor(core: Core, client: Client) {
    this.core = core;
    this.client = client;
    this.series = core.unrouted;
    this.relay = new ResponseRelay(this);
  }

  /**
   * Takes the request in `core.request`, whose body begins at `from`; answers it or sends it on, with as much of the body
   * as is there already. The position up to which bytes were used.
   */
  begin(bytes: Uint8Array, from: number, end: number): number {
    const { core } = this;
    const head = core.request;
    this.reset(head);
    const answer = this.refuse(head) ?? this.choose(head);
    if (answer !== undefined) {
      this.answer(answer);
      return from;
    }
    const target = this.target!;
    if (target.redirect !== undefined) {
      this.redirect(target, head);
      return from;
    }
    core.out.clear();
    writeRequestHead(core, this.client.peer, target);
    return this.start(bytes, from, end);
  }

  private reset(head: RequestHead): void {
    this.active = true;
    this.minor = head.minor;
    this.keepAlive = head.keepAlive;
    this.toHead = head.method === 'HEAD';
    this.expectsContinue = head.expectsContinue;
    this.idempotent = isIdempotent(head.method);
    this.replayable = false;
    this.retried = false;
    this.reused = false;
    this.connects = 0;
    this.replayLength = 0;
    this.target = undefined;
    this.plan = undefined;
    this.series = this.core.unrouted;
    this.startedAt = this.core.timers.now();
    this.body.begin(head.framing, head.contentLength);
    this.relay.reset();
  }

  /** What is answered without a look at the routes. */
  private refuse(head: RequestHead): ErrorAnswer | undefined {
    if (head.method === 'CONNECT') return this.closing(answers.CONNECT_REFUSED);
    const refusal = readTarget(head, this.core.hosts);
    if (refusal < 0) return this.closing(answers.refusalAnswer(refusal));
    if (head.pathEnd === head.pathStart && !head.absolute) return answers.SERVER_OPTIONS;
    const { maxBodyBytes } = this.core.options;
    return maxBodyBytes > 0 && head.contentLength > maxBodyBytes ? this.closing(answers.BODY_TOO_LARGE) : undefined;
  }

  private closing(answer: ErrorAnswer): ErrorAnswer {
    this.keepAlive = false;
    return answer;
  }

  private choose(head: RequestHead): ErrorAnswer | undefined {
    const outcome = this.client.route(head);
    if (outcome === 'no-listener') return answers.NO_LISTENER;
    if (outcome === 'no-route') return answers.NO_ROUTE;
    this.plan = outcome.action;
    this.listener = outcome.listener;
    this.target = pickTarget(outcome.action);
    this.series = this.target.series(outcome.listener, this.core.metrics);
    return this.target.failure;
  }

  private start(bytes: Uint8Array, from: number, end: number): number {
    const { out, request } = this.core;
    let at = from;
    if (!this.body.done) {
      this.client.touch();
      at = this.body.relay(bytes, from, end, out, request.framing === CHUNKED);
      if (this.isBroken(at)) return end;
    }
    this.replayable = this.idempotent && this.body.done;
    this.answerIf(this.dispatch(false));
    return at;
  }

  /** Further bytes of the request's body; the position up to which they were used. */
  onRequestData(bytes: Uint8Array, from: number, end: number): number {
    const { upstream, body, core } = this;
    if (upstream === undefined || this.waiting) return from;
    this.client.touch();
    this.replayable = false;
    let at: number;
    let fast: boolean;
    if (body.plain) {
      at = body.take(from, end);
      fast = upstream.write(bytes, from, at);
    } else {
      core.out.clear();
      at = body.relay(bytes, from, end, core.out, true);
      if (this.isBroken(at)) return end;
      fast = upstream.write(core.out.bytes, 0, core.out.length);
    }
    if (!fast && !body.done) this.client.holdBody(true);
    return at;
  }

  /** Answers a body that breaks its coding or is too large: whatever follows can't be told from the next request. */
  private isBroken(position: number): boolean {
    const { maxBodyBytes } = this.core.options;
    const tooLarge = maxBodyBytes > 0 && this.body.received > maxBodyBytes;
    if (position >= 0 && !tooLarge) return false;
    this.answer(this.closing(tooLarge ? answers.BODY_TOO_LARGE : answers.MALFORMED_REQUEST));
    return true;
  }

  /** Picks an endpoint and sends the request there, now or when there is a connection; or says why not. */
  private dispatch(fresh: boolean): ErrorAnswer | undefined {
    const { core } = this;
    const cluster = core.clusters.get(this.target!.backend!);
    if (cluster === undefined) return answers.UNKNOWN_BACKEND;
    const failed = this.connects > 0 ? this.endpoint : undefined;
    const endpoint = cluster.endpoints.pick(core.options.balancing, failed);
    this.leaveEndpoint();
    if (endpoint === undefined) return failed === undefined ? answers.NO_ENDPOINTS : answers.BACKEND_UNREACHABLE;
    endpoint.inFlight++;
    this.endpoint = endpoint;
    this.armTimeouts();
    const acquired = poolOf(core, endpoint).acquire(this, fresh);
    if (acquired === 'overflow') return answers.OVERFLOW;
    this.waiting = acquired === 'pending';
    if (this.waiting || this.replayable) this.keepForReplay();
    if (!this.waiting) this.send();
    else if (!this.body.done) this.client.holdBody(true);
    return undefined;
  }

  private answerIf(answer: ErrorAnswer | undefined): void {
    if (answer !== undefined) this.answer(answer);
  }

  /** Keeps what is to be sent: the output buffer belongs to the next message. */
  private keepForReplay(): void {
    if (this.replayLength > 0) return;
    const { bytes, length } = this.core.out;
    if (this.replay === undefined || this.replay.length < length) this.replay = Buffer.allocUnsafeSlow(length + 256);
    this.replay.set(bytes.subarray(0, length));
    this.replayLength = length;
  }

  private send(): void {
    const { upstream, core } = this;
    this.reused = upstream!.served > 0;
    const fast =
      this.replayLength > 0
        ? upstream!.write(this.replay!, 0, this.replayLength)
        : upstream!.write(core.out.bytes, 0, core.out.length);
    if (!this.body.done) this.client.holdBody(!fast);
  }

  private armTimeouts(): void {
    const { requestTimeout, backendRequestTimeout } = this.plan!;
    const { timers, options } = this.core;
    let ms = Number.POSITIVE_INFINITY;
    if (requestTimeout > 0 || options.requestTimeout > 0) {
      const whole = Math.min(requestTimeout || ms, options.requestTimeout || ms);
      ms = Math.max(0, this.startedAt + whole - timers.now());
    }
    if (backendRequestTimeout > 0) ms = Math.min(ms, backendRequestTimeout);
    if (ms < Number.POSITIVE_INFINITY) timers.set(this, ms);
  }

  onTimeout(): void {
    if (!this.active) return;
    const { timers, options } = this.core;
    const tooLong = options.requestTimeout > 0 && timers.now() >= this.startedAt + options.requestTimeout;
    if (this.body.done) this.answer(answers.TIMEOUT);
    else this.giveUp(tooLong ? answers.REQUEST_TIMEOUT : answers.TIMEOUT);
  }

  onConnected(): void {
    this.waiting = false;
    this.send();
  }

  onConnectFailed(timedOut: boolean): void {
    this.waiting = false;
    this.connects++;
    const failure = timedOut ? answers.CONNECT_TIMEOUT : answers.BACKEND_UNREACHABLE;
    const answer = this.connects < MAX_CONNECTS ? this.dispatch(false) : failure;
    this.answerIf(answer === answers.BACKEND_UNREACHABLE ? failure : answer);
  }

  onPoolClosed(): void {
    this.waiting = false;
    this.answerIf(this.dispatch(false));
  }

  onUpstreamData(bytes: Uint8Array, start: number, end: number): void {
    this.relay.onData(bytes, start, end);
  }

  onUpstreamDrain(): void {
    if (!this.body.done) this.client.holdBody(false);
  }

  /** A used connection may have been closed by the backend just then: such a request is sent once more if it may be. */
  onUpstreamEnd(broken: boolean): void {
    if (this.reused && this.replayable && !this.retried && !this.relay.started) {
      this.retried = true;
      this.core.retries++;
      this.answerIf(this.dispatch(true));
    } else this.relay.onEnd(broken);
  }

  /** The answer is with the client in full. `reusable`: nothing is left on the backend's connection. */
  responseDone(status: number, reusable: boolean): void {
    const { upstream } = this;
    if (reusable && this.body.done) upstream?.release();
    else upstream?.close(!this.body.done);
    this.finish(status);
  }

  get responseEdit(): HeaderEdit | undefined {
    return this.target?.program.response;
  }

  /** Answers in the backend's stead; a client that has the head of an answer already is cut off. */
  answer(answer: ErrorAnswer): void {
    this.leaveUpstream();
    if (this.relay.headSent) {
      this.cutOff(answer.status);
      return;
    }
    this.keepAlive = this.keepAlive && !this.client.closing && this.mayDrain();
    const { out } = this.core;
    out.clear();
    writeErrorAnswer(this.core, this, answer, this.toHead);
    this.client.write(out.bytes, 0, out.length);
    this.finish(answer.status);
  }

  /** Answers a request whose body never came to its end. */
  giveUp(answer: ErrorAnswer): void {
    this.answer(this.closing(answer));
  }

  private redirect(target: Target, head: RequestHead): void {
    const location = redirectLocation(target.redirect!, {
      scheme: 'http',
      host: head.host,
      path: head.path,
      query: head.query,
      listenerPort: this.listener!.port,
    });
    const { out } = this.core;
    this.keepAlive = this.keepAlive && !this.client.closing && this.mayDrain();
    out.clear();
    const lines = target.program.response?.lines;
    const added = lines === undefined ? '' : latin1(lines, 0, lines.length);
    writeOwnAnswer(this.core, this, target.redirect!.status, `Location: ${location}\r\n${added}`, '', this.toHead);
    this.client.write(out.bytes, 0, out.length);
    this.finish(target.redirect!.status);
  }

  /** Whether the rest of the body is short enough to be read and dropped. A client that waits for 100 may never send it. */
  private mayDrain(): boolean {
    if (this.body.done) return true;
    return !this.expectsContinue && (!this.body.plain || this.body.expected <= MAX_DRAINED);
  }

  /** The answer broke off: the client must not take it for whole. */
  cutOff(status: number): void {
    this.leaveUpstream();
    this.settle(status);
    this.client.abort(true);
  }

  /** The client is gone; so is the request. */
  onClientGone(): void {
    if (!this.active) return;
    this.leaveUpstream();
    this.settle(CLIENT_GONE);
  }

  private finish(status: number): void {
    this.settle(status);
    this.client.finish(this.keepAlive);
  }

  private settle(status: number): void {
    const { timers } = this.core;
    this.active = false;
    this.leaveEndpoint();
    if (this.nextTimed !== undefined) timers.clear(this);
    const duration = timers.now() - this.startedAt;
    this.series.record(status, duration, this.body.received, this.relay.received);
  }

  private leaveUpstream(): void {
    if (this.upstream !== undefined) this.upstream.close(true);
    else if (this.waiting) this.endpoint?.slot?.forget(this);
    this.waiting = false;
  }

  private leaveEndpoint(): void {
    if (this.endpoint === undefined) return;
    this.endpoint.inFlight--;
    this.endpoint = undefined;
  }
}
