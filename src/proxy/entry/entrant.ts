import type { Listener, TlsTermination } from '../../ir/index.ts';
import type { Arrival, ArrivalTls, Doorway, Guest } from '../arrival.ts';
import type { Core } from '../core.ts';
import { TLS_UNWANTED, TLS_WANTED } from '../http1/error-answer.ts';
import type { HelloBytes, Socket, SocketHandler } from '../socket.ts';
import { Stash } from '../stash.ts';
import type { Timed } from '../timers.ts';
import { type ClientHello, type HelloFault, readClientHello } from '../tls/client-hello.ts';
import type { Waiting } from '../tls/handshakes.ts';
import { type SecureHandler, type TlsSession, wireProtocols } from '../tls/server-tls.ts';
import type { RefusedHello } from '../tls/tls-counts.ts';
import { TlsFailure, type TlsReason } from '../tls/tls-failure.ts';
import { DECODE_ERROR, INTERNAL_ERROR, sendAlert, UNRECOGNIZED_NAME } from './alert.ts';
import { readFirstBytes } from './first-bytes.ts';
import { passBytes, passRequests, refuseInPlaintext } from './pass-on.ts';
import { tlsWay } from './tls-way.ts';

/** Its first bytes are read; it waits for its handshake; that is under way; others have it, or nobody. */
const READING = 0;
const WAITING = 1;
const SHAKING = 2;
const GONE = 3;

/** Time for who is on the way in through a door that has left the configuration; ms. */
const FRESH_TIME = 300;

/** Time for what is left of a handshake when others wait for their turn; ms. */
const HURRY_TIME = 2_000;

const HTTP_PROTOCOLS = wireProtocols('h2', 'http/1.1');

/** What a ClientHello leads to. */
interface Wish {
  readonly hello: ClientHello;
  readonly listener: Listener;
  readonly tls: TlsTermination;
}

/**
 * A connection on its way in: from accept until its first bytes, and with TLS the handshake, say who takes it. It has
 * `headTimeout` for all of that.
 */
export class Entrant implements SocketHandler, Guest, Timed, Waiting, SecureHandler {
  nextTimed: Timed | undefined = undefined;
  prevTimed: Timed | undefined = undefined;
  dueTick = 0;
  slotTick = 0;
  readonly busy = true;
  private readonly core: Core;
  private readonly door: Doorway;
  private readonly arrival: Arrival;
  private readonly stash = new Stash();
  private phase = READING;
  /** Bytes without which another look is no use. */
  private wanted = 0;
  private wish: Wish | undefined = undefined;
  private certificate = '';
  /** Under which the open connection is counted. */
  private counted = '';

  constructor(core: Core, door: Doorway, arrival: Arrival) {
    this.core = core;
    this.door = door;
    this.arrival = arrival;
    door.guests.add(this);
    core.lane.addClients(1);
    if (core.options.headTimeout > 0) core.timers.set(this, core.options.headTimeout);
    arrival.socket.handler = this;
  }

  private get socket(): Socket {
    return this.arrival.socket;
  }

  onData(bytes: Uint8Array, start: number, end: number): void {
    const { stash } = this;
    if (this.phase !== READING) return;
    if (stash.length === 0) this.read(bytes, start, end);
    else {
      stash.append(bytes, start, end);
      if (stash.length >= this.wanted) this.read(stash.bytes, stash.start, stash.end);
    }
  }

  private read(bytes: Uint8Array, start: number, end: number): void {
    if (this.wantsTls) this.readHello(bytes, start, end);
    else this.readPlain(bytes, start, end);
  }

  /** By what the configuration says now. */
  private get wantsTls(): boolean {
    const { router } = this.door;
    return router?.first('HTTPS') !== undefined || router?.first('TLS') !== undefined;
  }

  private readPlain(bytes: Uint8Array, start: number, end: number): void {
    switch (readFirstBytes(bytes, start, end)) {
      case 'more':
        this.wait(bytes, start, end, 0);
        return;
      case 'tls':
        this.leave();
        refuseInPlaintext(this.core, this.door, this.arrival, TLS_UNWANTED);
        return;
      case 'http2':
      case 'http1':
        this.leave();
        passRequests(this.core, this.door, this.arrival, { bytes, start, end });
    }
  }

  private wait(bytes: Uint8Array, start: number, end: number, wanted: number): void {
    this.wanted = wanted;
    if (bytes !== this.stash.bytes) this.stash.append(bytes, start, end);
  }

  private readHello(bytes: Uint8Array, start: number, end: number): void {
    const found = readClientHello(bytes, start, end);
    if (found.kind === 'needs') this.wait(bytes, start, end, found.bytes);
    else if (found.kind === 'fault') this.refuseHello(found.fault, bytes[start]!);
    else this.choose(found.hello, { bytes, start, end });
  }

  private refuseHello(fault: HelloFault, first: number): void {
    const looksLikeText = first >= 0x41 && first <= 0x5a;
    if (fault === 'not-tls' && looksLikeText && this.door.router?.first('HTTPS') !== undefined) {
      this.core.tlsCounts.refused(fault);
      this.leave();
      refuseInPlaintext(this.core, this.door, this.arrival, TLS_WANTED);
    } else
      this.refuse(fault, fault === 'not-tls' ? undefined : fault === 'server-name' ? UNRECOGNIZED_NAME : DECODE_ERROR);
  }

  private choose(hello: ClientHello, read: HelloBytes): void {
    const { serverName } = hello;
    const way = tlsWay(this.door, serverName);
    if (way.kind === 'no-listener') this.refuse('no-listener', this.carriesBytes ? undefined : UNRECOGNIZED_NAME);
    else if (way.kind === 'terminate') this.queue({ ...way, hello }, read);
    else {
      this.leave();
      const entry = { listener: way.listener.name, serverName, tls: way.kind };
      passBytes(this.core, this.door, this.arrival, entry, read);
    }
  }

  /** Where TLS is for backends to answer, none is answered in their place (Gateway API wants a mere end of the connection). */
  private get carriesBytes(): boolean {
    return this.door.router?.first('TLS') !== undefined;
  }

  private queue(wish: Wish, read: HelloBytes): void {
    this.wish = wish;
    this.phase = WAITING;
    this.wait(read.bytes, read.start, read.end, 0);
    this.socket.pause();
    this.core.handshakes.enter(this);
  }

  /** Its turn to shake hands. */
  begin(): void {
    const { core, socket, stash } = this;
    const { hello, listener, tls } = this.wish!;
    this.phase = SHAKING;
    const { context, certificate } = core.tls.server(tls, hello.serverName);
    this.certificate = certificate;
    if (context instanceof TlsFailure || core.runtime.secure === undefined) {
      this.refuse('certificate', INTERNAL_ERROR);
      return;
    }
    const protocols = listener.protocol === 'HTTPS' && hello.alpn ? HTTP_PROTOCOLS : undefined;
    core.runtime.secure(socket, { context, protocols, clients: tls.clients?.mode }, stash, this);
    stash.clear();
  }

  hurry(): void {
    const { headTimeout } = this.core.options;
    if (headTimeout === 0 || headTimeout > HURRY_TIME) this.core.timers.set(this, HURRY_TIME);
  }

  onSecure(socket: Socket, { version, resumed }: TlsSession): void {
    const { core, door, arrival, certificate } = this;
    const { hello, listener } = this.wish!;
    this.counted = core.tlsCounts.completed(version, socket.protocol, resumed);
    this.leave();
    const { serverName } = hello;
    const tls: ArrivalTls = { serverName, listener: listener.name, protocol: known(socket.protocol), certificate };
    const secured = { socket, peer: { ...arrival.peer, secure: true }, tls };
    if (listener.protocol === 'HTTPS') passRequests(core, door, secured);
    else passBytes(core, door, secured, { listener: listener.name, serverName, tls: 'terminate' });
  }

  onSecureClosed(): void {
    this.core.tlsCounts.closed(this.counted);
  }

  onError({ reason }: TlsFailure): void {
    this.core.tlsCounts.refused(reason);
    this.leave();
  }

  onDrain(): void {}

  /** It says no more: perhaps all that it had to say was here. */
  onEnd(): void {
    const { stash, socket } = this;
    if (this.phase !== READING) return;
    if (stash.length === 0 || this.wantsTls) socket.destroy();
    else {
      this.leave();
      passRequests(this.core, this.door, this.arrival, stash);
      socket.handler.onEnd();
    }
  }

  onClose(): void {
    this.leave();
  }

  onTimeout(): void {
    if (this.wantsTls) this.refuse('timeout', undefined);
    else this.abort(false);
  }

  private refuse(reason: TlsReason | RefusedHello, alert: number | undefined): void {
    this.core.tlsCounts.refused(reason);
    if (alert !== undefined) sendAlert(this.socket, alert);
    this.socket.end();
    this.abort(false);
  }

  retire(): void {
    this.core.timers.set(this, FRESH_TIME);
  }

  abort(reset: boolean): void {
    this.leave();
    this.socket.destroy(reset);
  }

  private leave(): void {
    const { core, door, phase } = this;
    if (phase === GONE) return;
    this.phase = GONE;
    core.timers.clear(this);
    door.guests.delete(this);
    core.lane.addClients(-1);
    if (phase === WAITING || phase === SHAKING) core.handshakes.leave(this, phase === SHAKING);
  }
}

function known(protocol: string): ArrivalTls['protocol'] {
  return protocol === 'h2' || protocol === 'http/1.1' ? protocol : '';
}
