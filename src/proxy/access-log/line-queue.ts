import { MessageWriter } from '../http1/message-writer.ts';
import type { Sink } from './sink.ts';

/** Lines are written when there are so many bytes of them, or after so many ms. */
const WRITE_AT = 65_536;
const WRITE_AFTER = 200;
/** Bytes of lines that may wait for a slow sink; further ones are dropped. */
const MAX_BEHIND = 1_048_576;
/** A sink that takes nothing is asked again so many ms later, then twice as many, up to the second figure: a pipe holds 64 KiB. */
const FIRST_RETRY = 1;
const LAST_RETRY = 100;
/** How often {@link LineQueue.written} looks; ms. */
const STEP = 5;

/** Lines on their way to a sink: put together here, written in large pieces, dropped where the sink falls behind. */
export class LineQueue {
  /** Lines that were lost to a slow or broken sink. */
  dropped = 0;
  private readonly sink: Sink;
  /** Writes a line that says that so many are missing. */
  private readonly tellGap: (out: MessageWriter, lines: number) => void;
  private filling = new MessageWriter(WRITE_AT * 2);
  private writing = new MessageWriter(WRITE_AT * 2);
  private gap = 0;
  private busy = false;
  private timer: NodeJS.Timeout | undefined = undefined;

  constructor(sink: Sink, tellGap: (out: MessageWriter, lines: number) => void) {
    this.sink = sink;
    this.tellGap = tellGap;
  }

  /** Where a line may be appended, which {@link added} follows; undefined: it is dropped. */
  room(): MessageWriter | undefined {
    if (this.filling.length < MAX_BEHIND) return this.filling;
    this.gap++;
    this.dropped++;
    return undefined;
  }

  added(): void {
    if (this.filling.length >= WRITE_AT) this.flush();
    else this.timer ??= setTimeout(onTimer, WRITE_AFTER, this).unref();
  }

  /** Writes what is there, unless a write is under way. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.busy || this.filling.length === 0) return;
    this.busy = true;
    const { filling } = this;
    this.filling = this.writing;
    this.writing = filling;
    this.filling.clear();
    if (this.gap > 0) this.tellGap(this.filling, this.gap);
    this.gap = 0;
    void this.write();
  }

  private async write(): Promise<void> {
    const { bytes, length } = this.writing;
    let at = 0;
    let wait = FIRST_RETRY;
    while (at < length) {
      const taken = await this.sink.write(bytes, at, length).catch(() => 0);
      at += taken;
      if (taken > 0) wait = FIRST_RETRY;
      else {
        await pause(wait, false);
        wait = Math.min(wait * 2, LAST_RETRY);
      }
    }
    this.busy = false;
    if (this.filling.length > 0) this.added();
  }

  /** Resolves when all lines are with the sink, or after `ms`. */
  async written(ms: number): Promise<void> {
    const end = performance.now() + ms;
    for (this.flush(); this.busy || this.filling.length > 0; this.flush()) {
      if (performance.now() >= end) return;
      await pause(STEP, true);
    }
  }
}

function onTimer(queue: LineQueue): void {
  queue.flush();
}

/** `alive`: the process is not to end meanwhile. */
function pause(ms: number, alive: boolean): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, ms);
    if (!alive) timer.unref();
  });
}
