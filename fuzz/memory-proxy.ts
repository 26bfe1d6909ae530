import { createProxy } from '../src/proxy/in-thread.ts';
import { DEFAULT_PROXY_OPTIONS } from '../src/proxy/index.ts';
import { type FarSide, MemoryRuntime, type MemorySocket } from '../src/proxy/memory/memory-runtime.ts';
import { backend, bind, forward, listener, route } from '../test/wire/config.ts';
import { LlhttpReader } from './llhttp.ts';
import type { Message } from './reading.ts';

/** What the backend does with a whole request that came on `socket`. */
export type Answering = (request: Message, socket: MemorySocket) => void;

/** The whole data plane with one route and one backend, all in memory. One serves many cases, so its pool is in use. */
export interface MemoryProxy {
  readonly runtime: MemoryRuntime;
  /** Requests that reached the backend in this case, in order; the last may not be whole. */
  readonly arrived: readonly Message[];
  /** What llhttp could not read of what was sent to the backend. */
  readonly unreadable: readonly string[];
  /** Begins a case. */
  begin(answering: Answering): void;
  close(): void;
}

/** A client that reads with llhttp. */
export interface MemoryClient {
  readonly socket: MemorySocket;
  readonly reader: LlhttpReader;
  /** The proxy closed its side; by a reset. */
  ended: boolean;
  reset: boolean;
}

export async function openProxy(): Promise<MemoryProxy> {
  const arrived: Message[] = [];
  const unreadable: string[] = [];
  let answering: Answering = () => {};
  const accept = (socket: MemorySocket): FarSide => {
    const reader = new LlhttpReader('requests');
    return {
      onBytes(bytes) {
        reader.push(bytes);
        for (const request of reader.messages) if (!arrived.includes(request)) arrived.push(request);
        if (reader.end === 'refused') unreadable.push(reader.reason);
        while (reader.messages[0]?.whole) answering(reader.messages.shift()!, socket);
      },
      onEnd() {
        socket.deliver(undefined);
        reader.close();
      },
    };
  };
  const runtime = new MemoryRuntime(accept);
  const proxy = createProxy(DEFAULT_PROXY_OPTIONS, runtime);
  const units = [...backend('api', 80), route([{ action: forward({ api: 1 }) }]), listener(), bind()];
  await proxy.apply({ upserts: units, removals: [] });
  return {
    runtime,
    arrived,
    unreadable,
    begin(next) {
      arrived.length = 0;
      unreadable.length = 0;
      answering = next;
    },
    close() {
      proxy.close();
      runtime.settle();
    },
  };
}

export function connectClient(runtime: MemoryRuntime, methods: readonly string[]): MemoryClient {
  const reader = new LlhttpReader('responses', methods);
  const far: FarSide = {
    onBytes: bytes => reader.push(bytes),
    onEnd(reset) {
      client.ended = true;
      client.reset ||= reset;
      if (!reset) reader.finish();
      reader.close();
    },
  };
  const client: MemoryClient = { socket: runtime.client(far), reader, ended: false, reset: false };
  return client;
}
