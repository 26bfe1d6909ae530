import type {
  ConnectHandler,
  Connecting,
  ListenOptions,
  ListenSocket,
  Socket,
  SocketHandler,
  SocketRuntime,
} from '../socket.ts';

/** The other end of a socket of the proxy: a client or a backend. */
export interface FarSide {
  /** The bytes are its own from now on. */
  onBytes(bytes: Buffer): void;
  /** The proxy sends no more: in order, or by a reset. */
  onEnd(reset: boolean): void;
}

/** Makes the far side of a connection that the proxy opens. */
export type OnConnect<C> = (socket: MemorySocket<C>, host: string, port: number) => FarSide;

const IGNORE: SocketHandler = { onData() {}, onDrain() {}, onEnd() {}, onClose() {} };
const NOBODY: FarSide = { onBytes() {}, onEnd() {} };
/** Where what is read is only lent, it is spoilt afterwards. */
const LENT = Buffer.alloc(65_536);
/** A conversation that takes more events than this never ends. */
const MAX_EVENTS = 1_000_000;

/**
 * Sockets that are memory. Whatever happens waits in a queue, and happens in {@link settle}, in an order that follows from
 * what was done alone. `C`: what events are due to; what one causes is due to the same.
 */
export class MemoryRuntime<C = undefined> implements SocketRuntime {
  /** What is queued now is due to this. */
  cause: C | undefined = undefined;
  /** For tests, that sockets are as bad as they may be: says when a far side is slow, and what is read is only lent. */
  rough: (() => boolean) | undefined = undefined;
  private readonly events: (() => void)[] = [];
  private readonly causes: (C | undefined)[] = [];
  private at = 0;
  private depth = 0;
  private scheduled = false;
  private readonly onConnect: OnConnect<C>;
  private readonly awake: boolean;
  private door: ((socket: Socket) => void) | undefined = undefined;

  /** `awake`: it settles by itself, when what happens was not caused within {@link settle}: by a timer, for one. */
  constructor(onConnect: OnConnect<C>, awake = false) {
    this.onConnect = onConnect;
    this.awake = awake;
  }

  later(event: () => void): void {
    this.events.push(event);
    this.causes.push(this.cause);
    if (!this.awake || this.depth > 0 || this.scheduled) return;
    this.scheduled = true;
    queueMicrotask(() => {
      this.scheduled = false;
      this.settle();
    });
  }

  /** Does `first`, and then whatever waits, until nothing does. Events may call it themselves. */
  settle(first?: () => void): void {
    const { cause, events, causes } = this;
    this.depth++;
    try {
      first?.();
      while (this.at < events.length) {
        if (this.at > MAX_EVENTS) this.giveUp();
        this.cause = causes[this.at];
        events[this.at++]!();
      }
    } finally {
      this.depth--;
      this.cause = this.depth === 0 ? undefined : cause;
    }
    this.forget();
  }

  private forget(): void {
    this.events.length = 0;
    this.causes.length = 0;
    this.at = 0;
  }

  private giveUp(): never {
    this.forget();
    throw new Error('a conversation without end');
  }

  listen({ host, port }: ListenOptions, onConnection: (socket: Socket) => void): Promise<ListenSocket> {
    this.door = onConnection;
    return Promise.resolve({ host, port, close() {} });
  }

  connect(host: string, port: number, handler: ConnectHandler): Connecting {
    let cancelled = false;
    this.later(() => {
      if (cancelled) return;
      const socket = new MemorySocket(this);
      socket.far = this.onConnect(socket, host, port);
      handler.onConnect(socket);
    });
    return {
      cancel() {
        cancelled = true;
      },
    };
  }

  /** A client connects to what listened last. */
  client(far: FarSide): MemorySocket<C> {
    const socket = new MemorySocket(this);
    socket.far = far;
    this.door!(socket);
    return socket;
  }

  /** What was read is lent to `take`. */
  lend(bytes: Uint8Array, take: (lent: Uint8Array, end: number) => void): void {
    LENT.set(bytes);
    take(LENT, bytes.length);
    LENT.fill('X', 0, bytes.length);
  }
}

/** The proxy's end of a connection, with what its far side does to it. */
export class MemorySocket<C = undefined> implements Socket {
  readonly remoteAddress: string;
  readonly remotePort = 1;
  readonly protocol: string;
  readonly pending = 0;
  readonly lost = false;
  handler: SocketHandler = IGNORE;
  far: FarSide = NOBODY;
  closed = false;
  private readonly runtime: MemoryRuntime<C>;
  /** What came and was not read; undefined is the end. */
  private readonly inbox: (Uint8Array | undefined)[] = [];
  private paused = false;
  private ended = false;
  private farEnded = false;

  constructor(runtime: MemoryRuntime<C>, remoteAddress = '127.0.0.1', protocol = '') {
    this.protocol = protocol;
    this.runtime = runtime;
    this.remoteAddress = remoteAddress;
  }

  /** The far side sends bytes, or nothing more. */
  deliver(bytes: Uint8Array | undefined): void {
    this.inbox.push(bytes);
    this.runtime.later(() => this.read());
  }

  private read(): void {
    if (this.paused || this.closed || this.inbox.length === 0) return;
    const bytes = this.inbox.shift();
    if (bytes === undefined) this.readEnd();
    else if (bytes.length > 0) this.take(bytes);
  }

  private take(bytes: Uint8Array): void {
    const length = Math.min(bytes.length, LENT.length);
    if (length < bytes.length) {
      this.inbox.unshift(bytes.subarray(length));
      this.runtime.later(() => this.read());
    }
    if (this.runtime.rough === undefined) this.handler.onData(bytes, 0, length);
    else this.runtime.lend(bytes.subarray(0, length), (lent, end) => this.handler.onData(lent, 0, end));
  }

  private readEnd(): void {
    this.farEnded = true;
    this.handler.onEnd();
    if (this.ended) this.finish();
  }

  write(bytes: Uint8Array, start: number, end: number): boolean {
    if (this.closed || this.ended) return true;
    const copy = Buffer.from(bytes.subarray(start, end));
    this.runtime.later(() => this.far.onBytes(copy));
    if (this.runtime.rough?.() !== true) return true;
    this.runtime.later(() => {
      if (!this.closed) this.handler.onDrain();
    });
    return false;
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    if (!this.paused) return;
    this.paused = false;
    for (let left = this.inbox.length; left > 0; left--) this.runtime.later(() => this.read());
  }

  end(): void {
    if (this.ended || this.closed) return;
    this.ended = true;
    this.runtime.later(() => this.far.onEnd(false));
    if (this.farEnded) this.finish();
  }

  destroy(reset = false): void {
    if (this.closed) return;
    const { ended } = this;
    this.finish();
    if (!ended || reset) this.runtime.later(() => this.far.onEnd(reset));
  }

  private finish(): void {
    if (this.closed) return;
    this.closed = true;
    this.runtime.later(() => {
      const { handler } = this;
      this.handler = IGNORE;
      handler.onClose(undefined);
    });
  }
}
