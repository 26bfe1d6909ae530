import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { usageOf } from './cpu.ts';
import { HOST, routePath } from './job.ts';
import { sluiceShared } from './peers/sluice.ts';
import { type Instance, type Setting, startProxy } from './proxies.ts';

/** Connections that are kept after one request, and how many are opened at a time. */
const IDLE = 5_000;
const AT_A_TIME = 50;
/** The first connections make what all share; they are not counted. */
const FIRST = 500;
/** Time for a process to come to rest, ms. */
const REST = 3_000;

/** What one idle connection costs each proxy, and what the process of Sluice has with two workers and many routes. */
export async function memoryRows(
  proxies: readonly Instance[],
  routes: number,
  setting: Setting,
  skipped: string[],
): Promise<string[][]> {
  const rows: string[][] = [];
  for (const proxy of proxies) {
    try {
      const bytes = await perIdleConnection(proxy);
      rows.push([`idle connection, of ${IDLE}`, proxy.name, `${(bytes / 1024).toFixed(1)} KiB`]);
    } catch (error) {
      skipped.push(`idle connections, ${proxy.name}: ${(error as Error).message}`);
    }
    await proxy.stop();
  }
  const large = await startProxy(sluiceShared, routes, setting);
  if (typeof large === 'string') skipped.push(large);
  else {
    await sleep(REST);
    rows.push([`process, ${routes} routes`, large.name, `${(usageOf(large.pid).rss / 2 ** 20).toFixed(0)} MiB`]);
    await large.stop();
  }
  return rows;
}

async function perIdleConnection({ pid, port }: Instance): Promise<number> {
  const sockets: Socket[] = [];
  try {
    await open(port, FIRST, sockets);
    await sleep(REST);
    const before = usageOf(pid).rss;
    await open(port, IDLE, sockets);
    await sleep(REST);
    return (usageOf(pid).rss - before) / IDLE;
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}

async function open(port: number, count: number, sockets: Socket[]): Promise<void> {
  for (let left = count; left > 0; left -= AT_A_TIME) {
    const batch = Array.from({ length: Math.min(left, AT_A_TIME) }, () => connect(port, '127.0.0.1'));
    sockets.push(...batch);
    await Promise.all(batch.map(askOnce));
  }
}

async function askOnce(socket: Socket): Promise<void> {
  socket.write(`GET ${routePath(0)} HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  if (!answer.toString('latin1').startsWith('HTTP/1.1 200'))
    throw new Error(`it answers ${answer.toString('latin1', 0, 20)}`);
  socket.on('error', () => {});
}
