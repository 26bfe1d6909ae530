import { ENHANCE_YOUR_CALM, FLOW_CONTROL_ERROR, NO_ERROR, PROTOCOL_ERROR, STREAM_CLOSED } from './error-codes.ts';
import { END_STREAM } from './frames.ts';
import type { Http2Stream } from './http2-stream.ts';
import type { IdleFrames } from './idle-frames.ts';
import type { Receiving } from './receiving.ts';
import type { StreamTable } from './stream-table.ts';

/**
 * What DATA frames do (RFC 9113 §6.1): their content goes to its stream in pieces, as it comes, and is counted in both windows in
 * any case. Methods say NO_ERROR, or the error that the connection ends with.
 */
export class ContentFrames<S extends Http2Stream> {
  private readonly table: StreamTable<S>;
  private readonly receiving: Receiving;
  private readonly idleFrames: IdleFrames;
  /** Of the frame that is being read. */
  private length = 0;
  private ends = false;

  constructor(table: StreamTable<S>, receiving: Receiving, idleFrames: IdleFrames) {
    this.table = table;
    this.receiving = receiving;
    this.idleFrames = idleFrames;
  }

  onHead(flags: number, id: number, length: number): number {
    const { table, receiving, idleFrames } = this;
    if (!receiving.count(length)) return FLOW_CONTROL_ERROR;
    this.length = length;
    this.ends = (flags & END_STREAM) !== 0;
    const stream = table.open.get(id);
    table.reading = stream;
    if (length > 0) idleFrames.onContent();
    else if (!this.ends && !idleFrames.take()) return ENHANCE_YOUR_CALM;
    if (stream === undefined) return this.onStray(id);
    if (stream.remoteEnded) return this.drop(stream, STREAM_CLOSED);
    return receiving.countFor(stream, length) ? NO_ERROR : this.drop(stream, FLOW_CONTROL_ERROR);
  }

  private drop(stream: S, code: number): number {
    this.table.reading = undefined;
    return this.table.breakOff(stream, code);
  }

  private onStray(id: number): number {
    if (this.table.isIdle(id)) return PROTOCOL_ERROR;
    return this.table.mayLinger(id) ? NO_ERROR : STREAM_CLOSED;
  }

  onPart(bytes: Uint8Array, start: number, end: number): void {
    this.table.reading?.onContent(bytes, start, end);
  }

  onEnd(): void {
    const { table, receiving } = this;
    const stream = table.reading;
    table.reading = undefined;
    if (stream?.live !== true) receiving.grant(this.length);
    else if (this.ends) {
      stream.remoteEnded = true;
      receiving.grant(this.length);
      stream.onContentEnd();
      if (stream.live && stream.localEnded) table.gone(stream, NO_ERROR);
    } else receiving.taken(stream, this.length);
  }
}
