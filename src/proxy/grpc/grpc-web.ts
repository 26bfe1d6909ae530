import type { BodyReader } from '../http1/body.ts';
import { latin1 } from '../http1/chars.ts';
import { callKindOf, GRPC, GRPC_WEB_TEXT } from '../http1/grpc-type.ts';
import { MessageWriter } from '../http1/message-writer.ts';
import { CONTENT_TYPE } from '../http1/names.ts';
import type { ResponseHead } from '../http1/response-head.ts';
import { endChunks, goesOn, TRAILERS } from '../http1/trailers.ts';

/** Of the frame that holds the trailers: a flag, and the length of what follows in four bytes (gRPC-Web, "HTTP wire protocols"). */
const TRAILER_FLAG = 0x80;
const FRAME_HEADER = 5;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
/** A text may be several, each with its own padding. */
const SEGMENT = /[^=]+={0,2}/g;

const scratch = new MessageWriter(4_096);

/**
 * One call of a browser (gRPC-Web) on its way to a backend that knows gRPC alone: the messages are the same, in base64 where
 * the client wants text, and what are trailers in HTTP/2 stands behind them in a frame of its own.
 */
export class GrpcWeb {
  /** Of the answer. */
  readonly contentType: string;
  private readonly text: boolean;
  /** Less than a group of base64. */
  private rest = '';

  /** @param kind as `callKindOf` says of the request */
  constructor(kind: number) {
    this.text = kind === GRPC_WEB_TEXT;
    this.contentType = this.text ? 'application/grpc-web-text+proto' : 'application/grpc-web+proto';
  }

  /** The request breaks off within a group. */
  get unfinished(): boolean {
    return this.rest !== '';
  }

  /** Takes content of the request and appends it to `out` in chunks. The position behind it, or -1: it is broken. */
  relayRequest(body: BodyReader, bytes: Uint8Array, start: number, end: number, out: MessageWriter): number {
    if (!this.text) return body.relay(bytes, start, end, out, true);
    scratch.clear();
    const at = body.relay(bytes, start, end, scratch, false);
    if (at < 0 || !this.decode(out)) return -1;
    if (!body.done) return at;
    endChunks(out);
    return this.unfinished ? -1 : at;
  }

  private decode(out: MessageWriter): boolean {
    const text = this.rest + latin1(scratch.bytes, 0, scratch.length);
    const whole = text.length - (text.length % 4);
    this.rest = text.slice(whole);
    const segments = text.slice(0, whole).match(SEGMENT) ?? [];
    for (const segment of segments) {
      if (segment.length % 4 !== 0 || !BASE64.test(segment)) return false;
      const decoded = Buffer.from(segment, 'base64');
      out.chunk(decoded, 0, decoded.length);
    }
    return true;
  }

  /** Whether `head` is the answer to a call; all others pass as they are. */
  answers({ bytes, fields, version }: ResponseHead): boolean {
    const { known, valueStart, valueEnd, count } = fields;
    for (let i = 0; i < count; i++) {
      if (known[i] === CONTENT_TYPE) return version === 20 && callKindOf(bytes, valueStart[i]!, valueEnd[i]!) === GRPC;
    }
    return false;
  }

  /** Takes content of the answer and appends it to `out`, in chunks if `chunked`. The position behind it. */
  relayAnswer(
    body: BodyReader,
    bytes: Uint8Array,
    start: number,
    end: number,
    out: MessageWriter,
    chunked: boolean,
  ): number {
    const at = body.take(start, end);
    if (at > start) this.append(Buffer.from(bytes.buffer, bytes.byteOffset + start, at - start), out, chunked);
    return at;
  }

  /** Appends the end of the answer; `trailed`: with what `TRAILERS` holds. */
  endAnswer(trailed: boolean, out: MessageWriter, chunked: boolean): void {
    scratch.clear();
    const { bytes, fields } = TRAILERS;
    for (let i = 0; trailed && i < fields.count; i++) {
      if (goesOn(i)) scratch.span(bytes, fields.start[i]!, fields.start[i + 1]!);
    }
    const frame = Buffer.alloc(FRAME_HEADER + scratch.length, TRAILER_FLAG);
    frame.writeUInt32BE(scratch.length, 1);
    scratch.bytes.copy(frame, FRAME_HEADER, 0, scratch.length);
    this.append(frame, out, chunked);
    if (chunked) endChunks(out);
  }

  private append(content: Buffer, out: MessageWriter, chunked: boolean): void {
    const sent = this.text ? Buffer.from(content.toString('base64'), 'latin1') : content;
    if (chunked) out.chunk(sent, 0, sent.length);
    else out.all(sent);
  }
}
