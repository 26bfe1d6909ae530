import { clientAddress } from '../client-address.ts';
import type { ErrorAnswer } from '../http1/error-answer.ts';
import type { RequestHead } from '../http1/request-head.ts';
import type { Peer } from '../peer.ts';
import type { RequestIds } from '../request-ids.ts';
import { bodyLength } from '../response-writer.ts';
import type { RequestLabels } from '../telemetry/request-counts.ts';
import type { RequestSeries } from '../telemetry/request-series.ts';
import type { Trust } from '../trust.ts';
import { type ConnectionLine, jsonConnectionLine, textConnectionLine } from './connection-lines.ts';
import type { EndedConnection } from './ended-connection.ts';
import { jsonLines } from './json-lines.ts';
import type { Ending, LineFormat } from './line-format.ts';
import { LineQueue } from './line-queue.ts';
import { LogEntry } from './log-entry.ts';
import { findFields } from './logged-fields.ts';
import { CLIENT_GONE, DRAINED, outcomeOf } from './outcomes.ts';
import { type LogTurn, openSink, type Sink } from './sink.ts';
import { textLines } from './text-lines.ts';

export interface AccessLogOptions {
  readonly format: 'json' | 'text';
  /** A file that is appended to; the standard output without one. */
  readonly path?: string;
}

/** Entries that are kept for later requests, and the bytes that such a one may hold. */
const MAX_KEPT = 1_024;
const MAX_KEPT_BYTES = 4_096;

interface Described extends Ending {
  status: number;
  durationMs: number;
  received: number;
  sent: number;
  labels: Uint8Array;
}

/** Whatever is counted under labels. */
interface Labelled {
  readonly labels: RequestLabels;
  /** Room for the labels as the log has them. */
  logged: Uint8Array | undefined;
}

/** One line for each request, when it ends. Writing is not waited for by anybody. */
export class AccessLog {
  readonly queue: LineQueue;
  /** Whatever is under way is being cut off. */
  cutting = false;
  private readonly format: LineFormat;
  private readonly connectionLine: ConnectionLine;
  private readonly trust: Trust;
  private readonly kept: LogEntry[] = [];
  private readonly ending: Described = { status: 0, durationMs: 0, received: 0, sent: 0, labels: Buffer.alloc(0) };

  constructor({ format, path }: AccessLogOptions, trust: Trust, turn?: LogTurn, sink: Sink = openSink(path, turn)) {
    this.format = format === 'json' ? jsonLines : textLines;
    this.connectionLine = format === 'json' ? jsonConnectionLine : textConnectionLine;
    this.trust = trust;
    this.queue = new LineQueue(sink, (out, lines) => this.format.gap(out, lines, Date.now()));
  }

  /** A request begins, whose head is there as yet. */
  open(head: RequestHead, peer: Peer): LogEntry {
    const entry = this.kept.pop() ?? new LogEntry();
    entry.reset();
    const found = findFields(head, peer);
    entry.identified = found.requestId >= 0;
    this.format.request(entry.text, head, clientAddress(head, peer, this.trust), found);
    return entry;
  }

  /** The request was given the id that was made last. */
  identify(entry: LogEntry, ids: RequestIds): void {
    this.format.requestId(entry.text, ids);
  }

  /** The request is over. The entry belongs to others from now on. */
  close(
    entry: LogEntry,
    series: RequestSeries,
    status: number,
    durationMs: number,
    received: number,
    sent: number,
  ): void {
    const out = this.queue.room();
    if (out !== undefined) {
      const { ending } = this;
      if (this.cutting) entry.outcome = (entry.outcome & ~CLIENT_GONE) | DRAINED;
      ending.status = status;
      ending.durationMs = durationMs;
      ending.received = received;
      ending.sent = sent + entry.ownBytes;
      series.logged ??= this.format.labels(series.labels);
      ending.labels = series.logged;
      this.format.line(out, entry.text, entry, ending, Date.now());
      this.queue.added();
    }
    if (this.kept.length < MAX_KEPT && entry.text.out.bytes.length <= MAX_KEPT_BYTES) this.kept.push(entry);
  }

  /** A connection or flow is over that no HTTP was spoken on. */
  connection(ended: EndedConnection, series: Labelled): void {
    const out = this.queue.room();
    if (out === undefined) return;
    series.logged ??= this.format.labels(series.labels);
    this.connectionLine(out, ended, series.logged, Date.now());
    this.queue.added();
  }

  /** Bytes that were no request were answered. What they were is not said: they may be anything. */
  refused(peer: Peer, series: RequestSeries, answer: ErrorAnswer): void {
    const entry = this.kept.pop() ?? new LogEntry();
    entry.reset();
    this.format.refused(entry.text, peer.address);
    entry.outcome = outcomeOf(answer);
    entry.ownBytes = bodyLength(answer);
    this.close(entry, series, answer.status, 0, 0, 0);
  }
}
