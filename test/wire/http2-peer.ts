import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { FRAME_HEAD, PREFACE, read31, writeFrameHead } from '../../src/proxy/http2/frames.ts';

export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

/** A client that writes any frames it likes, and keeps those that it is sent. */
export interface FramePeer {
  readonly socket: Socket;
  readonly frames: Frame[];
  readonly closed: boolean;
  send(...parts: readonly (Buffer | string)[]): void;
}

export function frame(type: number, flags: number, stream: number, payload: string | readonly number[] = ''): Buffer {
  const body = typeof payload === 'string' ? Buffer.from(payload, 'latin1') : Buffer.from(payload);
  const head = Buffer.alloc(FRAME_HEAD);
  writeFrameHead(head, 0, body.length, type, flags, stream);
  return Buffer.concat([head, body]);
}

export const word = (value: number): number[] => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];

/** What a client begins with. */
export const GREETING = Buffer.concat([PREFACE, frame(4, 0, 0)]);

/** A header block that says GET of this path (RFC 7541 appendix A: 2 GET, 4 path, 6 http, 1 authority). */
export function getBlock(path = '/'): number[] {
  return [0x82, 0x86, 0x04, path.length, ...Buffer.from(path), 0x01, 9, ...Buffer.from('a.example')];
}

export async function framePeer(port: number): Promise<FramePeer> {
  const socket = connect({ port, host: '127.0.0.1' });
  const state = { closed: false };
  const frames: Frame[] = [];
  let rest = Buffer.alloc(0);
  socket.on('data', (part: Buffer) => {
    rest = Buffer.concat([rest, part]);
    while (rest.length >= FRAME_HEAD && rest.length >= FRAME_HEAD + rest.readUIntBE(0, 3)) {
      const end = FRAME_HEAD + rest.readUIntBE(0, 3);
      frames.push({
        type: rest[3]!,
        flags: rest[4]!,
        stream: read31(rest, 5),
        payload: rest.subarray(FRAME_HEAD, end),
      });
      rest = rest.subarray(end);
    }
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    state.closed = true;
  });
  await once(socket, 'connect');
  return {
    socket,
    frames,
    get closed() {
      return state.closed;
    },
    send(...parts) {
      for (const part of parts) if (!socket.destroyed) socket.write(part);
    },
  };
}
