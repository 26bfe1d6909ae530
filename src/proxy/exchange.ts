import { asksServer, refusalOf } from './admission.ts';
import { Choice } from './choice.ts';
import { writeChosenAnswer } from './chosen-answer.ts';
import type { Client } from './client.ts';
import type { Core } from './core.ts';
import { Errand } from './errand.ts';
import type { HeaderEdit } from './filters/header-edit.ts';
import { GRPC_HTTP_STATUS, writeGrpcAnswer } from './grpc/grpc-answer.ts';
import { readGrpcTimeout } from './grpc/grpc-timeout.ts';
import { GrpcWeb } from './grpc/grpc-web.ts';
import type { ErrorAnswer } from './http1/error-answer.ts';
import * as answers from './http1/error-answer.ts';
import { NO_CALL } from './http1/grpc-type.ts';
import { isIdempotent } from './http1/methods.ts';
import type { RequestHead } from './http1/request-head.ts';
import type { Peer } from './peer.ts';
import { RequestBody } from './request-body.ts';
import { RequestClock } from './request-clock.ts';
import { RequestRecord } from './request-record.ts';
import { RequestTrail } from './request-trail.ts';
import { writeRequestHead } from './request-writer.ts';
import { ResponseRelay } from './response-relay.ts';
import { bodyLength, type Passage, writeErrorAnswer, writeUpgradeHead } from './response-writer.ts';
import type { Sender } from './sender.ts';

/** Counted for requests whose client went away before the end of the answer; never sent. nginx's number for it. */
const CLIENT_GONE_STATUS = 499;

/**
 * One request and its answer, from the head of the one to the end of the other: its parts each do their work, this says
 * whose turn it is. `Choice` finds the rule and target, `RequestBody` passes the body on, `Errand` goes the way to the
 * backend and `ResponseRelay` the way back, `RequestClock` has an eye on the time, `RequestRecord` keeps what metrics and
 * access log want. One object per client connection, used for one request after another, and so are the parts.
 */
export class Exchange implements Sender, Passage {
  readonly core: Core;
  readonly client: Client;
  readonly body: RequestBody;
  readonly errand: Errand;
  readonly relay: ResponseRelay;
  /** From the head of a request to the end of its answer. */
  active = false;
  version: 10 | 11 | 20 = 11;
  keepAlive = true;
  toHead = false;
  expectsContinue = false;
  /** The client wants to go on as a WebSocket. */
  upgrading = false;
  webSocketKey = '';
  /** A call of gRPC: our own answers are in its form. */
  private grpc = false;
  web: GrpcWeb | undefined = undefined;
  contentType: string | undefined = undefined;
  chunked = false;
  /** Of the present request, where somebody wants to know. */
  trail: RequestTrail | undefined = undefined;
  private ownTrail: RequestTrail | undefined = undefined;
  private readonly choice: Choice;
  private readonly clock: RequestClock;
  private readonly record: RequestRecord;

  constructor(core: Core, client: Client) {
    this.core = core;
    this.client = client;
    this.errand = new Errand(this);
    this.relay = new ResponseRelay(this);
    this.body = new RequestBody(core, client, this.errand);
    this.choice = new Choice(core);
    this.clock = new RequestClock(core, this);
    this.record = new RequestRecord(core, this.clock);
  }

  get unfinished(): boolean {
    return !this.body.done;
  }

  /**
   * Takes the request in `core.request`, whose body begins at `from`; answers it or sends it on, with as much of the body
   * as is there already. The position up to which bytes were used.
   */
  begin(bytes: Uint8Array, from: number, end: number): number {
    const { core, choice } = this;
    this.reset(core.request);
    if (this.upgrading && from < end) this.onBytesAhead();
    const refusal = refusalOf(core);
    if (refusal !== undefined) {
      this.giveUp(refusal);
      return from;
    }
    const failure = asksServer(core.request) ? answers.SERVER_OPTIONS : choice.make(this.client, core.request);
    this.record.series = choice.series;
    if (failure !== undefined) this.answer(failure);
    else if (choice.ownAnswer) this.answerAsChosen();
    else return this.forward(bytes, from, end);
    return from;
  }

  private reset(head: RequestHead): void {
    this.active = true;
    this.version = head.version;
    this.keepAlive = head.keepAlive;
    this.toHead = head.method === 'HEAD';
    this.expectsContinue = head.expectsContinue;
    this.upgrading = head.webSocket;
    this.webSocketKey = head.webSocketKey;
    this.grpc = head.grpc;
    this.web = undefined;
    this.contentType = undefined;
    this.choice.clear();
    this.clock.begin();
    this.trail =
      this.core.watchers === 0 && this.core.debug === undefined ? undefined : this.trails.begin(this.core, head);
    this.record.begin(head, this.client.peer, this.trail);
    this.body.begin(head);
    this.relay.reset();
  }

  /** Where the trails of all its requests are noted. */
  get trails(): RequestTrail {
    this.ownTrail ??= new RequestTrail(this.choice);
    return this.ownTrail;
  }

  /** Bytes that are no request were answered. */
  refused(answer: ErrorAnswer): void {
    if (this.core.watchers === 0) return;
    this.choice.clear();
    this.trail = this.trails;
    this.trail.refused(answer);
  }

  get debugLine(): string | undefined {
    return this.trail?.debugLine;
  }

  private forward(bytes: Uint8Array, from: number, end: number): number {
    const { core, body, errand } = this;
    const { plan, target } = this.choice;
    if (plan!.grpc) this.beginCall(core.request);
    core.out.clear();
    writeRequestHead(core, this.client.peer, target!);
    if (!target!.overridden.requestId) this.record.identify();
    const headLength = core.out.length;
    const at = body.join(bytes, from, end);
    if (at < 0) return this.refuseBody(end);
    const backend = target!.backend!;
    const pinned = this.choice.session?.preferred;
    if (this.upgrading) {
      errand.start(backend, headLength, false, undefined, true, pinned);
      return at;
    }
    const repeatable = isIdempotent(core.request.method);
    errand.start(backend, headLength, repeatable && body.done, plan!.retry, false, pinned);
    if (target!.program.mirrors !== undefined && this.active) this.mirror(repeatable);
    return at;
  }

  private beginCall(head: RequestHead): void {
    this.clock.limit(readGrpcTimeout(head.header('grpc-timeout')));
    if (!this.core.options.grpcWeb || head.call === NO_CALL || head.grpc) return;
    const web = new GrpcWeb(head.call);
    head.translated = true;
    this.body.translate(web, head);
    this.web = web;
    this.grpc = true;
    this.contentType = web.contentType;
  }

  private mirror(repeatable: boolean): void {
    const { core, body, unfinished, toHead } = this;
    body.share(core.mirrors.send(core, this.choice.target!.program.mirrors!, { unfinished, repeatable, toHead }));
  }

  /** Further bytes of the request's body; the position up to which they were used. */
  onRequestData(bytes: Uint8Array, from: number, end: number): number {
    const at = this.body.relay(bytes, from, end);
    return at < 0 ? this.refuseBody(end) : at;
  }

  /** The end of a body that ends by itself (HTTP/2); what it says is {@link RequestBody.finish}'s. */
  onRequestOver(trailed: boolean): 'taken' | 'waits' | 'short' {
    return this.body.finish(trailed);
  }

  /** Whatever follows a body that breaks its coding or is too large can't be told from the next request. */
  private refuseBody(end: number): number {
    this.giveUp(this.body.fault);
    return end;
  }

  /** Whether bytes behind an upgrade are of its protocol, nobody knows when it is refused: they must not become requests. */
  onBytesAhead(): void {
    if (this.upgrading) this.keepAlive = false;
  }

  /** The backend agreed to the upgrade; bytes [start, end) came behind its answer. */
  switchProtocols(bytes: Uint8Array, start: number, end: number): void {
    const { core, client } = this;
    core.out.clear();
    writeUpgradeHead(core, this, this.responseEdit, this.sessionLine());
    client.writeAnswer(core.out.bytes, core.out.length, core.out.length, false);
    const onOver = this.record.detach(101);
    this.settle(101);
    client.startTunnel(this.errand, bytes, start, end, onOver);
  }

  onTry(): void {
    this.record.tried(this.errand.endpoint);
    this.trail?.tried(this.errand.endpoint);
    if (this.relay.started) this.relay.reset();
    this.clock.beginTry(this.choice.plan!);
  }

  onPause(): void {
    this.clock.beginPause(this.choice.plan!);
  }

  onTimeout(): void {
    const { clock, body } = this;
    if (!this.active) return;
    if (clock.left(this.choice.plan!) > 0 && this.errand.tryAgain('timeout')) return;
    if (body.done) this.answer(answers.TIMEOUT);
    else this.giveUp(clock.tooLong ? answers.REQUEST_TIMEOUT : answers.TIMEOUT);
  }

  onFlow(flowing: boolean): void {
    this.client.holdBody(!flowing);
  }

  onAnswerData(bytes: Uint8Array, start: number, end: number): void {
    this.record.heard();
    this.relay.onData(bytes, start, end);
  }

  onAnswerHead(bytes: Uint8Array, start: number, end: number): void {
    this.record.heard();
    this.relay.onReadHead(bytes, start, end);
  }

  onAnswerOver(trailed: boolean): void {
    this.relay.onOver(trailed);
  }

  onAnswerEnd(broken: boolean): void {
    this.relay.onEnd(broken);
  }

  onFailure(answer: ErrorAnswer): void {
    this.answer(answer);
  }

  get peer(): Peer {
    return this.client.peer;
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
    return this.choice.responseEdit;
  }

  /** What the answer that the backend gave tells the client of its session. One that all tries failed with moves none. */
  sessionLine(): string | undefined {
    const { session, target, plan } = this.choice;
    if (session?.preferred !== undefined && plan!.retry?.codes.has(this.core.response.status)) return undefined;
    return session?.line(target!, this.errand.endpoint);
  }

  /** Answers in the backend's stead; a client that has the head of an answer already is cut off. */
  answer(answer: ErrorAnswer): void {
    this.errand.abandon();
    this.record.failed(answer);
    this.trail?.failed(answer);
    if (this.relay.headSent) {
      this.cutOff(answer.status);
      return;
    }
    this.beginAnswer();
    const lines = this.choice.grant?.lines;
    if (this.grpc) {
      writeGrpcAnswer(this.core, this, answer, lines);
      this.flush(GRPC_HTTP_STATUS);
      return;
    }
    writeErrorAnswer(this.core, this, answer, this.toHead, lines);
    if (!this.toHead) this.record.answered(bodyLength(answer));
    this.flush(answer.status);
  }

  /** Answers a request behind which no other can be read, or is wanted. */
  giveUp(answer: ErrorAnswer): void {
    this.keepAlive = false;
    this.answer(answer);
  }

  private answerAsChosen(): void {
    this.beginAnswer();
    if (!this.toHead) this.record.answered(this.choice.ownBytes);
    this.flush(writeChosenAnswer(this.core, this, this.choice, this.client.peer, this.toHead));
  }

  /** An answer of our own, before the rest of the request may be here. A client that waits for 100 may never send it. */
  private beginAnswer(): void {
    const { body } = this;
    this.keepAlive &&= !this.client.closing && (body.done || (!this.expectsContinue && body.drainable));
    this.core.out.clear();
  }

  private flush(status: number): void {
    const { out } = this.core;
    this.client.writeAnswer(out.bytes, out.headEnd, out.length, true);
    this.finish(status);
  }

  /** The answer broke off: the client must not take it for whole. */
  cutOff(status: number): void {
    this.errand.abandon();
    this.record.cutOff();
    this.settle(status);
    this.client.abort(true);
  }

  /** The client is gone; so is the request. */
  onClientGone(): void {
    if (!this.active) return;
    this.errand.abandon();
    this.record.clientGone();
    this.settle(CLIENT_GONE_STATUS);
  }

  private finish(status: number): void {
    this.settle(status);
    this.client.finish(this.keepAlive);
  }

  private settle(status: number): void {
    this.active = false;
    this.clock.stop();
    this.body.leave();
    this.record.end(status, this.body.received, this.relay.received);
  }
}
