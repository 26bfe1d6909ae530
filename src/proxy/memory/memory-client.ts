import type { ArrivalTls, Doorway } from '../arrival.ts';
import type { Core } from '../core.ts';
import { DownstreamConnection } from '../downstream-connection.ts';
import { TLS_WANTED } from '../http1/error-answer.ts';
import { ResponseHead } from '../http1/response-head.ts';
import { peerOf } from '../peer.ts';
import { fieldList } from './field-list.ts';
import type { ArrivedRequest, FieldList, MemoryAnswer } from './memory-messages.ts';
import { type FarSide, type MemoryRuntime, MemorySocket } from './memory-runtime.ts';
import { type Recipient, WholeMessages } from './whole-messages.ts';

/** A request under way, and what its events are due to. */
export class Sending {
  readonly arrived: ArrivedRequest[] = [];
  /** It came by HTTP/2. */
  readonly two: boolean;
  answer: MemoryAnswer | undefined = undefined;
  error: unknown = undefined;
  over = false;
  /** Called once, when it is over, if somebody waits by then. */
  onOver: (() => void) | undefined = undefined;

  constructor(two: boolean) {
    this.two = two;
  }

  end(answer: MemoryAnswer | undefined, error?: unknown): void {
    if (this.over) return;
    this.over = true;
    this.answer = answer;
    this.error = error;
    this.onOver?.();
  }
}

/** Whose connection it is. */
export interface MemoryOrigin {
  readonly address: string;
  readonly tls: ArrivalTls | undefined;
  readonly key: string;
}

export function originOf(address: string, tls: ArrivalTls | undefined): MemoryOrigin {
  return { address, tls, key: tls === undefined ? address : `${address} ${tls.listener} ${tls.protocol}` };
}

/** Scratch of all that reads answers here. */
const HEAD = new ResponseHead();

/** One connection of a client, which sends one request after another. */
export class MemoryClient implements FarSide, Recipient {
  readonly head = HEAD;
  /** What tells it from clients of other connections. */
  readonly key: string;
  /** It may send another request. */
  open = true;
  private readonly socket: MemorySocket<Sending>;
  private readonly connection: DownstreamConnection;
  /** It speaks no TLS where that is wanted. */
  private readonly unfit: boolean;
  private readonly onIdle: (client: MemoryClient) => void;
  private readonly messages = new WholeMessages(this);
  private sending: Sending | undefined = undefined;
  private toHead = false;
  private status = 0;
  private headers: FieldList = [];

  constructor(
    core: Core,
    runtime: MemoryRuntime<Sending>,
    door: Doorway,
    { address, tls, key }: MemoryOrigin,
    onIdle: (client: MemoryClient) => void,
  ) {
    this.key = key;
    this.onIdle = onIdle;
    this.socket = new MemorySocket(runtime, address);
    this.socket.far = this;
    const { socket } = this;
    this.unfit = tls === undefined && door.router?.first('HTTPS') !== undefined;
    const peer = peerOf(core.trust, address, tls !== undefined);
    this.connection = new DownstreamConnection(core, door, { socket, peer, tls });
    this.connection.exchange.trails.onTry = () => {
      runtime.cause = this.sending;
    };
  }

  send(sending: Sending, bytes: Uint8Array, toHead: boolean): void {
    this.sending = sending;
    this.toHead = toHead;
    if (this.unfit) this.connection.refuse(TLS_WANTED);
    else this.socket.deliver(bytes);
  }

  onBytes(bytes: Buffer): void {
    this.messages.push(bytes);
  }

  parse(bytes: Uint8Array, start: number, end: number): number {
    return HEAD.parse(bytes, start, end, this.toHead);
  }

  onHead(): boolean {
    if (HEAD.status < 200 && HEAD.status !== 101) return false;
    this.status = HEAD.status;
    this.headers = fieldList(HEAD.bytes, HEAD.fields);
    this.open &&= HEAD.keepAlive && HEAD.status !== 101;
    return true;
  }

  onWhole(body: Uint8Array): void {
    const { sending, status, headers, connection } = this;
    this.sending = undefined;
    if (!this.open) this.close();
    else this.onIdle(this);
    const facts = connection.exchange.trails.facts();
    sending?.end({ status, headers, body, arrived: sending.arrived, facts });
  }

  onEnd(): void {
    this.fail(new Error('the connection ended before the answer was whole'));
    this.close();
  }

  onBroken(): void {
    this.fail(new Error('the answer is none of HTTP/1.1'));
    this.close();
  }

  private fail(error: Error): void {
    const { sending } = this;
    this.sending = undefined;
    sending?.end(undefined, error);
  }

  /** The client has all it wanted. */
  close(): void {
    this.open = false;
    this.socket.deliver(undefined);
  }
}
