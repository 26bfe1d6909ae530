import type { Socket } from 'node:net';

/** How the other side stopped sending: in order (FIN) or by reset. */
export type Ending = 'end' | 'reset';

/** What comes out of a socket, to be taken piece by piece. Every wait fails loudly after some seconds. */
export interface ByteStream {
  /** Exactly `count` bytes; rejects if the stream ends before. */
  take(count: number): Promise<Buffer>;
  /** Latin-1 up to and with `delimiter`; rejects if the stream ends before. */
  through(delimiter: string): Promise<string>;
  /** All bytes until the other side stops sending, and how it did. */
  rest(): Promise<{ readonly bytes: Buffer; readonly ending: Ending }>;
  /** Resolves when at least one byte waits (true) or the stream has ended without (false). */
  any(): Promise<boolean>;
  /** What has come and was not taken. */
  waiting(): Buffer;
}

const PATIENCE_MS = 4_000;

export function byteStream(socket: Socket): ByteStream {
  let chunks: Buffer[] = [];
  let ending: Ending | undefined;
  let wake: (() => void) | undefined;
  const change = () => wake?.();
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    change();
  });
  socket.on('end', () => {
    ending ??= 'end';
    change();
  });
  socket.on('error', () => {
    ending ??= 'reset';
    change();
  });
  socket.on('close', () => {
    ending ??= 'reset';
    change();
  });

  const whole = () => {
    if (chunks.length !== 1) chunks = [Buffer.concat(chunks)];
    return chunks[0]!;
  };
  const cut = (count: number) => {
    const bytes = whole();
    chunks = [bytes.subarray(count)];
    return bytes.subarray(0, count);
  };
  /** Resolves false when the stream ended without `ready` becoming true. */
  const until = async (ready: () => boolean, what: string): Promise<boolean> => {
    const deadline = Date.now() + PATIENCE_MS;
    while (!ready()) {
      if (ending) return false;
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`waited in vain for ${what}; what came: ${quote(whole())}`);
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, left);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return true;
  };
  const need = async (ready: () => boolean, what: string): Promise<void> => {
    if (!(await until(ready, what))) throw new Error(`${ending} before ${what}; what came: ${quote(whole())}`);
  };

  return {
    async take(count) {
      await need(() => whole().length >= count, `${count} bytes`);
      return cut(count);
    },
    async through(delimiter) {
      await need(() => whole().includes(delimiter, 0, 'latin1'), JSON.stringify(delimiter));
      return cut(whole().indexOf(delimiter, 0, 'latin1') + delimiter.length).toString('latin1');
    },
    async rest() {
      await until(() => false, 'the end of the stream');
      return { bytes: cut(whole().length), ending: ending! };
    },
    any: () => until(() => whole().length > 0, 'any byte'),
    waiting: whole,
  };
}

function quote(bytes: Buffer): string {
  return JSON.stringify(bytes.subarray(0, 300).toString('latin1'));
}
