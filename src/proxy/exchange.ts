import type { Listener, Redirect } from '../ir/index.ts';
import type { LogEntry } from './access-log/log-entry.ts';
import { CLIENT_GONE, CUT_OFF, outcomeOf } from './access-log/outcomes.ts';
import { asksServer, refusalOf } from './admission.ts';
import type { Client } from './client.ts';
import type { Core } from './core.ts';
import { Errand, type Sender } from './errand.ts';
import { type CorsGrant, type CorsProgram, isPreflight } from './filters/cors.ts';
import type { HeaderEdit } from './filters/header-edit.ts';
import { BodyReader } from './http1/body.ts';
import type { ErrorAnswer } from './http1/error-answer.ts';
import * as answers from './http1/error-answer.ts';
import { CHUNKED } from './http1/framing.ts';
import { isIdempotent } from './http1/methods.ts';
import type { RequestHead } from './http1/request-head.ts';
import type { MirroredRequest } from './mirror/mirrored-request.ts';
import { type Plan, pickTarget, type Target } from './plan.ts';
import { writeRedirect } from './redirect-answer.ts';
import { writeRequestHead } from './request-writer.ts';
import { ResponseRelay } from './response-relay.ts';
import { bodyLength, type Passage, writeErrorAnswer, writeOwnAnswer, writeUpgradeHead } from './response-writer.ts';
import type { RequestSeries } from './telemetry/metrics.ts';
import type { Timed } from './timers.ts';
import type { TunnelEnd } from './tunnel.ts';

/** What is read and dropped of a body that nobody wants, to keep the connection; in bytes. */
export const MAX_DRAINED = 65_536;
/** Counted for requests whose client went away before the end of the answer; never sent. nginx's number for it. */
const CLIENT_GONE_STATUS = 499;

/**
 * One request and its answer: chooses what to do with it, sees its body and its time through, and answers itself where no
 * backend does. The way to the backend is the `Errand`'s affair, the way back the `ResponseRelay`'s. One object per
 * client connection, used for one request after another.
 */
export class Exchange implements Sender, Timed, Passage {
  nextTimed: Timed | undefined = undefined;
  prevTimed: Timed | undefined = undefined;
  dueTick = 0;
  slotTick = 0;
  readonly core: Core;
  readonly client: Client;
  readonly body = new BodyReader();
  readonly errand: Errand;
  readonly relay: ResponseRelay;
  /** From the head of a request to the end of its answer. */
  active = false;
  minor: 0 | 1 = 1;
  keepAlive = true;
  toHead = false;
  expectsContinue = false;
  /** The client wants to go on as a WebSocket. */
  upgrading = false;
  chunked = false;
  private plan: Plan | undefined = undefined;
  private target: Target | undefined = undefined;
  private listener: Listener | undefined = undefined;
  /** What a page of another origin may see of the answer. */
  private grant: CorsGrant | undefined = undefined;
  /** Copies of the request that want the rest of its body. */
  private copies: readonly MirroredRequest[] | undefined = undefined;
  private series: RequestSeries;
  /** Only where there is an access log. */
  private entry: LogEntry | undefined = undefined;
  private startedAt = 0;

  constructor(core: Core, client: Client) {
    this.core = core;
    this.client = client;
    this.series = core.unrouted;
    this.errand = new Errand(this);
    this.relay = new ResponseRelay(this);
  }

  get unfinished(): boolean {
    return !this.body.done;
  }

  /**
   * Takes the request in `core.request`, whose body begins at `from`; answers it or sends it on, with as much of the body
   * as is there already. The position up to which bytes were used.
   */
  begin(bytes: Uint8Array, from: number, end: number): number {
    const { core } = this;
    const head = core.request;
    this.reset(head);
    if (this.upgrading && from < end) this.onBytesAhead();
    const refusal = refusalOf(core);
    if (refusal !== undefined) {
      this.giveUp(refusal);
      return from;
    }
    const answer = asksServer(head) ? answers.SERVER_OPTIONS : this.choose(head);
    const cors = this.target?.program.cors;
    if (cors !== undefined && this.answersPreflight(cors, head)) return from;
    if (answer !== undefined) {
      this.answer(answer);
      return from;
    }
    const target = this.target!;
    if (target.redirect !== undefined) {
      this.redirect(target.redirect);
      return from;
    }
    core.out.clear();
    writeRequestHead(core, this.client.peer, target);
    if (this.entry !== undefined && !target.overridden.requestId) core.accessLog!.identify(this.entry, core.requestIds);
    return this.send(target, bytes, from, end);
  }

  private reset(head: RequestHead): void {
    this.active = true;
    this.minor = head.minor;
    this.keepAlive = head.keepAlive;
    this.toHead = head.method === 'HEAD';
    this.expectsContinue = head.expectsContinue;
    this.upgrading = head.webSocket;
    this.target = undefined;
    this.plan = undefined;
    this.grant = undefined;
    this.series = this.core.unrouted;
    this.startedAt = this.core.timers.now();
    this.entry = this.core.accessLog?.open(head, this.client.peer);
    this.body.begin(head.framing, head.contentLength);
    this.relay.reset();
  }

  private choose(head: RequestHead): ErrorAnswer | undefined {
    const outcome = this.client.route(head);
    if (outcome === 'no-listener') return answers.NO_LISTENER;
    if (outcome === 'no-route') return answers.NO_ROUTE;
    if (outcome === 'too-costly') return answers.TOO_COSTLY;
    this.plan = outcome.action;
    this.listener = outcome.listener;
    this.target = pickTarget(outcome.action);
    this.series = this.target.series(outcome.listener, this.core.metrics);
    return this.target.failure;
  }

  /** Sees who asks, and answers what a browser asks beforehand. */
  private answersPreflight(cors: CorsProgram, head: RequestHead): boolean {
    const origin = head.header('origin');
    if (origin === undefined) return false;
    this.grant = cors.grantOf(origin);
    if (!isPreflight(head)) return false;
    this.beginAnswer();
    writeOwnAnswer(this.core, this, 204, cors.preflightLines(this.grant, head), '', false);
    this.flush(204);
    return true;
  }

  private send({ backend, program }: Target, bytes: Uint8Array, from: number, end: number): number {
    const { out, request } = this.core;
    const headLength = out.length;
    const replayable = isIdempotent(request.method);
    let at = from;
    if (this.unfinished) {
      this.client.touch();
      at = this.body.relay(bytes, from, end, out, request.framing === CHUNKED);
      if (this.isBroken(at)) return end;
    }
    if (this.upgrading) {
      this.errand.start(backend!, headLength, false, undefined, true);
      return at;
    }
    this.errand.start(backend!, headLength, replayable && this.body.done, this.plan!.retry);
    if (program.mirrors !== undefined && this.active) {
      const original = { unfinished: this.unfinished, repeatable: replayable, toHead: this.toHead };
      this.copies = this.core.mirrors.send(this.core, program.mirrors, original);
    }
    return at;
  }

  /** Further bytes of the request's body; the position up to which they were used. */
  onRequestData(bytes: Uint8Array, from: number, end: number): number {
    const { errand, body, core } = this;
    if (!errand.open) return from;
    this.client.touch();
    let at: number;
    let flowing: boolean;
    if (body.plain) {
      at = body.take(from, end);
      flowing = errand.write(bytes, from, at);
      if (this.copies !== undefined) this.copyBody(bytes, from, at);
    } else {
      core.out.clear();
      at = body.relay(bytes, from, end, core.out, true);
      if (this.isBroken(at)) return end;
      flowing = errand.write(core.out.bytes, 0, core.out.length);
      if (this.copies !== undefined) this.copyBody(core.out.bytes, 0, core.out.length);
    }
    if (!flowing && this.unfinished) this.client.holdBody(true);
    return at;
  }

  /** Whether bytes behind an upgrade are of its protocol, nobody knows when it is refused: they must not become requests. */
  onBytesAhead(): void {
    if (this.upgrading) this.keepAlive = false;
  }

  /** The backend agreed to the upgrade; bytes [start, end) came behind its answer. */
  switchProtocols(bytes: Uint8Array, start: number, end: number): void {
    const { core, client } = this;
    core.out.clear();
    writeUpgradeHead(core, this.responseEdit);
    client.write(core.out.bytes, 0, core.out.length);
    const onOver = this.logsTunnel();
    this.settle(101);
    client.startTunnel(this.errand, bytes, start, end, onOver);
  }

  /** The line of a tunnel is written at its end. */
  private logsTunnel(): TunnelEnd | undefined {
    const { entry, series, startedAt, core } = this;
    if (entry === undefined) return undefined;
    this.entry = undefined;
    return (toBackend, toClient) => {
      core.accessLog!.close(entry, series, 101, core.timers.now() - startedAt, toBackend, toClient);
    };
  }

  private copyBody(bytes: Uint8Array, start: number, end: number): void {
    for (const copy of this.copies!) copy.write(bytes, start, end, this.unfinished);
  }

  /** Answers a body that breaks its coding or is too large: whatever follows can't be told from the next request. */
  private isBroken(position: number): boolean {
    const { maxBodyBytes } = this.core.options;
    const tooLarge = maxBodyBytes > 0 && this.body.received > maxBodyBytes;
    if (position >= 0 && !tooLarge) return false;
    this.giveUp(tooLarge ? answers.BODY_TOO_LARGE : answers.MALFORMED_REQUEST);
    return true;
  }

  /** Timeouts of the rule and of the proxy: those of the request run on, that of the backend starts with every try. */
  onTry(): void {
    const { backendRequestTimeout } = this.plan!;
    if (this.entry !== undefined) this.entry.tried(this.errand.endpoint, this.core.timers.now());
    if (this.relay.started) this.relay.reset();
    let ms = this.timeLeft();
    if (backendRequestTimeout > 0) ms = Math.min(ms, backendRequestTimeout);
    if (ms < Number.POSITIVE_INFINITY) this.core.timers.set(this, ms);
  }

  onPause(): void {
    const ms = this.timeLeft();
    if (ms < Number.POSITIVE_INFINITY) this.core.timers.set(this, ms);
    else if (this.nextTimed !== undefined) this.core.timers.clear(this);
  }

  /** Of the time for the whole request; ms. */
  private timeLeft(): number {
    const { requestTimeout } = this.plan!;
    const { timers, options } = this.core;
    if (requestTimeout === 0 && options.requestTimeout === 0) return Number.POSITIVE_INFINITY;
    const whole = Math.min(
      requestTimeout || Number.POSITIVE_INFINITY,
      options.requestTimeout || Number.POSITIVE_INFINITY,
    );
    return Math.max(0, this.startedAt + whole - timers.now());
  }

  onTimeout(): void {
    if (!this.active) return;
    if (this.timeLeft() > 0 && this.errand.tryAgain('timeout')) return;
    const { timers, options } = this.core;
    const tooLong = options.requestTimeout > 0 && timers.now() >= this.startedAt + options.requestTimeout;
    if (this.body.done) this.answer(answers.TIMEOUT);
    else this.giveUp(tooLong ? answers.REQUEST_TIMEOUT : answers.TIMEOUT);
  }

  onFlow(flowing: boolean): void {
    this.client.holdBody(!flowing);
  }

  onAnswerData(bytes: Uint8Array, start: number, end: number): void {
    if (this.entry !== undefined) this.entry.heard(this.core.timers.now());
    this.relay.onData(bytes, start, end);
  }

  onAnswerEnd(broken: boolean): void {
    this.relay.onEnd(broken);
  }

  onFailure(answer: ErrorAnswer): void {
    this.answer(answer);
  }

  /** The answer is with the client in full. `reusable`: nothing is left on the backend's connection. */
  responseDone(status: number, reusable: boolean): void {
    this.errand.complete(reusable && this.body.done);
    this.finish(status);
  }

  get answering(): boolean {
    return this.relay.passedOn;
  }

  get responseEdit(): HeaderEdit | undefined {
    return this.grant === undefined ? this.target?.program.response : this.grant.edit;
  }

  /** Answers in the backend's stead; a client that has the head of an answer already is cut off. */
  answer(answer: ErrorAnswer): void {
    this.errand.abandon();
    if (this.entry !== undefined) this.entry.outcome |= outcomeOf(answer);
    if (this.relay.headSent) {
      this.cutOff(answer.status);
      return;
    }
    this.beginAnswer();
    writeErrorAnswer(this.core, this, answer, this.toHead, this.grant?.lines);
    if (this.entry !== undefined && !this.toHead) this.entry.ownBytes = bodyLength(answer);
    this.flush(answer.status);
  }

  /** Answers a request behind which no other can be read, or is wanted. */
  giveUp(answer: ErrorAnswer): void {
    this.keepAlive = false;
    this.answer(answer);
  }

  private redirect(redirect: Redirect): void {
    this.beginAnswer();
    writeRedirect(this.core, this, redirect, this.responseEdit, this.listener!, this.toHead);
    this.flush(redirect.status);
  }

  /** An answer of our own, before the rest of the request may be here. */
  private beginAnswer(): void {
    this.keepAlive &&= !this.client.closing && this.mayDrain();
    this.core.out.clear();
  }

  private flush(status: number): void {
    const { out } = this.core;
    this.client.write(out.bytes, 0, out.length);
    this.finish(status);
  }

  /** Whether the rest of the body is short enough to be read and dropped. A client that waits for 100 may never send it. */
  private mayDrain(): boolean {
    if (this.body.done) return true;
    return !this.expectsContinue && (!this.body.plain || this.body.expected <= MAX_DRAINED);
  }

  /** The answer broke off: the client must not take it for whole. */
  cutOff(status: number): void {
    this.errand.abandon();
    if (this.entry !== undefined) this.entry.outcome |= CUT_OFF;
    this.settle(status);
    this.client.abort(true);
  }

  /** The client is gone; so is the request. */
  onClientGone(): void {
    if (!this.active) return;
    this.errand.abandon();
    if (this.entry !== undefined) this.entry.outcome |= CLIENT_GONE;
    this.settle(CLIENT_GONE_STATUS);
  }

  private finish(status: number): void {
    this.settle(status);
    this.client.finish(this.keepAlive);
  }

  private settle(status: number): void {
    const { timers } = this.core;
    this.active = false;
    if (this.nextTimed !== undefined) timers.clear(this);
    if (this.copies !== undefined) this.leaveCopies();
    const ms = timers.now() - this.startedAt;
    this.series.record(status, ms, this.body.received, this.relay.received);
    if (this.entry === undefined) return;
    this.core.accessLog!.close(this.entry, this.series, status, ms, this.body.received, this.relay.received);
    this.entry = undefined;
  }

  private leaveCopies(): void {
    for (const copy of this.copies!) copy.leave();
    this.copies = undefined;
  }
}
