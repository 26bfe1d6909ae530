import type { Asked, LogEntry } from './access-log/log-entry.ts';
import { CLIENT_GONE, CUT_OFF, outcomeOf } from './access-log/outcomes.ts';
import type { Core } from './core.ts';
import type { ErrorAnswer } from './http1/error-answer.ts';
import type { RequestHead } from './http1/request-head.ts';
import type { Peer } from './peer.ts';
import type { RequestClock } from './request-clock.ts';
import type { RequestSeries } from './telemetry/request-series.ts';
import type { TunnelEnd } from './tunnel.ts';

/** What remains of one request: its series in the metrics and, where there is an access log, its line. */
export class RequestRecord {
  /** Where it is counted. */
  series: RequestSeries;
  private readonly core: Core;
  private readonly clock: RequestClock;
  private entry: LogEntry | undefined = undefined;

  constructor(core: Core, clock: RequestClock) {
    this.core = core;
    this.clock = clock;
    this.series = core.unrouted;
  }

  begin(head: RequestHead, peer: Peer): void {
    this.series = this.core.unrouted;
    this.entry = this.core.accessLog?.open(head, peer);
  }

  /** It was given the id that was made last. */
  identify(): void {
    if (this.entry !== undefined) this.core.accessLog!.identify(this.entry, this.core.requestIds);
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
    if (this.entry === undefined) return;
    this.core.accessLog!.close(this.entry, this.series, status, ms, received, sent);
    this.entry = undefined;
  }

  /** It goes on as a tunnel, at whose end its line is written. */
  detach(status: number): TunnelEnd | undefined {
    const { entry, series, core } = this;
    if (entry === undefined) return undefined;
    this.entry = undefined;
    const startedAt = core.timers.now() - this.clock.elapsed;
    return (toBackend, toClient) => {
      core.accessLog!.close(entry, series, status, core.timers.now() - startedAt, toBackend, toClient);
    };
  }
}
