import type { Core } from '../../core.ts';
import { ReadingGate } from '../../reading-gate.ts';
import type { SocketHandler } from '../../socket.ts';
import type { Stash } from '../../stash.ts';
import { Tunnel, type TunnelEnd, type Tunnelled, type TunnelOwner } from '../../tunnel.ts';
import { NO_ERROR } from '../error-codes.ts';
import { StreamSocket } from '../stream-socket.ts';
import type { ClientStream } from './client-stream.ts';

const IGNORE: SocketHandler = { onData() {}, onDrain() {}, onEnd() {}, onClose() {} };

/** What a stream becomes when backend and client agreed on WebSocket (RFC 8441): the client's end of a tunnel. */
export class StreamTunnel implements TunnelOwner {
  readonly core: Core;
  readonly gate: ReadingGate;
  readonly socket: StreamSocket;
  private readonly stream: ClientStream;
  private readonly tunnel: Tunnel;
  private closed = false;

  /** `onOver`: the backend's connection is closed. */
  constructor(stream: ClientStream, errand: Tunnelled, onOver: TunnelEnd) {
    const { core, peer, remotePort } = stream;
    this.stream = stream;
    this.core = core;
    this.socket = new StreamSocket(stream, { remoteAddress: peer.address, remotePort }, IGNORE);
    this.gate = new ReadingGate(this.socket, core.held);
    this.tunnel = new Tunnel(this, this.socket, errand, onOver);
  }

  /** What came before the tunnel was there: bytes [start, end) from the backend, `early` from the client. */
  begin(bytes: Uint8Array, start: number, end: number, early: Readonly<Stash>, ended: boolean): void {
    const { tunnel } = this;
    tunnel.passBackend(bytes, start, end);
    tunnel.passClient(early.bytes, early.start, early.end);
    if (ended) tunnel.endClient();
  }

  /** Neither side has anything to do with it any more. */
  get over(): boolean {
    return this.closed && this.tunnel.over;
  }

  /** Of the client's side. */
  onClose(): void {
    this.closed = true;
    this.gate.close();
    this.stream.settle();
  }

  abort(): void {
    this.socket.destroy();
  }

  /** The backend has said all: the client gets what is left for it. */
  takeBack(): void {
    this.socket.handler = IGNORE;
    this.closed = true;
    this.gate.close();
    if (this.stream.localEnded) this.stream.reset(NO_ERROR);
    this.stream.finish();
  }
}
