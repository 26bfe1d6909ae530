import { once } from 'node:events';
import path from 'node:path';
import { startChild } from '../children.ts';
import { HOST } from '../job.ts';
import { BIG_BYTES, LOAD_CORE, type LoadResult, runLoad } from '../load.ts';
import { findProgram } from '../programs.ts';

/** Load by a program that this machine may lack; the reason then is the row's failure. */
async function output(name: string, debianPackage: string, args: readonly string[]): Promise<string> {
  const program = findProgram(name);
  if (program === undefined) throw new Error(`${name} is not installed (Debian package ${debianPackage})`);
  const child = startChild(LOAD_CORE, program, args);
  await once(child.process, 'close');
  return child.output();
}

/** Many streams on few connections. */
export async function h2load(url: string, seconds: number, more: readonly string[] = []): Promise<LoadResult> {
  const shape = ['-c8', '-m16', '-t1', `-D${seconds}`, '--warm-up-time=0', '-H', `:authority: ${HOST}`];
  const text = await output('h2load', 'nghttp2-client', [...shape, ...more, url]);
  const [, good, ...others] = /status codes: (\d+) 2xx, (\d+) 3xx, (\d+) 4xx, (\d+) 5xx/.exec(text) ?? [];
  if (good === undefined || good === '0' || others.some(count => count !== '0')) {
    throw new Error(`h2load: ${text.trim().slice(-400)}`);
  }
  return { requests: Number(good), perSecond: Number(good) / seconds };
}

/** Keep-alive HTTP/1.1, or a connection for each request: over TLS each with a full handshake. */
export function overTls(url: string, seconds: number, connections: number, close: boolean): Promise<LoadResult> {
  return runLoad({ url, seconds, connections, close });
}

/** Connections that each take up an earlier session, without a request. */
export async function resumed(port: number, seconds: number): Promise<LoadResult> {
  const text = await script('resuming.ts', port, seconds);
  const [, count, again] = /(\d+) connections, (\d+) resumed/.exec(text) ?? [];
  if (count === undefined || count === '0' || count !== again) throw new Error(`resuming: ${text.trim().slice(-200)}`);
  return { requests: Number(count), perSecond: Number(count) / seconds };
}

/** Whole handshakes, one after the other for each of so many server names. */
export async function shaken(port: number, seconds: number, names: number): Promise<LoadResult> {
  const text = await script('handshaking.ts', port, seconds, names);
  const count = Number(/(\d+) handshakes/.exec(text)?.[1] ?? 0);
  if (count === 0) throw new Error(`handshaking: ${text.trim().slice(-200)}`);
  return { requests: count, perSecond: count / seconds };
}

/** What passes through, in MiB: large answers of HTTP that nobody looks into. */
export async function mebibytes(url: string, seconds: number): Promise<LoadResult> {
  const { requests, perSecond } = await runLoad({ url, seconds, connections: 8 });
  const each = BIG_BYTES / 2 ** 20;
  return { requests: requests * each, perSecond: perSecond * each };
}

/** Datagrams there and back. */
export async function datagrams(port: number, seconds: number): Promise<LoadResult> {
  const text = await script('datagrams.ts', 'load', port, seconds);
  const count = Number(/(\d+) datagrams in/.exec(text)?.[1] ?? 0);
  if (count === 0) throw new Error(`no datagram came back: ${text.trim().slice(-200)}`);
  return { requests: count, perSecond: count / seconds };
}

/** What one of our own load generators prints. */
async function script(name: string, ...args: readonly (string | number)[]): Promise<string> {
  const child = startChild(LOAD_CORE, process.execPath, [path.join(import.meta.dirname, name), ...args.map(String)]);
  await once(child.process, 'close');
  return child.output();
}
