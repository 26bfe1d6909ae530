import { latin1 } from '../http1/chars.ts';
import { RequestHead } from '../http1/request-head.ts';
import { fieldList } from './field-list.ts';
import type { ArrivedRequest, FieldList, MemoryReply } from './memory-messages.ts';
import type { FarSide, MemorySocket } from './memory-runtime.ts';
import { replyBytes } from './message-bytes.ts';
import { type Recipient, WholeMessages } from './whole-messages.ts';

/** Answers a request that came to an endpoint. */
export type Answering = (request: ArrivedRequest) => MemoryReply | Promise<MemoryReply>;

/** Who hears of what comes to backends. */
export interface Backends<C> {
  arrived(request: ArrivedRequest): void;
  answer: Answering;
  /** `answer` failed: a fault of whoever gave it. */
  failed(cause: C | undefined, error: unknown): void;
  /** What comes is due to a client of HTTP/2. */
  readonly two: boolean;
  /** What is due to what came last, and from where it goes on. */
  readonly cause: C | undefined;
  resume(cause: C | undefined, work: () => void): void;
}

/** More fields than the proxy lets through, and adds. */
const MAX_FIELDS = 8_192;
/** Scratch of all that reads requests here. */
const HEAD = new RequestHead({ maxHeadBytes: 0, maxTargetBytes: 0, maxHeaders: MAX_FIELDS });

/** Clients in memory write HTTP/1.1, also where they stand for ones of HTTP/2: the line in which we say so, the last, is as it would be. */
function fromHttp2(headers: FieldList): FieldList {
  const at = headers.findLastIndex(([name]) => name.toLowerCase() === 'via');
  return headers.map((field, index) => (index === at ? [field[0], field[1].replace(/^1\.1 /, '2.0 ')] : field));
}

/** One connection of the proxy to an endpoint, seen from there. */
export class BackendConnection<C> implements FarSide, Recipient {
  readonly head = HEAD;
  private readonly backends: Backends<C>;
  private readonly socket: MemorySocket<C>;
  private readonly address: string;
  private readonly port: number;
  private readonly messages = new WholeMessages(this);
  private method = '';
  private target = '';
  private headers: FieldList = [];

  constructor(backends: Backends<C>, socket: MemorySocket<C>, address: string, port: number) {
    this.backends = backends;
    this.socket = socket;
    this.address = address;
    this.port = port;
  }

  onBytes(bytes: Buffer): void {
    this.messages.push(bytes);
  }

  onEnd(): void {
    this.socket.deliver(undefined);
  }

  parse(bytes: Uint8Array, start: number, end: number): number {
    return HEAD.parse(bytes, start, end);
  }

  onHead(): boolean {
    this.method = HEAD.method;
    this.target = latin1(HEAD.bytes, HEAD.targetStart, HEAD.targetEnd);
    this.headers = fieldList(HEAD.bytes, HEAD.fields);
    return true;
  }

  onWhole(body: Uint8Array): void {
    const { backends, address, port, method, target } = this;
    const headers = backends.two ? fromHttp2(this.headers) : this.headers;
    const request: ArrivedRequest = { address, port, method, target, headers, body };
    backends.arrived(request);
    try {
      const reply = backends.answer(request);
      if (reply instanceof Promise) this.await(request, reply);
      else this.socket.deliver(replyBytes(reply, request));
    } catch (error) {
      this.fail(backends.cause, error);
    }
  }

  private await(request: ArrivedRequest, reply: Promise<MemoryReply>): void {
    const { backends, socket } = this;
    const { cause } = backends;
    reply
      .then(known => {
        const bytes = replyBytes(known, request);
        backends.resume(cause, () => socket.deliver(bytes));
      })
      .catch((error: unknown) => backends.resume(cause, () => this.fail(cause, error)));
  }

  private fail(cause: C | undefined, error: unknown): void {
    this.socket.deliver(undefined);
    this.backends.failed(cause, error);
  }

  onBroken(): void {
    this.socket.deliver(undefined);
  }
}
