import type {
  ConnectHandler,
  Connecting,
  ListenOptions,
  ListenSocket,
  Socket,
  SocketHandler,
  SocketRuntime,
} from '../src/proxy/socket.ts';
import type { Random } from './random.ts';

/** The other end of a socket of the proxy: a client or a backend. */
export interface FarSide {
  onBytes(bytes: Buffer): void;
  /** The proxy sends no more: in order, or by a reset. */
  onEnd(reset: boolean): void;
}

const IGNORE: SocketHandler = { onData() {}, onDrain() {}, onEnd() {}, onClose() {} };
/** What the proxy reads is only lent to it, so it is spoilt afterwards. */
const LENT = Buffer.alloc(65_536);
/** A case that takes more events than this never ends. */
const MAX_EVENTS = 200_000;

/** Sockets that are memory: nothing happens but in {@link settle}, and in an order that follows from the case alone. */
export class MemoryRuntime implements SocketRuntime {
  /** Decides when a far side is slow. */
  choices: Random | undefined = undefined;
  private readonly events: (() => void)[] = [];
  private readonly backend: (socket: MemorySocket) => FarSide;
  private door: ((socket: Socket) => void) | undefined = undefined;

  /** `backend` makes the far side of a connection that the proxy opens. */
  constructor(backend: (socket: MemorySocket) => FarSide) {
    this.backend = backend;
  }

  later(event: () => void): void {
    this.events.push(event);
  }

  settle(): void {
    for (let at = 0; at < this.events.length; at++) {
      if (at > MAX_EVENTS) throw new Error('a conversation without end');
      this.events[at]!();
    }
    this.events.length = 0;
  }

  listen({ host, port }: ListenOptions, onConnection: (socket: Socket) => void): Promise<ListenSocket> {
    this.door = onConnection;
    return Promise.resolve({ host, port, close() {} });
  }

  connect(_host: string, _port: number, handler: ConnectHandler): Connecting {
    let cancelled = false;
    this.later(() => {
      if (cancelled) return;
      const socket = new MemorySocket(this);
      socket.far = this.backend(socket);
      handler.onConnect(socket);
    });
    return {
      cancel() {
        cancelled = true;
      },
    };
  }

  /** A client connects. */
  client(far: FarSide): MemorySocket {
    const socket = new MemorySocket(this);
    socket.far = far;
    this.door!(socket);
    return socket;
  }
}

/** The proxy's end of a connection, with what its far side does to it. */
export class MemorySocket implements Socket {
  readonly remoteAddress = '127.0.0.1';
  readonly remotePort = 1;
  readonly pending = 0;
  readonly lost = false;
  handler: SocketHandler = IGNORE;
  far: FarSide = { onBytes() {}, onEnd() {} };
  closed = false;
  private readonly runtime: MemoryRuntime;
  /** What came and was not read; undefined is the end. */
  private readonly inbox: (Uint8Array | undefined)[] = [];
  private paused = false;
  private ended = false;
  private farEnded = false;

  constructor(runtime: MemoryRuntime) {
    this.runtime = runtime;
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
    else if (bytes.length > 0) this.lend(bytes);
  }

  private lend(bytes: Uint8Array): void {
    const length = Math.min(bytes.length, LENT.length);
    if (length < bytes.length) {
      this.inbox.unshift(bytes.subarray(length));
      this.runtime.later(() => this.read());
    }
    LENT.set(bytes.subarray(0, length));
    this.handler.onData(LENT, 0, length);
    LENT.fill('X', 0, length);
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
    if (this.runtime.choices?.chance(0.05) !== true) return true;
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
