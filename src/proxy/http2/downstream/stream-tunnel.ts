import type { Core } from '../../core.ts';
import { ReadingGate } from '../../reading-gate.ts';
import type { Socket, SocketHandler } from '../../socket.ts';
import type { Stash } from '../../stash.ts';
import { Tunnel, type TunnelEnd, type Tunnelled, type TunnelOwner } from '../../tunnel.ts';
import { CANCEL, NO_ERROR } from '../error-codes.ts';
import type { ClientStream } from './client-stream.ts';

const IGNORE: SocketHandler = { onData() {}, onDrain() {}, onEnd() {}, onClose() {} };

/** A stream that became a tunnel (RFC 8441), as the socket that a tunnel knows. */
export class StreamTunnel implements Socket, TunnelOwner {
  readonly core: Core;
  readonly gate: ReadingGate;
  readonly protocol = '';
  handler: SocketHandler = IGNORE;
  private readonly stream: ClientStream;
  private readonly tunnel: Tunnel;
  private closed = false;

  constructor(stream: ClientStream, errand: Tunnelled, onOver: TunnelEnd) {
    this.stream = stream;
    this.core = stream.core;
    this.gate = new ReadingGate(this, stream.core.held);
    this.tunnel = new Tunnel(this, this, errand, onOver);
  }

  /** What came before the tunnel was there: bytes [start, end) from the backend, `early` from the client. */
  begin(bytes: Uint8Array, start: number, end: number, early: Readonly<Stash>, ended: boolean): void {
    const { tunnel } = this;
    tunnel.passBackend(bytes, start, end);
    tunnel.passClient(early.bytes, early.start, early.end);
    if (ended) tunnel.endClient();
  }

  /** Both sides have nothing to do with it any more. */
  get over(): boolean {
    return this.closed && this.tunnel.over;
  }

  get remoteAddress(): string {
    return this.stream.peer.address;
  }

  get remotePort(): number {
    return this.stream.remotePort;
  }

  get pending(): number {
    return this.stream.pending;
  }

  get lost(): boolean {
    return false;
  }

  write(bytes: Uint8Array, start: number, end: number): boolean {
    return this.stream.send(bytes, start, end);
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
    this.abort();
  }

  onData(bytes: Uint8Array, start: number, end: number): void {
    this.handler.onData(bytes, start, end);
  }

  onDrain(): void {
    this.handler.onDrain();
  }

  onEnd(): void {
    this.handler.onEnd();
  }

  /** Of the stream, which the tunnel hears of; and of the tunnel's end, which the stream was told of. */
  onClose(error: Error | undefined): void {
    if (this.closed) return;
    this.closed = true;
    this.gate.close();
    this.handler.onClose(error);
  }

  abort(): void {
    this.stream.reset(CANCEL);
    this.onClose(undefined);
    this.stream.settle();
  }

  /** The backend has said all: the client gets what is left for it. */
  takeBack(): void {
    this.handler = IGNORE;
    this.closed = true;
    this.gate.close();
    if (this.stream.localEnded) this.stream.reset(NO_ERROR);
    this.stream.finish();
  }
}
