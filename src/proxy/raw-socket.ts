import net from 'node:net';
import type { Socket, SocketHandler } from './socket.ts';
import { Stash } from './stash.ts';

/** Every read of every connection lands here; nothing keeps the bytes beyond `onData`. */
const READ_BUFFER = Buffer.allocUnsafeSlow(65_536);
/** Up to here a string is the cheapest way into the system: libuv tries it from the stack, and nothing has to live on. */
const SMALL = 16_384;
const LARGEST_COPY = 65_536;

/** Copies whose bytes the system took at once, for the next large write. */
const copies: Buffer[] = [];

/** Of sockets that nobody owns. */
export const IGNORE: SocketHandler = { onData() {}, onDrain() {}, onEnd() {}, onClose() {} };

interface Named {
  getpeername(name: object): number;
}

function isNamed(handle: unknown): handle is Named {
  return typeof handle === 'object' && handle !== null && 'getpeername' in handle;
}

/** Of sockets that keep nothing: most. */
const NOTHING = new Stash();

function catchUp(socket: NodeSocket): void {
  socket.catchUp();
}

/** A socket of Node, with TLS or without. */
export class NodeSocket implements Socket {
  readonly protocol: string;
  handler: SocketHandler = IGNORE;
  readonly raw: net.Socket;
  /** What a reset is asked of: the socket that TLS goes through. */
  private readonly carrier: net.Socket | undefined;
  /** The owner was told to wait for onDrain. */
  private blocked = false;
  private ended = false;
  private paused = false;
  /** What came all the same while it was paused: one record of TLS may hold more than one read takes. */
  private kept = NOTHING;
  private keptEnd = false;
  private closed = false;
  private error: Error | undefined = undefined;
  private peer: string | undefined = undefined;

  /** `carrier`: `raw` where it has no TLS, else what is below it; undefined where nothing can be reset. */
  constructor(raw: net.Socket, carrier: net.Socket | undefined, protocol = '') {
    this.raw = raw;
    this.carrier = carrier;
    this.protocol = protocol;
    raw.on('drain', () => this.drained());
    raw.on('end', () => this.readEnd());
    raw.on('error', error => {
      this.error = error;
    });
    raw.on('close', () => this.finished());
  }

  get remoteAddress(): string {
    this.peer ??= this.raw.remoteAddress ?? '';
    return this.peer;
  }

  get remotePort(): number {
    return this.raw.remotePort ?? 0;
  }

  get local(): Socket['local'] {
    const { localAddress: address, localPort: port } = this.raw;
    return address === undefined || port === undefined ? undefined : { address, port };
  }

  get pending(): number {
    return this.raw.writableLength;
  }

  /** A socket that was reset has no peer any more; net.Socket would answer with the name it once had. */
  get lost(): boolean {
    const handle = '_handle' in this.raw ? this.raw._handle : undefined;
    return isNamed(handle) && handle.getpeername({}) !== 0;
  }

  write(bytes: Uint8Array, start: number, end: number): boolean {
    const raw = this.raw;
    if (this.closed || this.ended) return false;
    const size = end - start;
    if (size <= SMALL) raw.write(Buffer.prototype.latin1Slice.call(bytes, start, end), 'latin1');
    else this.writeCopy(bytes, start, end);
    if (raw.writableLength < raw.writableHighWaterMark) return true;
    this.blocked = true;
    return false;
  }

  private writeCopy(bytes: Uint8Array, start: number, end: number): void {
    const size = end - start;
    // What has to wait behind other bytes is kept, for as long as a slow peer likes: it takes no more than its size.
    const exact = size > LARGEST_COPY || this.raw.writableLength > 0;
    const copy = exact ? Buffer.allocUnsafeSlow(size) : (copies.pop() ?? Buffer.allocUnsafeSlow(LARGEST_COPY));
    copy.set(bytes.subarray(start, end), 0);
    this.raw.write(size === copy.length ? copy : copy.subarray(0, size));
    // Whatever the system didn't take still lies in the copy, which then belongs to the stream.
    if (this.raw.writableLength === 0 && copy.length === LARGEST_COPY) copies.push(copy);
  }

  pause(): void {
    this.paused = true;
    this.raw.pause();
  }

  resume(): void {
    this.paused = false;
    if (this.kept.length > 0 || this.keptEnd) process.nextTick(catchUp, this);
    else this.raw.resume();
  }

  end(): void {
    if (this.ended || this.closed) return;
    this.ended = true;
    this.raw.end();
  }

  destroy(reset = false): void {
    if (this.closed) return;
    this.closed = true;
    // libuv refuses to reset a socket that is being shut down, and would leave it open.
    if (reset && this.carrier !== undefined && !(this.ended && this.raw.writableLength === 0)) {
      this.carrier.resetAndDestroy();
    } else this.raw.destroy();
  }

  received(bytes: Uint8Array, length: number): void {
    if (this.closed) return;
    if (!this.paused && this.kept.length === 0) this.handler.onData(bytes, 0, length);
    else {
      if (this.kept === NOTHING) this.kept = new Stash();
      this.kept.append(bytes, 0, length);
    }
  }

  private readEnd(): void {
    if (this.closed) return;
    if (this.paused || this.kept.length > 0) this.keptEnd = true;
    else this.handler.onEnd();
  }

  /** Goes on with what TLS had decrypted already when it was paused. */
  catchUp(): void {
    const { kept } = this;
    if (this.paused || this.closed) return;
    if (kept.length > 0) {
      const { bytes, start, end } = kept;
      this.kept = NOTHING;
      this.handler.onData(bytes, start, end);
    }
    if (this.paused || this.closed) return;
    if (this.keptEnd) {
      this.keptEnd = false;
      this.handler.onEnd();
    } else this.raw.resume();
  }

  private drained(): void {
    if (!this.blocked || this.raw.writableLength >= this.raw.writableHighWaterMark) return;
    this.blocked = false;
    if (!this.closed) this.handler.onDrain();
  }

  private finished(): void {
    this.closed = true;
    const { handler } = this;
    this.handler = IGNORE;
    handler.onClose(this.error);
  }
}

/** What makes reads cheap: one buffer for all, a callback instead of stream events. */
export interface SharedReads {
  readonly options: Pick<net.SocketConstructorOpts, 'onread' | 'allowHalfOpen'>;
  /** As the constructor of NodeSocket. */
  wrap(raw: net.Socket, carrier: net.Socket | undefined, protocol?: string): NodeSocket;
}

export function sharedReads(): SharedReads {
  let socket: NodeSocket | undefined;
  const callback = (length: number): boolean => {
    socket?.received(READ_BUFFER, length);
    return true;
  };
  return {
    options: { onread: { buffer: READ_BUFFER, callback }, allowHalfOpen: true },
    wrap(raw, carrier, protocol) {
      socket = new NodeSocket(raw, carrier, protocol);
      return socket;
    },
  };
}

/** What the stream of Node keeps the buffer and callback of `onread` under: symbols of its own, found by what they are called. */
interface ReadSymbols {
  readonly buffer: symbol;
  readonly callback: symbol;
}

function readSymbols(socket: net.Socket): ReadSymbols | undefined {
  const symbols = Object.getOwnPropertySymbols(socket);
  const buffer = symbols.find(({ description }) => description === 'kBuffer');
  const callback = symbols.find(({ description }) => description === 'kBufferCb');
  const given = buffer !== undefined && Reflect.get(socket, buffer) === READ_BUFFER;
  return given && callback !== undefined ? { buffer, callback } : undefined;
}

interface BufferUser {
  useUserBuffer(buffer: Uint8Array): void;
}

function usesBuffer(handle: unknown): handle is BufferUser {
  return typeof handle === 'object' && handle !== null && 'useUserBuffer' in handle;
}

let symbols: ReadSymbols | undefined;

/**
 * Lets a socket of TLS read as others do: a stream that goes through another can't be told to use `onread`. Where this Node
 * keeps it elsewhere, it reads by 'data' events, as any stream; that costs a tenth more.
 */
export function shareReads(socket: NodeSocket): void {
  const { raw } = socket;
  symbols ??= readSymbols(new net.Socket(sharedReads().options));
  const handle = '_handle' in raw ? raw._handle : undefined;
  if (symbols === undefined || !usesBuffer(handle)) {
    raw.on('data', (chunk: Buffer) => socket.received(chunk, chunk.length));
    return;
  }
  Reflect.set(raw, symbols.buffer, READ_BUFFER);
  Reflect.set(raw, symbols.callback, (length: number) => {
    socket.received(READ_BUFFER, length);
    return true;
  });
  handle.useUserBuffer(READ_BUFFER);
  raw.resume();
}
