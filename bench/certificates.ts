import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { usageOf } from './cpu.ts';
import { PROXY_CORE } from './load.ts';
import { runSluice } from './peers/sluice.ts';
import { freePort } from './ports.ts';
import { shaken } from './protocols/loads.ts';
import { makePair } from './protocols/pair.ts';
import { median, spread } from './table.ts';

const MANY = 10_000;
/** Listeners that one ListenerSet may have. */
const PER_SET = 64;
/** Fewer names than contexts are kept (--max-tls-contexts), and all. */
const ASKED = [1, 900, MANY];

/** CPU of a whole handshake where there is one certificate, and where there are many, by how many of them are asked for. */
export async function certificateRows(dir: string, rounds: number, seconds: number): Promise<string[][]> {
  const one = await start(path.join(dir, 'one-certificate'), 1);
  const many = await start(path.join(dir, 'many-certificates'), MANY);
  const jobs = [
    { name: '1 certificate', proxy: one, asked: 1, cpu: [] as number[] },
    ...ASKED.map(asked => ({
      name: `${MANY} certificates, ${asked} asked for`,
      proxy: many,
      asked,
      cpu: [] as number[],
    })),
  ];
  for (const { proxy, asked } of jobs) await shaken(proxy.port, 1, asked);
  for (let round = 0; round < rounds; round++) {
    for (const { proxy, asked, cpu } of jobs) {
      const before = usageOf(proxy.pid).cpu;
      const { requests } = await shaken(proxy.port, seconds, asked);
      cpu.push((usageOf(proxy.pid).cpu - before) / requests);
    }
  }
  const memory = (usageOf(many.pid).rss - usageOf(one.pid).rss) / MANY / 1_024;
  for (const { stop } of [one, many]) await stop();
  const base = median(jobs[0]!.cpu);
  return [
    ...jobs.map(({ name, cpu }) => [`handshake, ${name}`, `${spread(cpu, 0)} µs`, (median(cpu) / base).toFixed(2)]),
    ['memory of a certificate', `${memory.toFixed(1)} KiB`, ''],
  ];
}

async function start(dir: string, count: number) {
  mkdirSync(dir);
  writeFileSync(path.join(dir, 'all.yaml'), manifests(makePair(dir), count));
  const port = await freePort();
  const child = await runSluice(PROXY_CORE, dir, { listenPort: port, backendPort: 9 });
  return { port, pid: child.pid, stop: () => child.stop() };
}

/** As many listeners, each with a Secret of its own. */
function manifests(pair: { readonly certificate: string; readonly key: string }, count: number): string {
  const data = { 'tls.crt': readFileSync(pair.certificate, 'utf8'), 'tls.key': readFileSync(pair.key, 'utf8') };
  const names = Array.from({ length: count }, (_, index) => `h${index}`);
  const secrets = names.map(name => object('v1', 'Secret', name, { type: 'kubernetes.io/tls', stringData: data }));
  const sets = Array.from({ length: Math.ceil(count / PER_SET) }, (_, at) => {
    const listeners = names.slice(at * PER_SET, (at + 1) * PER_SET).map(listener);
    return object(GATEWAY, 'ListenerSet', `set${at}`, { spec: { parentRef: { name: 'bench' }, listeners } });
  });
  const allowedListeners = { namespaces: { from: 'All' } };
  const plain = { name: 'plain', port: 1, protocol: 'HTTP' };
  const spec = { gatewayClassName: 'sluice', allowedListeners, listeners: [plain] };
  return [object(GATEWAY, 'Gateway', 'bench', { spec }), ...secrets, ...sets]
    .map(each => JSON.stringify(each))
    .join('\n---\n');
}

const GATEWAY = 'gateway.networking.k8s.io/v1';

function object(apiVersion: string, kind: string, name: string, rest: object): object {
  return { apiVersion, kind, metadata: { name }, ...rest };
}

function listener(name: string): object {
  const tls = { mode: 'Terminate', certificateRefs: [{ name }] };
  return { name, port: 8080, protocol: 'HTTPS', hostname: `${name}.example`, tls };
}
