import type { Core } from '../core.ts';
import { Stash } from '../stash.ts';
import type { Timed } from '../timers.ts';
import { type Pool, type PooledEndpoint, poolOf } from '../upstream/pool.ts';
import type { ConnectFailure, Upstream, UpstreamUser } from '../upstream/upstream.ts';
import type { MirrorTally } from './mirror-tally.ts';
import { type Progress, UnwantedAnswer } from './unwanted-answer.ts';

/** What is known of a request whose copy is sent. */
export interface Original {
  /** More of its body is to come. */
  readonly unfinished: boolean;
  /** Its method is idempotent. */
  readonly repeatable: boolean;
  readonly toHead: boolean;
}

/** How long the answer to a mirrored request is waited for, from the request's end to its own; ms. */
const ANSWER_TIME = 10_000;
/** Bytes that one backend may be behind, and all of them together; who is further behind is given up. */
const MAX_BEHIND = 1_048_576;
const MAX_BEHIND_IN_ALL = 33_554_432;

/**
 * The copy of one request on its way to one endpoint. Whatever happens to it, the request itself never hears of it. Used
 * for one request after another.
 */
export class MirroredRequest implements UpstreamUser, Timed {
  nextTimed: Timed | undefined = undefined;
  prevTimed: Timed | undefined = undefined;
  dueTick = 0;
  slotTick = 0;
  upstream: Upstream | undefined = undefined;
  /** Whose request it copies still gives it bytes. */
  fed = false;
  running = false;
  tally: MirrorTally;
  /** Name of the Backend. */
  backend = '';
  private readonly core: Core;
  private readonly answer = new UnwantedAnswer();
  /** What waits for a connection, or may be sent a second time. */
  private readonly stash = new Stash();
  private endpoint: PooledEndpoint | undefined = undefined;
  private pool: Pool | undefined = undefined;
  private waiting = false;
  private unfinished = false;
  private replayable = false;
  private reused = false;
  /** Bytes counted as behind in `core.mirrors`. */
  private behind = 0;

  constructor(core: Core, tally: MirrorTally) {
    this.core = core;
    this.tally = tally;
  }

  /** Sends what stands in the output buffer to an endpoint of its backend. */
  begin({ unfinished, repeatable, toHead }: Original): void {
    this.running = true;
    this.fed = unfinished;
    this.unfinished = unfinished;
    this.replayable = repeatable && !unfinished;
    this.answer.begin(toHead);
    if (!unfinished) this.core.timers.set(this, ANSWER_TIME);
    const { out } = this.core;
    this.stash.append(out.bytes, 0, out.length);
    this.dispatch(false);
  }

  private dispatch(fresh: boolean): void {
    const { core } = this;
    const cluster = core.clusters.get(this.backend);
    const endpoint = cluster?.endpoints.pick(core.options.balancing);
    if (cluster === undefined || endpoint === undefined) {
      this.end('failed');
      return;
    }
    endpoint.enter();
    this.endpoint = endpoint;
    this.pool = poolOf(core, endpoint, cluster.way);
    const acquired = this.pool.acquire(this, fresh);
    this.waiting = acquired === 'pending';
    if (acquired === 'ready') this.flush();
    // Not even a place in the queue is taken from requests that somebody waits for; of HTTP/2 all wait for one connection.
    else if (acquired === 'overflow' || (this.upstream === undefined && !this.pool.multiplexed)) this.end('refused');
    else this.charge();
  }

  /** Further bytes of the request's body; `unfinished`: others follow. */
  write(bytes: Uint8Array, start: number, end: number, unfinished: boolean): void {
    if (!this.running) return;
    this.unfinished = unfinished;
    if (!unfinished) this.core.timers.set(this, ANSWER_TIME);
    if (this.waiting) this.stash.append(bytes, start, end);
    else if (end > start) this.upstream!.write(bytes, start, end);
    this.charge();
  }

  private flush(): void {
    const { stash, upstream } = this;
    this.reused = upstream!.served > 0;
    upstream!.write(stash.bytes, stash.start, stash.end);
    if (!this.replayable) stash.clear();
    this.charge();
  }

  /** Counts what its backend has not taken. */
  private charge(): void {
    const { mirrors } = this.core;
    const behind = this.waiting ? this.stash.length : (this.upstream?.pending ?? 0);
    mirrors.behind += behind - this.behind;
    this.behind = behind;
    if (behind > MAX_BEHIND || mirrors.behind > MAX_BEHIND_IN_ALL) this.end('slow');
  }

  onConnected(): void {
    this.waiting = false;
    this.flush();
  }

  onConnectFailed(_why: ConnectFailure): void {
    this.end('failed');
  }

  /** It waits for the connections of others in HTTP/2 alone. */
  onPoolClosed(): void {
    this.end('failed');
  }

  onUpstreamData(bytes: Uint8Array, start: number, end: number): void {
    this.heard(this.answer.take(this.core.response, bytes, start, end));
  }

  private heard(progress: Progress): void {
    if (progress === 'more') return;
    const sent = !this.unfinished && this.upstream?.pending === 0;
    this.end(progress === 'whole' ? 'answered' : 'failed', sent && this.answer.reusable);
  }

  /** A head that was read elsewhere: its content is all that is left to read. */
  onUpstreamHead(bytes: Uint8Array, start: number, end: number): void {
    this.heard(this.answer.takeHead(this.core.response, bytes, start, end));
  }

  onUpstreamOver(_trailed: boolean): void {
    this.heard(this.answer.finish());
  }

  onUpstreamDrain(): void {
    this.charge();
  }

  /** A backend may close a used connection just when a request is sent on it. */
  onUpstreamEnd(broken: boolean): void {
    if (!this.reused || !this.replayable || this.answer.started) {
      this.end(!broken && this.answer.endsWithConnection() ? 'answered' : 'failed');
      return;
    }
    this.replayable = false;
    this.leaveEndpoint();
    this.dispatch(true);
  }

  /** No answer in time. */
  onTimeout(): void {
    this.end('timeout');
  }

  /** Nothing more of the request comes: all of it was written, or it broke off. */
  leave(): void {
    this.fed = false;
    if (!this.running) this.core.mirrors.keep(this);
    else if (this.unfinished) this.end('cut');
  }

  /** `reusable`: nothing of either message is left on the connection. */
  end(result: keyof MirrorTally['results'], reusable = false): void {
    if (!this.running) return;
    this.running = false;
    const { core, upstream } = this;
    if (this.nextTimed !== undefined) core.timers.clear(this);
    if (this.waiting && upstream === undefined) this.pool?.forget(this);
    this.waiting = false;
    this.leaveEndpoint();
    core.mirrors.behind -= this.behind;
    this.behind = 0;
    this.stash.clear();
    if (reusable) upstream?.release();
    else upstream?.close(true);
    core.mirrors.ended(this, result);
  }

  private leaveEndpoint(): void {
    if (this.endpoint === undefined) return;
    this.endpoint.leave();
    this.endpoint = undefined;
  }
}
