import type { Listener } from '../ir/index.ts';
import type { Entry } from '../router/index.ts';
import type { Client } from './client.ts';
import { isSecure } from './client-scheme.ts';
import type { Core } from './core.ts';
import { type CorsGrant, isPreflight } from './filters/cors.ts';
import type { HeaderEdit } from './filters/header-edit.ts';
import type { ErrorAnswer } from './http1/error-answer.ts';
import * as answers from './http1/error-answer.ts';
import type { RequestHead } from './http1/request-head.ts';
import { type Plan, pickTarget, type Target } from './plan.ts';
import { Pin } from './session/pin.ts';
import type { SessionPlan } from './session/session-plan.ts';
import type { RequestSeries } from './telemetry/request-series.ts';

/** What the configuration makes of one request: its rule, and the share of the rule that it falls to. */
export class Choice {
  /** The match that got the request. */
  entry: Entry<Plan> | undefined = undefined;
  plan: Plan | undefined = undefined;
  listener: Listener | undefined = undefined;
  target: Target | undefined = undefined;
  /** What a page of another origin may see of the answer. */
  grant: CorsGrant | undefined = undefined;
  /** A browser asks what it may ask for; no backend hears of it. */
  preflight = false;
  /** Of a rule that has sessions: the one that the request belongs to, or begins. */
  session: Pin | undefined = undefined;
  private readonly core: Core;
  private pin: Pin | undefined = undefined;

  constructor(core: Core) {
    this.core = core;
  }

  clear(): void {
    this.entry = undefined;
    this.plan = undefined;
    this.target = undefined;
    this.grant = undefined;
    this.preflight = false;
    this.session = undefined;
  }

  /** Chooses for the request in `core.request`; the answer, where it is an error. */
  make(client: Client, head: RequestHead): ErrorAnswer | undefined {
    const outcome = client.route(head);
    if (outcome === 'no-listener') return answers.NO_LISTENER;
    if (outcome === 'no-route') return answers.NO_ROUTE;
    if (outcome === 'misdirected') return answers.MISDIRECTED;
    if (outcome === 'too-costly') return answers.TOO_COSTLY;
    this.entry = outcome;
    this.plan = outcome.action;
    this.listener = outcome.listener;
    const { session } = outcome.action;
    const target = (session && this.pinned(session, client, head)) ?? pickTarget(outcome.action);
    this.target = target;
    if (target.program.cors !== undefined) this.seeOrigin(head);
    return this.preflight ? undefined : target.failure;
  }

  private pinned(session: SessionPlan, { peer }: Client, head: RequestHead): Target | undefined {
    this.pin ??= new Pin(this.core);
    this.session = this.pin;
    return this.pin.find(session, head, isSecure(head, peer));
  }

  private seeOrigin(head: RequestHead): void {
    const origin = head.header('origin');
    if (origin === undefined) return;
    this.grant = this.target!.program.cors!.grantOf(origin);
    this.preflight = isPreflight(head);
  }

  /** Where the request is counted. */
  get series(): RequestSeries {
    const { target, core } = this;
    return target === undefined ? core.unrouted : target.series(this.listener!, core.metrics);
  }

  /** No backend is asked: see `chosen-answer.ts`. */
  get ownAnswer(): boolean {
    return this.preflight || this.target!.redirect !== undefined || this.target!.direct !== undefined;
  }

  /** Of the body of an answer that asks no backend, in bytes. */
  get ownBytes(): number {
    return this.preflight ? 0 : (this.target!.direct?.body.length ?? 0);
  }

  /** What filters do to the head of the answer. */
  get responseEdit(): HeaderEdit | undefined {
    return this.grant === undefined ? this.target?.program.response : this.grant.edit;
  }
}
