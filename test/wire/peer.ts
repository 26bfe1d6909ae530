import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type ByteStream, byteStream } from './byte-stream.ts';
import { type Answer, type Request, readAnswer, readRequest } from './message.ts';

/** One end of a connection that says exactly what it is told to: a client of the proxy, or a backend behind it. */
export interface Peer {
  readonly socket: Socket;
  readonly stream: ByteStream;
  send(bytes: string | Uint8Array): void;
  /** Piece by piece, each in a packet of its own turn of the event loop. */
  sendPieces(pieces: readonly string[]): Promise<void>;
  answer(method?: string, interim?: (answer: Answer) => void): Promise<Answer>;
  request(onHead?: (request: Request) => void): Promise<Request>;
  /** FIN: this side has said all. */
  end(): void;
  /** RST. */
  reset(): void;
}

export function peer(socket: Socket): Peer {
  const stream = byteStream(socket.setNoDelay());
  const write = (bytes: string | Uint8Array) =>
    typeof bytes === 'string' ? socket.write(bytes, 'latin1') : socket.write(bytes);
  return {
    socket,
    stream,
    send: bytes => void write(bytes),
    async sendPieces(pieces) {
      for (const piece of pieces) {
        write(piece);
        await new Promise(setImmediate);
      }
    },
    answer: (method, interim) => readAnswer(stream, method, interim),
    request: onHead => readRequest(stream, onHead),
    end: () => void socket.end(),
    reset: () => void socket.resetAndDestroy(),
  };
}

export async function connectTo(port: number): Promise<Peer> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  await once(socket, 'connect');
  return peer(socket);
}
