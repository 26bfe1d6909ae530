import { describe, type Script } from './backend.ts';
import type { Peer } from './peer.ts';
import type { Rig } from './rig.ts';

/** Many clients of one proxy; `greet` is called for each as soon as it is connected. */
export async function crowd(rig: Rig, count: number, greet = (_client: Peer, _index: number) => {}): Promise<Peer[]> {
  const connected = async (index: number) => {
    const client = await rig.client();
    greet(client, index);
    return client;
  };
  const all: Peer[] = [];
  while (all.length < count) {
    const batch = Math.min(100, count - all.length);
    all.push(...(await Promise.all(Array.from({ length: batch }, (_, i) => connected(all.length + i)))));
  }
  return all;
}

/** Where requests wait until it is opened. */
export interface Gate {
  readonly waiting: () => number;
  wait(): Promise<void>;
  open(): void;
}

export function gate(): Gate {
  const { promise, resolve } = Promise.withResolvers<void>();
  let count = 0;
  return {
    waiting: () => count,
    wait: () => {
      count++;
      return promise;
    },
    open: resolve,
  };
}

/** Requests for `/held` wait for the gate. */
export function holding({ wait }: Gate): Script {
  return async connection => {
    while (await connection.stream.any()) {
      const request = await connection.request();
      if (request.target.startsWith('/held')) await wait();
      connection.send(describe(request));
    }
    connection.end();
  };
}
