import { SP, spells } from '../../http1/chars.ts';
import { Fields, parseLength } from '../../http1/fields.ts';
import { CHUNKED, LENGTH, NO_BODY } from '../../http1/framing.ts';
import type { MessageWriter } from '../../http1/message-writer.ts';
import { methodEnd } from '../../http1/methods.ts';
import * as names from '../../http1/names.ts';
import { hashName } from '../../http1/names.ts';
import type { HpackEncoder } from '../hpack/index.ts';

/** What is said in other words, or has no place in HTTP/2 (RFC 9113 §8.2.2, §8.3.1). */
const SKIP = names.nameSet(...names.HOP_BY_HOP, names.HTTP2_SETTINGS, names.HOST_FIELD);
/** Of a WebSocket also what proves, on a connection of HTTP/1, that both sides mean it (RFC 8441 §5). */
const WEBSOCKET_KEY = hashName('sec-websocket-key');
const CONNECT = Buffer.from('CONNECT', 'latin1');
const WEBSOCKET = Buffer.from('websocket', 'latin1');
/** ` HTTP/1.1\r\n` */
const VERSION_LENGTH = 11;
/** Fields that filters may add to a request. */
const ADDED = 256;

/**
 * The head of a request as lines of HTTP/1.1, which we wrote, read once more to be sent in HTTP/2. One object serves all
 * requests of a thread: it holds one from `read` to `write`.
 */
export class RequestBlock {
  framing = NO_BODY;
  contentLength = 0;
  toHead = false;
  /** It asks to go on as a WebSocket, which is CONNECT with `:protocol` here. */
  webSocket = false;
  private readonly fields: Fields;
  private bytes: Uint8Array = new Uint8Array(0);
  private start = 0;
  private methodEnd = 0;
  private targetEnd = 0;
  private host = -1;
  private trailers = -1;
  private key = -1;

  /** @param maxHeaders fields that a request of a client may have */
  constructor(maxHeaders: number) {
    this.fields = new Fields(maxHeaders + ADDED);
  }

  /** Reads the head at `start`; the position behind it. */
  read(bytes: Uint8Array, start: number, end: number): number {
    this.bytes = bytes;
    this.start = start;
    this.methodEnd = methodEnd(bytes, start, end);
    let at = this.methodEnd + 1;
    while (bytes[at] !== SP && at < end) at++;
    this.targetEnd = at;
    const next = this.fields.parse(bytes, at + VERSION_LENGTH, end);
    if (next < 0) throw new Error(`a request head of our own can not be read: ${next}`);
    this.toHead = spells(bytes, start, this.methodEnd, 'head');
    this.understand();
    return next;
  }

  private understand(): void {
    const { bytes, fields } = this;
    const { known, valueStart, valueEnd, hash } = fields;
    this.framing = NO_BODY;
    this.contentLength = 0;
    this.webSocket = false;
    this.host = this.trailers = this.key = -1;
    for (let i = 0; i < fields.count; i++) {
      const id = known[i]!;
      if (id === names.HOST_FIELD) this.host = i;
      else if (id === names.TRANSFER_ENCODING) this.framing = CHUNKED;
      else if (id === names.UPGRADE) this.webSocket = true;
      else if (id === names.CONTENT_LENGTH) {
        this.contentLength = parseLength(bytes, valueStart[i]!, valueEnd[i]!);
        if (this.contentLength > 0) this.framing = LENGTH;
      } else if (id === names.TE && spells(bytes, valueStart[i]!, valueEnd[i]!, 'trailers')) this.trailers = i;
      else if (hash[i] === WEBSOCKET_KEY) this.key = i;
    }
  }

  /** The value of Sec-WebSocket-Key; '' if there is none. */
  get webSocketKey(): string {
    return this.key < 0 ? '' : this.fields.value(this.bytes, this.key);
  }

  /** Appends the block. `secure`: the connection is inside of TLS. */
  write(out: MessageWriter, encoder: HpackEncoder, secure: boolean): void {
    const { bytes, fields, host } = this;
    encoder.begin(out);
    if (this.webSocket) {
      encoder.method(out, CONNECT, 0, CONNECT.length);
      encoder.protocol(out, WEBSOCKET, 0, WEBSOCKET.length);
    } else encoder.method(out, bytes, this.start, this.methodEnd);
    encoder.scheme(out, secure);
    encoder.path(out, bytes, this.methodEnd + 1, this.targetEnd);
    if (host >= 0) encoder.authority(out, bytes, fields.valueStart[host]!, fields.valueEnd[host]!);
    for (let i = 0; i < fields.count; i++) {
      if (i === this.trailers || (SKIP[fields.known[i]!] === 0 && !(this.webSocket && i === this.key))) {
        encoder.field(out, bytes, fields, i);
      }
    }
  }
}
