import type { Core } from './core.ts';
import type { GrpcWeb } from './grpc/grpc-web.ts';
import { BodyReader } from './http1/body.ts';
import { BODY_TOO_LARGE, type ErrorAnswer, MALFORMED_REQUEST } from './http1/error-answer.ts';
import type { MessageWriter } from './http1/message-writer.ts';
import type { RequestHead } from './http1/request-head.ts';
import { endChunks } from './http1/trailers.ts';
import type { MirroredRequest } from './mirror/mirrored-request.ts';

/** What is read and dropped of a body that nobody wants, to keep the connection; in bytes. */
export const MAX_DRAINED = 65_536;

/** Where the body goes; false from `write`: the backend is slow. */
interface Way {
  readonly open: boolean;
  write(bytes: Uint8Array, start: number, end: number): boolean;
}

/** Where it comes from. */
interface Source {
  touch(): void;
  holdBody(hold: boolean): void;
}

/** The body of one request, on its way from the client to the backend and to the mirrors that want it. */
export class RequestBody {
  private readonly core: Core;
  private readonly client: Source;
  private readonly errand: Way;
  private readonly reader = new BodyReader();
  /** It goes on in chunked coding. */
  private chunked = false;
  private web: GrpcWeb | undefined = undefined;
  private copies: readonly MirroredRequest[] | undefined = undefined;

  constructor(core: Core, client: Source, errand: Way) {
    this.core = core;
    this.client = client;
    this.errand = errand;
  }

  begin({ framing, contentLength, chunked }: RequestHead): void {
    this.reader.begin(framing, contentLength);
    this.chunked = chunked;
    this.web = undefined;
  }

  /** It is that of a call, which goes on as `web` makes it. */
  translate(web: GrpcWeb, { chunked }: RequestHead): void {
    this.web = web;
    this.chunked = chunked;
  }

  get done(): boolean {
    return this.reader.done;
  }

  /** Bytes of content so far. */
  get received(): number {
    return this.reader.received;
  }

  /** Appends what is here already to the head in the output buffer. The position behind it, or -1: it is broken. */
  join(bytes: Uint8Array, from: number, end: number): number {
    const { core, reader } = this;
    if (reader.done) return from;
    this.client.touch();
    const at = this.append(bytes, from, end, core.out);
    return this.tooLarge ? -1 : at;
  }

  private append(bytes: Uint8Array, from: number, end: number, out: MessageWriter): number {
    const { web, reader } = this;
    if (web !== undefined) return web.relayRequest(reader, bytes, from, end, out);
    return reader.relay(bytes, from, end, out, this.chunked);
  }

  /** Passes further bytes on, if there is a way for them. The position up to which they were used, or -1: it is broken. */
  relay(bytes: Uint8Array, from: number, end: number): number {
    const { reader, errand, client } = this;
    if (!errand.open) return from;
    client.touch();
    if (this.chunked) return this.relayChunks(bytes, from, end);
    const at = reader.take(from, end);
    this.write(bytes, from, at);
    return at;
  }

  private relayChunks(bytes: Uint8Array, from: number, end: number): number {
    const { out } = this.core;
    out.clear();
    const at = this.append(bytes, from, end, out);
    if (at < 0 || this.tooLarge) return -1;
    this.write(out.bytes, 0, out.length);
    return at;
  }

  /**
   * The end of a body that ends by itself; `trailed`: with what `TRAILERS` holds. `waits`: there is no way for it yet, it is to
   * be told again. `short`: content is missing.
   */
  finish(trailed: boolean): 'taken' | 'waits' | 'short' {
    const { reader, errand } = this;
    if (reader.done) return 'taken';
    if (!errand.open) return 'waits';
    if (!reader.finish() || this.web?.unfinished) return 'short';
    const { out } = this.core;
    out.clear();
    if (this.chunked) endChunks(out, trailed);
    this.write(out.bytes, 0, out.length);
    return 'taken';
  }

  private write(bytes: Uint8Array, start: number, end: number): void {
    const flowing = start === end || this.errand.write(bytes, start, end);
    if (this.copies !== undefined) this.copy(bytes, start, end);
    if (!flowing && !this.reader.done) this.client.holdBody(true);
  }

  private copy(bytes: Uint8Array, start: number, end: number): void {
    for (const copy of this.copies!) copy.write(bytes, start, end, !this.reader.done);
  }

  /** The rest of it goes to `copies` too. */
  share(copies: readonly MirroredRequest[] | undefined): void {
    this.copies = copies;
  }

  /** Nobody goes on with it. */
  leave(): void {
    if (this.copies === undefined) return;
    for (const copy of this.copies) copy.leave();
    this.copies = undefined;
  }

  /** Reads and drops; the position behind what belongs to the body, or -1. */
  discard(bytes: Uint8Array, start: number, end: number): number {
    return this.reader.discard(bytes, start, end);
  }

  /** The rest is known to be short enough to be dropped for the sake of the connection. */
  get short(): boolean {
    return this.reader.expected <= MAX_DRAINED;
  }

  /** The rest may be. */
  get drainable(): boolean {
    return !this.reader.plain || this.short;
  }

  private get tooLarge(): boolean {
    const { maxBodyBytes } = this.core.options;
    return maxBodyBytes > 0 && this.reader.received > maxBodyBytes;
  }

  /** What is wrong with a broken one: its size, or its coding. */
  get fault(): ErrorAnswer {
    return this.tooLarge ? BODY_TOO_LARGE : MALFORMED_REQUEST;
  }
}
