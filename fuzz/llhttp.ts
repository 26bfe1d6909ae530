import { METHODS } from 'node:http';
import type { End, Message, Reading } from './reading.ts';

/** The parser inside Node, as its binding is. Strict: no leniency is asked for. */
interface Parser {
  initialize(type: number, resource: object, maxHeaderSize: number, leniency: number): void;
  /** Bytes read (fewer than all at an upgrade), or an error with a `code`. */
  execute(bytes: Uint8Array): number | Error;
  finish(): Error | undefined;
  /** Frees what the garbage collector can't. */
  close(): void;
  [callback: number]: unknown;
}

interface Binding {
  readonly HTTPParser: {
    new (): Parser;
    readonly REQUEST: number;
    readonly RESPONSE: number;
    readonly kOnMessageBegin: number;
    readonly kOnHeaders: number;
    readonly kOnHeadersComplete: number;
    readonly kOnBody: number;
    readonly kOnMessageComplete: number;
    readonly kLenientNone: number;
  };
}

function isBinding(found: object | undefined): found is Binding {
  return found !== undefined && 'HTTPParser' in found;
}

const found = process.getBuiltinModule('_http_common');
if (!isBinding(found))
  throw new Error('this Node has no llhttp that can be reached: the fuzzer has nothing to compare with');
const { HTTPParser } = found;

const MAX_HEAD = 1 << 24;
/** Methods by their numbers in llhttp, which it is asked for: the names that Node exports are not all. */
const METHOD_NAMES = new Map<number, string>();
for (const name of METHODS) {
  const parser = new HTTPParser();
  parser.initialize(HTTPParser.REQUEST, {}, MAX_HEAD, HTTPParser.kLenientNone);
  parser[HTTPParser.kOnHeadersComplete] = (...head: Head) => {
    METHOD_NAMES.set(head[3] ?? -1, name);
    return 0;
  };
  parser.execute(Buffer.from(`${name} /a HTTP/1.1\r\nHost: a\r\n\r\n`));
  parser.close();
}
const NO_BODY = 1;
const HAS_BODY = 0;
const NOTHING = Buffer.alloc(0);
/** Where an upgrade is asked for, the binding says how far it came, but not why no farther. */
export const HIDDEN = 'a fault in a message that asks for an upgrade';

/** One side of a connection as llhttp reads it, piece by piece. */
export class LlhttpReader implements Reading {
  readonly messages: Message[] = [];
  end: End = 'idle';
  reason = '';
  private readonly type: number;
  private readonly parser: Parser = new HTTPParser();
  /** Methods of the requests that the responses answer. */
  private readonly asked: readonly string[];
  private answered = 0;
  private lines: string[] = [];
  private target = '';
  /** Its head is read, its end is not. */
  private present: Message | undefined = undefined;
  private upgrading = false;
  private closed = false;

  constructor(kind: 'requests' | 'responses', asked: readonly string[] = []) {
    this.type = kind === 'requests' ? HTTPParser.REQUEST : HTTPParser.RESPONSE;
    this.asked = asked;
    this.listen();
    this.start();
  }

  private start(): void {
    this.parser.initialize(this.type, {}, MAX_HEAD, HTTPParser.kLenientNone);
    this.upgrading = false;
  }

  private listen(): void {
    const { parser } = this;
    parser[HTTPParser.kOnMessageBegin] = () => {
      this.end = 'waiting';
      this.lines = [];
      this.target = '';
    };
    parser[HTTPParser.kOnHeaders] = (pairs: readonly string[], target: string) => {
      if (this.present === undefined) this.addLines(pairs, this.lines);
      else this.addLines(pairs, this.present.trailers);
      this.target += target;
    };
    parser[HTTPParser.kOnHeadersComplete] = (...head: Head) => this.onHead(head);
    parser[HTTPParser.kOnBody] = (bytes: Buffer) => {
      this.present!.body += bytes.toString('latin1');
    };
    parser[HTTPParser.kOnMessageComplete] = () => {
      this.present!.whole = true;
      this.present = undefined;
      this.end = 'idle';
    };
  }

  private addLines(pairs: readonly string[], lines: string[]): void {
    for (let i = 0; i < pairs.length; i += 2) lines.push(`${pairs[i]}: ${pairs[i + 1]}`);
  }

  private onHead([, minor, pairs, method, target, status = 0, , upgrade]: Head): number {
    if (pairs !== undefined) this.addLines(pairs, this.lines);
    const message: Message = {
      method: method === undefined ? '' : (METHOD_NAMES.get(method) ?? `${method}`),
      target: target === undefined ? this.target : target,
      status,
      minor,
      fields: this.lines,
      body: '',
      trailers: [],
      whole: false,
    };
    this.messages.push(message);
    this.present = message;
    this.upgrading = upgrade;
    return status > 0 && this.hasNoBody(status) ? NO_BODY : HAS_BODY;
  }

  /** RFC 9112 §6.3; llhttp leaves the first two to its user, and has bodies behind 204 and 304 that name a length. */
  private hasNoBody(status: number): boolean {
    if (status < 200) return true;
    const toHead = this.asked[this.answered++] === 'HEAD';
    return toHead || status === 204 || status === 304;
  }

  /** Reads what comes next. */
  push(bytes: Uint8Array): void {
    let rest = this.closed ? NOTHING : bytes;
    while (rest.length > 0 && this.end !== 'refused' && this.end !== 'over') {
      const read = this.parser.execute(rest);
      if (typeof read !== 'number') this.fail(read);
      else if (!this.upgrading || (this.present !== undefined && read === rest.length)) return;
      else if (this.present !== undefined) this.fail(new Error(HIDDEN));
      else rest = this.leave(rest.subarray(read));
    }
  }

  /** It stops at every upgrade that is asked for. Whoever ignores one goes on with HTTP, so it is started anew. */
  private leave(rest: Uint8Array): Uint8Array {
    const { method, status } = this.messages.at(-1)!;
    if (method === 'CONNECT' || status === 101) this.end = 'over';
    else this.start();
    return rest;
  }

  private fail(error: Error): void {
    const code = 'code' in error ? String(error.code) : error.message;
    this.end = code === 'HPE_CLOSED_CONNECTION' ? 'over' : 'refused';
    this.reason = `${code}${'reason' in error ? ` ${error.reason}` : ''}`;
  }

  /** Must be called when nothing more is read; what comes nevertheless is dropped. */
  close(): void {
    if (!this.closed) this.parser.close();
    this.closed = true;
  }

  /** The sender closed its side. */
  finish(): void {
    if (this.closed || this.end === 'refused' || this.end === 'over') return;
    const error = this.parser.finish();
    if (error !== undefined) this.fail(error);
  }
}

type Head = readonly [
  major: number,
  minor: number,
  pairs: readonly string[] | undefined,
  method: number | undefined,
  target: string | undefined,
  status: number | undefined,
  reason: string | undefined,
  upgrade: boolean,
  keepAlive: boolean,
];

/** All of `bytes` as llhttp reads them. */
export function readByLlhttp(
  kind: 'requests' | 'responses',
  bytes: Uint8Array,
  asked: readonly string[] = [],
  ends = false,
): Reading {
  const reader = new LlhttpReader(kind, asked);
  reader.push(bytes);
  if (ends) reader.finish();
  reader.close();
  return reader;
}
