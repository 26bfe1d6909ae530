import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { usageOf } from './cpu.ts';

const AT_A_TIME = 50;
/** The first connections make what all share; they are not counted. */
const FIRST = 500;
/** Time for a process to come to rest, ms. */
export const REST = 3_000;

/** What one of `count` idle connections costs a process, in resident bytes. `open` resolves once its connection is idle. */
export async function perIdleConnection(pid: number, count: number, open: () => Promise<Duplex>): Promise<number> {
  const sockets: Duplex[] = [];
  try {
    await openMany(FIRST, open, sockets);
    await sleep(REST);
    const before = usageOf(pid).rss;
    await openMany(count, open, sockets);
    await sleep(REST);
    return (usageOf(pid).rss - before) / count;
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}

async function openMany(count: number, open: () => Promise<Duplex>, sockets: Duplex[]): Promise<void> {
  for (let left = count; left > 0; left -= AT_A_TIME) {
    const batch = Array.from({ length: Math.min(left, AT_A_TIME) }, open);
    sockets.push(...(await Promise.all(batch)));
  }
}
