import type { SocketHandler } from '../../src/proxy/socket.ts';

/** A handler that notes what it was told; `until` waits for a note. */
export class Notes implements SocketHandler {
  readonly events: string[] = [];
  received = '';
  bytes = 0;
  error: Error | undefined = undefined;
  onNote: () => void = () => {};

  onData(bytes: Uint8Array, start: number, end: number): void {
    this.bytes += end - start;
    if (this.bytes < 100_000) this.received += Buffer.from(bytes).toString('latin1', start, end);
    this.note('data');
  }
  onDrain(): void {
    this.note('drain');
  }
  onEnd(): void {
    this.note('end');
  }
  onClose(error: Error | undefined): void {
    this.error = error;
    this.note('close');
  }
  note(event: string): void {
    this.events.push(event);
    this.onNote();
  }
  until(done: () => boolean): Promise<void> {
    return new Promise(resolve => {
      this.onNote = () => {
        if (done()) resolve();
      };
      this.onNote();
    });
  }
  has(event: string): boolean {
    return this.events.includes(event);
  }
}
