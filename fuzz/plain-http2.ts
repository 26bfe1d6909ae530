import { type Line, PlainHpack } from './plain-hpack.ts';

const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const FRAME_HEAD = 9;
const MAX_PAYLOAD = 16_384;
const [DATA, HEADERS, RST_STREAM, CONTINUATION] = [0, 1, 3, 9];
const [END_STREAM, END_HEADERS, PADDED, PRIORITY] = [1, 4, 8, 32];

/** What frames say of one stream, whether or not they may. */
export interface PlainStream {
  readonly id: number;
  /** Of each block: the first is the head. */
  readonly blocks: (readonly Line[])[];
  /** One character per byte. */
  content: string;
  ended: boolean;
  reset: boolean;
}

export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly id: number;
  readonly payload: Buffer;
}

/** Whole frames, up to the first that is larger than any may be. `left`: bytes behind them. */
export function framesOf(bytes: Buffer): { readonly frames: readonly Frame[]; readonly left: number } {
  const frames: Frame[] = [];
  let at = 0;
  while (at + FRAME_HEAD <= bytes.length) {
    const size = bytes.readUIntBE(at, 3);
    const end = at + FRAME_HEAD + size;
    if (size > MAX_PAYLOAD || end > bytes.length) break;
    const id = bytes.readUInt32BE(at + 5) & 0x7fffffff;
    frames.push({ type: bytes[at + 3]!, flags: bytes[at + 4]!, id, payload: bytes.subarray(at + FRAME_HEAD, end) });
    at = end;
  }
  return { frames, left: bytes.length - at };
}

/** What a client's bytes say, where they are taken as they come: more than a server may read in them, and nothing else. */
export function readClient(bytes: Buffer): readonly PlainStream[] {
  if (bytes.toString('latin1', 0, PREFACE.length) !== PREFACE) return [];
  return readServer(bytes.subarray(PREFACE.length));
}

/** The same of a server, which has no preface. */
export function readServer(bytes: Buffer): readonly PlainStream[] {
  const { frames, left } = framesOf(bytes);
  return streamsOf([...frames, ...begunContent(bytes.subarray(bytes.length - left))]) ?? [];
}

/** Content is passed on before its frame is whole: at most all of this. */
function begunContent(rest: Buffer): readonly Frame[] {
  if (rest.length < FRAME_HEAD || rest[3] !== DATA) return [];
  const padded = (rest[4]! & PADDED) !== 0 ? 1 : 0;
  const payload = rest.subarray(FRAME_HEAD + padded);
  return [{ type: DATA, flags: 0, id: rest.readUInt32BE(5) & 0x7fffffff, payload }];
}

/** The streams of frames, until a block can't be decoded; undefined where `strictly` and that is so. */
export function streamsOf(frames: readonly Frame[], strictly = false): readonly PlainStream[] | undefined {
  const hpack = new PlainHpack();
  const streams: PlainStream[] = [];
  let parts: Buffer[] = [];
  let ends = false;
  for (const { type, flags, id, payload } of frames) {
    const stream = streams.findLast(each => each.id === id);
    if (type === DATA && stream !== undefined && !stream.ended) {
      stream.content += unpadded(payload, flags).toString('latin1');
      stream.ended = (flags & END_STREAM) !== 0;
    } else if (type === RST_STREAM && stream !== undefined) stream.reset = true;
    if (type === HEADERS) {
      parts = [fragment(payload, flags)];
      ends = (flags & END_STREAM) !== 0;
    } else if (type === CONTINUATION) parts.push(payload);
    if ((type !== HEADERS && type !== CONTINUATION) || (flags & END_HEADERS) === 0) continue;
    const block = hpack.decode(Buffer.concat(parts));
    if (block === undefined) return strictly ? undefined : streams;
    if (stream === undefined) streams.push({ id, blocks: [block], content: '', ended: ends, reset: false });
    else {
      stream.blocks.push(block);
      stream.ended ||= ends;
    }
  }
  return streams;
}

function unpadded(payload: Buffer, flags: number): Buffer {
  if ((flags & PADDED) === 0 || payload.length === 0) return payload;
  return payload.subarray(1, Math.max(1, payload.length - payload[0]!));
}

function fragment(payload: Buffer, flags: number): Buffer {
  const content = unpadded(payload, flags);
  return (flags & PRIORITY) === 0 ? content : content.subarray(5);
}
