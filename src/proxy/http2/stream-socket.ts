import type { Socket, SocketHandler } from '../socket.ts';
import { CANCEL } from './error-codes.ts';
import type { Http2Stream } from './http2-stream.ts';

type RemoteEnd = Pick<Socket, 'remoteAddress' | 'remotePort'>;

/**
 * A stream in the place of a socket, for a tunnel through it (RFC 8441, RFC 9113 §8.5): its content is what is inside. Whoever has the
 * stream tells it what happens by the `on…` methods.
 */
export class StreamSocket implements Socket {
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly protocol = 'h2';
  handler: SocketHandler;
  private readonly stream: Http2Stream;
  private closed = false;

  constructor(stream: Http2Stream, { remoteAddress, remotePort }: RemoteEnd, handler: SocketHandler) {
    this.stream = stream;
    this.remoteAddress = remoteAddress;
    this.remotePort = remotePort;
    this.handler = handler;
  }

  write(bytes: Uint8Array, start: number, end: number): boolean {
    return this.stream.send(bytes, start, end);
  }

  get pending(): number {
    return this.stream.pending;
  }

  get lost(): boolean {
    return this.closed;
  }

  pause(): void {
    this.stream.hold(true);
  }

  resume(): void {
    this.stream.hold(false);
  }

  end(): void {
    this.stream.end();
  }

  destroy(): void {
    if (this.closed) return;
    this.stream.reset(CANCEL);
    this.closed = true;
    queueMicrotask(() => this.handler.onClose(undefined));
  }

  onData(bytes: Uint8Array, start: number, end: number): void {
    if (!this.closed) this.handler.onData(bytes, start, end);
  }

  onDrain(): void {
    if (!this.closed) this.handler.onDrain();
  }

  onEnd(): void {
    if (!this.closed) this.handler.onEnd();
  }

  /** `inOrder`: both sides had ended. */
  onClose(inOrder: boolean): void {
    if (this.closed) return;
    this.closed = true;
    this.handler.onClose(inOrder ? undefined : new Error('the stream was reset'));
  }
}
