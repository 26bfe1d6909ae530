import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { certificateRows } from './certificates.ts';
import { canPin, stopAll } from './children.ts';
import { cells, HEAD, measure, type Row, ratio } from './compare.ts';
import { type Flags, HELP, parseFlags } from './flags.ts';
import { type Peer, routePath } from './job.ts';
import { runLoad, startBackend, wrk } from './load.ts';
import { memoryRows } from './memory.ts';
import { sluiceLogging, sluiceShared } from './peers/sluice.ts';
import { freePort } from './ports.ts';
import { idleRows } from './protocols/idle.ts';
import { protocolRows } from './protocols/rows.ts';
import { startPeers } from './protocols/started.ts';
import { type Instance, PROXIES, type Setting, startProxy } from './proxies.ts';
import { saveToLive } from './save-to-live.ts';
import { startToReady } from './start.ts';
import { spread, table } from './table.ts';

const KEEP_ALIVE = 64;
const print = (text: string) => process.stdout.write(`${text}\n`);

function isWanted(peer: Peer, flags: Flags): boolean {
  if (peer.askedBy !== undefined) return flags[peer.askedBy];
  return flags.peers === undefined || flags.peers.has(peer.name.toLowerCase());
}

async function startAll(names: readonly string[], routes: number, flags: Flags, setting: Setting, skipped: string[]) {
  const instances: Instance[] = [];
  for (const peer of PROXIES.filter(one => names.includes(one.name))) {
    if (!isWanted(peer, flags)) continue;
    const started = await startProxy(peer, routes, setting);
    if (typeof started === 'string') skipped.push(started);
    else instances.push(started);
  }
  return instances;
}

function row(job: string, proxy: Instance, target: string, connections: number, close = false): Row {
  const url = `http://127.0.0.1:${proxy.port}${target}`;
  return { job, proxy, run: seconds => runLoad({ url, connections, close, seconds }), rounds: [] };
}

async function httpRows(flags: Flags, setting: Setting, skipped: string[]): Promise<Row[]> {
  const rows: Row[] = [];
  const names = PROXIES.map(peer => peer.name);
  if (flags.parts.has('http')) {
    const proxies = await startAll(names, 1, flags, setting, skipped);
    rows.push(...proxies.map(proxy => row('keep-alive, 1 route', proxy, routePath(0), KEEP_ALIVE)));
    if (flags.all) {
      rows.push(...proxies.map(proxy => row('connection per request', proxy, routePath(0), 32, true)));
      rows.push(...proxies.map(proxy => row('1 MiB answers', proxy, `${routePath(0)}/big`, 8)));
    }
  }
  if (flags.parts.has('routes')) {
    const proxies = await startAll(['Sluice', 'Envoy'], flags.routes, flags, setting, skipped);
    for (const [job, index] of [
      ['first', 0],
      ['last', flags.routes - 1],
    ] as const) {
      rows.push(...proxies.map(proxy => row(`${job} of ${flags.routes} routes`, proxy, routePath(index), KEEP_ALIVE)));
    }
  }
  return rows;
}

async function compare(flags: Flags, setting: Setting, skipped: string[]): Promise<void> {
  const rows = await httpRows(flags, setting, skipped);
  if (flags.parts.has('protocols')) rows.push(...protocolRows(await startPeers(flags, setting, 'protocols', skipped)));
  skipped.push(...(await measure(rows, flags.rounds, flags.seconds)));
  if (rows.length > 0) print(`${table(HEAD, cells(rows))}\n`);
  const [first, last] = ['first', 'last'].map(word =>
    rows.find(one => one.proxy.name === 'Sluice' && one.job.startsWith(word)),
  );
  for (const [what, variant] of [
    ['with access log / without', sluiceLogging],
    ['with two workers / with one', sluiceShared],
  ] as const) {
    const row = rows.find(one => one.proxy.name === variant.name);
    const plain = rows.find(one => one.proxy.name === 'Sluice' && one.job === row?.job);
    if (row && plain) print(`Sluice, CPU ${what}: ${ratio(row, plain)}\n`);
  }
  if (first && last) print(`Sluice, CPU of the last route / the first: ${ratio(last, first)}\n`);
  for (const proxy of new Set(rows.map(one => one.proxy))) await proxy.stop();
}

async function timings(flags: Flags, setting: Setting, skipped: string[]): Promise<void> {
  const rows: string[][] = [];
  const attempt = async (name: string, work: () => Promise<string[]>) => {
    try {
      rows.push(await work());
    } catch (error) {
      skipped.push(`${name}: ${(error as Error).message}`);
    }
  };
  if (flags.parts.has('save')) {
    await attempt('save → live', async () => {
      const { bytes, times } = await saveToLive(setting.dir, setting.backendPort, flags.routes, flags.repeats);
      return [
        `save → live, ${flags.routes} routes in ${(bytes / 1e6).toFixed(2)} MB`,
        spread(times, 1),
        `${times.length}`,
      ];
    });
  }
  if (flags.parts.has('start')) {
    await attempt('start', async () => {
      const times = await startToReady(flags.repeats);
      return ['start → ready, quickstart, not the first start', spread(times, 0), `${times.length}`];
    });
  }
  if (rows.length > 0) print(`${table(['Sluice', 'ms, median [min–max]', 'times'], rows)}\n`);
}

async function memory(flags: Flags, setting: Setting, skipped: string[]): Promise<void> {
  const names = PROXIES.filter(peer => peer.askedBy === undefined).map(peer => peer.name);
  const proxies = await startAll(names, 1, flags, { ...setting, dir: path.join(setting.dir, 'memory') }, skipped);
  const rows = await memoryRows(proxies, flags.routes, setting, skipped);
  if (rows.length > 0) print(`${table(['memory', 'proxy', 'resident'], rows)}\n`);
}

async function idle(flags: Flags, setting: Setting, skipped: string[]): Promise<void> {
  const rows = await idleRows(part => startPeers(flags, setting, part, skipped), skipped);
  if (rows.length > 0) print(`${table(['memory', 'proxy', 'resident'], rows)}\n`);
}

async function certificates({ rounds, seconds }: Flags, dir: string, skipped: string[]): Promise<void> {
  try {
    const rows = await certificateRows(dir, rounds, seconds);
    print(`${table(['Sluice', 'CPU or memory', '× one certificate'], rows)}\n`);
  } catch (error) {
    skipped.push(`certificates: ${(error as Error).message}`);
  }
}

async function run(flags: Flags, dir: string): Promise<void> {
  const skipped: string[] = canPin ? [] : ['pinning to cores: taskset is not installed'];
  const backendPort = await freePort();
  const backend = await startBackend(backendPort, dir);
  const setting: Setting = { dir, backendPort, forwarded: flags.forwarded };
  print(
    `${flags.rounds} interleaved rounds of ${flags.seconds} s, median [min–max]; proxy on core 1; ${wrk ? 'wrk' : 'own load generator'} and the ` +
      `backend (${backend.kind}) on core 0; load average at the start ${loadavg()[0]!.toFixed(1)}\n`,
  );
  await compare(flags, setting, skipped);
  if (flags.parts.has('memory')) await memory(flags, setting, skipped);
  if (flags.parts.has('idle')) await idle(flags, setting, skipped);
  if (flags.parts.has('certificates')) await certificates(flags, dir, skipped);
  await timings(flags, setting, skipped);
  for (const line of new Set(skipped)) print(`skipped: ${line}`);
}

async function main(): Promise<void> {
  if (process.argv.includes('--help')) {
    print(HELP);
    return;
  }
  const flags = parseFlags(process.argv.slice(2));
  const dir = mkdtempSync(path.join(tmpdir(), 'sluice-bench-'));
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => stopAll().then(() => process.exit(1)));
  try {
    await run(flags, dir);
  } finally {
    await stopAll();
    rmSync(dir, { recursive: true, force: true });
  }
}

try {
  await main();
} catch (error) {
  process.stderr.write(`bench: ${(error as Error).message}\n`);
  process.exitCode = 2;
}
