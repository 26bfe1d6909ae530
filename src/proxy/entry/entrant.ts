import type { Listener, TlsTermination } from '../../ir/index.ts';
import type { ArrivalTls } from '../arrival.ts';
import { TLS_UNWANTED, TLS_WANTED } from '../http1/error-answer.ts';
import type { HelloBytes, Socket } from '../socket.ts';
import { type ClientHello, type HelloFault, readClientHello } from '../tls/client-hello.ts';
import type { Waiting } from '../tls/handshakes.ts';
import { type SecureHandler, type TlsSession, wireProtocols } from '../tls/server-tls.ts';
import type { RefusedHello } from '../tls/tls-counts.ts';
import { TlsFailure, type TlsReason } from '../tls/tls-failure.ts';
import { DECODE_ERROR, INTERNAL_ERROR, sendAlert, UNRECOGNIZED_NAME } from './alert.ts';
import { readFirstBytes } from './first-bytes.ts';
import { Newcomer } from './newcomer.ts';
import { passBytes, passRequests, refuseInPlaintext } from './pass-on.ts';
import { tlsWay } from './tls-way.ts';

/** Its first bytes are read; it waits for its handshake; that is under way; others have it, or nobody. */
const READING = 0;
const WAITING = 1;
const SHAKING = 2;
const GONE = 3;

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
export class Entrant extends Newcomer implements Waiting, SecureHandler {
  private phase = READING;
  /** Bytes without which another look is no use. */
  private wanted = 0;
  private wish: Wish | undefined = undefined;
  private certificate = '';
  /** Under which the open connection is counted. */
  private counted = '';

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
    stash.drop();
  }

  hurry(): void {
    const { headTimeout } = this.core.options;
    if (headTimeout === 0 || headTimeout > HURRY_TIME) this.core.timers.set(this, HURRY_TIME);
  }

  onSecure(socket: Socket, { version, resumed }: TlsSession): void {
    const { core, door, arrival, certificate } = this;
    const { hello, listener } = this.wish!;
    this.wish = undefined;
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

  protected override leave(): boolean {
    const { core, phase } = this;
    if (!super.leave()) return false;
    this.phase = GONE;
    if (phase === WAITING || phase === SHAKING) core.handshakes.leave(this, phase === SHAKING);
    return true;
  }
}

function known(protocol: string): ArrivalTls['protocol'] {
  return protocol === 'h2' || protocol === 'http/1.1' ? protocol : '';
}
