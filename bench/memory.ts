import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { usageOf } from './cpu.ts';
import { perIdleConnection, REST } from './idle.ts';
import { HOST, routePath } from './job.ts';
import { sluiceShared } from './peers/sluice.ts';
import { type Instance, type Setting, startProxy } from './proxies.ts';

/** Connections that are kept after one request. */
const IDLE = 5_000;

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
      const bytes = await perIdleConnection(proxy.pid, IDLE, () => asked(proxy.port));
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

/** A connection after its first request. */
async function asked(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.write(`GET ${routePath(0)} HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  if (!answer.toString('latin1').startsWith('HTTP/1.1 200'))
    throw new Error(`it answers ${answer.toString('latin1', 0, 20)}`);
  return socket.on('error', () => {});
}
