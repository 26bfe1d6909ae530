import type { TLSSocket } from 'node:tls';
import type { Allowance } from './allowance.ts';
import { createFrameReader, frame } from './framing.ts';
import type { Ping } from './messages.ts';

/** Messages over one connection, and the signs of life of both sides. */
export interface Channel {
  /** False: the peer does not keep up; nothing should be sent until `onDrain`. */
  send(text: string): boolean;
  bytesSent(): number;
  /** Ms between signs of life; without a call none are sent. Who gives none for `patience` ms is cut off. */
  beat(interval: number, patience: number): void;
  /** After this message nothing is sent or heard. */
  end(text: string): void;
  destroy(reason: string): void;
}

export interface ChannelOptions {
  readonly socket: TLSSocket;
  /** Bytes of a message, asked for each. */
  readonly limit: () => number;
  /** Absent, or undefined when it is asked: as much as comes is read. */
  readonly allowance?: () => Allowance | undefined;
  readonly onMessage: (text: string) => void;
  readonly onDrain?: () => void;
  /** Once. */
  readonly onClose: (reason: string) => void;
}

/** How long a peer may take to hear the last word, in ms. */
const FAREWELL = 1_000;

export function createChannel({ socket, limit, allowance, onMessage, onDrain, onClose }: ChannelOptions): Channel {
  const reader = createFrameReader(limit);
  let sent = 0;
  let open = true;
  let beats: NodeJS.Timeout | undefined;
  /** Beats since the peer was heard. Not the time: whoever was kept busy has not listened, however long it was. */
  let missed = 0;

  function close(reason: string): void {
    if (!open) return;
    open = false;
    clearInterval(beats);
    onClose(reason);
  }

  function destroy(reason: string): void {
    close(reason);
    socket.destroy();
  }

  function take(chunk: Buffer): void {
    missed = 0;
    rest(allowance?.()?.take(chunk.length) ?? 0);
    const texts = open ? reader.read(chunk) : [];
    if (texts === undefined) destroy(`a message is longer than ${limit()} bytes`);
    for (const text of texts ?? []) if (open) onMessage(text);
  }

  function rest(ms: number): void {
    if (ms === 0) return;
    socket.pause();
    setTimeout(() => socket.resume(), ms).unref();
  }

  function send(text: string): boolean {
    if (!open) return false;
    const bytes = frame(text);
    sent += bytes.length;
    return socket.write(bytes);
  }

  socket.setNoDelay(true);
  socket.on('data', take);
  socket.on('drain', () => open && onDrain?.());
  socket.on('error', error => close(error.message));
  socket.on('close', () => close('the connection was closed'));

  return {
    send,
    bytesSent: () => sent,
    beat(interval, patience) {
      clearInterval(beats);
      if (!open) return;
      missed = 0;
      beats = setInterval(() => {
        if (missed * interval > patience) destroy(`no sign of life for ${Math.round((missed * interval) / 1_000)} s`);
        else if (!socket.writableNeedDrain) send(PING);
        missed++;
      }, interval);
    },
    end(text) {
      if (!open) return;
      send(text);
      close('it was told to end');
      socket.end();
      setTimeout(() => socket.destroy(), FAREWELL).unref();
    },
    destroy,
  };
}

const PING = JSON.stringify({ type: 'ping' } satisfies Ping);
