import type { ByteStream } from './byte-stream.ts';

/** Fields in order, names in lower case. */
export type Fields = readonly (readonly [name: string, value: string])[];

export interface Message {
  /** Everything up to the empty line, as it came. */
  readonly head: string;
  readonly startLine: string;
  readonly fields: Fields;
  /** Latin-1. */
  readonly body: string;
  readonly trailers: Fields;
  readonly framing: 'none' | 'length' | 'chunked' | 'close';
}

export interface Request extends Message {
  readonly method: string;
  readonly target: string;
}

export interface Answer extends Message {
  readonly status: number;
}

/** Values of a field, joined as RFC 9110 §5.2 says; undefined if it is absent. */
export function field(message: Pick<Message, 'fields'>, name: string): string | undefined {
  const values = message.fields.filter(([key]) => key === name).map(([, value]) => value);
  return values.length === 0 ? undefined : values.join(', ');
}

/** A reader that believes what it reads: what a proxy sends must be free of doubt. */
export async function readRequest(stream: ByteStream, onHead?: (request: Request) => void): Promise<Request> {
  const head = await readHead(stream);
  const [method = '', target = ''] = head.startLine.split(' ');
  const framing = framingOf(head.fields) ?? 'none';
  onHead?.({ ...head, method, target, framing, body: '', trailers: [] });
  return { ...head, method, target, ...(await readBody(stream, framing, head.fields)) };
}

/** The final answer to a request with `method`; interim ones are skipped unless `interim` takes them. */
export async function readAnswer(
  stream: ByteStream,
  method = 'GET',
  interim: (answer: Answer) => void = () => {},
): Promise<Answer> {
  for (;;) {
    const head = await readHead(stream);
    const status = Number(head.startLine.split(' ')[1]);
    if (status >= 100 && status < 200) {
      interim({ ...head, status, framing: 'none', body: '', trailers: [] });
      continue;
    }
    const bodiless = method === 'HEAD' || status === 204 || status === 304;
    const framing = bodiless ? 'none' : (framingOf(head.fields) ?? 'close');
    return { ...head, status, ...(await readBody(stream, framing, head.fields)) };
  }
}

async function readHead(stream: ByteStream) {
  const head = await stream.through('\r\n\r\n');
  const [startLine = '', ...lines] = head.slice(0, -4).split('\r\n');
  return { head, startLine, fields: lines.map(parseField) };
}

function parseField(line: string): readonly [string, string] {
  const match = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*$/.exec(line);
  if (!match) throw new Error(`not a field line: ${JSON.stringify(line)}`);
  return [match[1]!.toLowerCase(), match[2]!];
}

function framingOf(fields: Fields): 'length' | 'chunked' | undefined {
  const coding = field({ fields }, 'transfer-encoding')?.toLowerCase();
  const length = field({ fields }, 'content-length');
  if (coding !== undefined && length !== undefined) throw new Error('both Content-Length and Transfer-Encoding came');
  if (coding !== undefined && coding !== 'chunked') throw new Error(`Transfer-Encoding: ${coding} came`);
  if (length !== undefined && !/^\d+$/.test(length)) throw new Error(`Content-Length: ${length} came`);
  return coding ? 'chunked' : length === undefined ? undefined : 'length';
}

async function readBody(stream: ByteStream, framing: Message['framing'], fields: Fields) {
  switch (framing) {
    case 'none':
      return { framing, body: '', trailers: [] };
    case 'length':
      return { framing, body: latin1(await stream.take(Number(field({ fields }, 'content-length')))), trailers: [] };
    case 'chunked':
      return { framing, ...(await readChunks(stream)) };
    case 'close': {
      const { bytes, ending } = await stream.rest();
      if (ending === 'reset') throw new Error('reset before the end of a close-delimited body');
      return { framing, body: latin1(bytes), trailers: [] };
    }
  }
}

async function readChunks(stream: ByteStream) {
  for (let body = ''; ; ) {
    const line = await stream.through('\r\n');
    if (!/^[0-9a-fA-F]+(;.*)?\r\n$/.test(line)) throw new Error(`not a chunk size: ${JSON.stringify(line)}`);
    const size = Number.parseInt(line, 16);
    if (size === 0) return { body, trailers: await readTrailers(stream) };
    const data = latin1(await stream.take(size + 2));
    if (!data.endsWith('\r\n')) throw new Error('no CRLF after a chunk');
    body += data.slice(0, -2);
  }
}

async function readTrailers(stream: ByteStream): Promise<Fields> {
  for (const fields: (readonly [string, string])[] = []; ; ) {
    const line = await stream.through('\r\n');
    if (line === '\r\n') return fields;
    fields.push(parseField(line.slice(0, -2)));
  }
}

function latin1(bytes: Buffer): string {
  return bytes.toString('latin1');
}
