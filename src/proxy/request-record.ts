import type { Asked, LogEntry } from './access-log/log-entry.ts';
import { CLIENT_GONE, CUT_OFF, outcomeOf } from './access-log/outcomes.ts';
import type { Core } from './core.ts';
import type { ErrorAnswer } from './http1/error-answer.ts';
import type { RequestHead } from './http1/request-head.ts';
import type { Peer } from './peer.ts';
import type { RequestClock } from './request-clock.ts';
import type { RequestTrail } from './request-trail.ts';
import type { Ended, Knowing } from './tail/tail.ts';
import type { RequestSeries } from './telemetry/request-series.ts';
import type { TunnelEnd } from './tunnel.ts';

/** What remains of one request: its series in the metrics and, where there is an access log or somebody looks on, its line. */
export class RequestRecord {
  /** Where it is counted. */
  series: RequestSeries;
  private readonly core: Core;
  private readonly clock: RequestClock;
  private entry: LogEntry | undefined = undefined;
  private trail: RequestTrail | undefined = undefined;

  constructor(core: Core, clock: RequestClock) {
    this.core = core;
    this.clock = clock;
    this.series = core.unrouted;
  }

  /** `trail`: where somebody wants to know what it meets. */
  begin(head: RequestHead, peer: Peer, trail: RequestTrail | undefined): void {
    const { core } = this;
    this.series = core.unrouted;
    this.trail = trail;
    this.entry = core.accessLog?.open(head, peer);
    if (trail !== undefined && core.tail.on) this.entry = core.tail.open(head, peer, this.entry);
  }

  /** It was given the id that was made last. */
  identify(): void {
    const { entry, core } = this;
    if (entry === undefined || entry.identified) return;
    core.accessLog?.identify(entry, core.requestIds);
    if (entry.tailed !== undefined) core.tail.identify(entry.tailed, core.requestIds);
    entry.identified = true;
  }

  tried(endpoint: Asked | undefined): void {
    if (this.entry !== undefined) this.entry.tried(endpoint, this.core.timers.now());
  }

  /** Something of the backend's answer is here. */
  heard(): void {
    if (this.entry !== undefined) this.entry.heard(this.core.timers.now());
  }

  failed(answer: ErrorAnswer): void {
    if (this.entry !== undefined) this.entry.outcome |= outcomeOf(answer);
  }

  /** The answer is our own, with a body of so many bytes. */
  answered(bytes: number): void {
    if (this.entry !== undefined) this.entry.ownBytes = bytes;
  }

  cutOff(): void {
    if (this.entry !== undefined) this.entry.outcome |= CUT_OFF;
  }

  clientGone(): void {
    if (this.entry !== undefined) this.entry.outcome |= CLIENT_GONE;
  }

  /** It is over; bytes of its body and of that of the answer. */
  end(status: number, received: number, sent: number): void {
    const ms = this.clock.elapsed;
    this.series.record(status, ms, received, sent);
    const { entry, core, series } = this;
    if (entry === undefined) return;
    this.entry = undefined;
    if (entry.tailed !== undefined) show(core, entry, series, this.trail!, { status, durationMs: ms, received, sent });
    core.accessLog?.close(entry, series, status, ms, received, sent);
  }

  /** It goes on as a tunnel, at whose end its line is written. */
  detach(status: number): TunnelEnd | undefined {
    const { entry, series, core } = this;
    if (entry === undefined) return undefined;
    this.entry = undefined;
    const startedAt = core.timers.now() - this.clock.elapsed;
    const facts = entry.tailed && this.trail!.facts();
    return (toBackend, toClient) => {
      const ms = core.timers.now() - startedAt;
      const ended = { status, durationMs: ms, received: toBackend, sent: toClient };
      if (facts !== undefined) show(core, entry, series, { facts: () => facts }, ended);
      core.accessLog?.close(entry, series, status, ms, toBackend, toClient);
    };
  }
}

/** Tells those who look on. */
function show(core: Core, entry: LogEntry, series: RequestSeries, known: Knowing, ended: Ended): void {
  const ending = { ...ended, sent: ended.sent + entry.ownBytes };
  core.tail.close(entry.tailed!, entry, series.labels.route, known, ending);
  entry.tailed = undefined;
}
