import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startChild, untilListening } from '../children.ts';
import type { Row } from '../compare.ts';
import type { Flags } from '../flags.ts';
import { REQUEST_HEADER } from '../job.ts';
import { LOAD_CORE, type LoadResult } from '../load.ts';
import { freePort } from '../ports.ts';
import { findProgram } from '../programs.ts';
import type { Setting } from '../proxies.ts';
import { envoy } from './envoy.ts';
import { haproxy } from './haproxy.ts';
import type { Backends, Doors, ProtocolJob, ProtocolPeer } from './job.ts';
import { datagrams, h2load, mebibytes, overTls, resumed } from './loads.ts';
import { nginx } from './nginx.ts';
import { sluice } from './sluice.ts';

const PEERS: readonly ProtocolPeer[] = [sluice, nginx, haproxy, envoy];
const DOORS: readonly (keyof Doors)[] = ['https', 'h2c', 'grpc', 'tcp', 'udp'];

interface Load {
  readonly door: keyof Doors;
  /** What is done, and per what the CPU is counted where it isn't a request. */
  readonly job: string;
  run(port: number, seconds: number, dir: string): Promise<LoadResult>;
}

const LOADS: readonly Load[] = [
  { door: 'https', job: 'HTTPS/1.1 keep-alive', run: (port, s) => overTls(`https://127.0.0.1:${port}/`, s, 64, false) },
  {
    door: 'https',
    job: 'TLS 1.3 full handshake, per connection',
    run: (port, s) => overTls(`https://127.0.0.1:${port}/`, s, 16, true),
  },
  { door: 'https', job: 'TLS 1.3 resumed, per connection', run: resumed },
  { door: 'https', job: 'h2 over TLS → HTTP/1.1', run: (port, s) => h2load(`https://127.0.0.1:${port}/`, s) },
  { door: 'h2c', job: 'h2c → HTTP/1.1', run: (port, s) => h2load(`http://127.0.0.1:${port}/`, s) },
  { door: 'grpc', job: 'gRPC unary, h2c → h2c', run: calls },
  { door: 'tcp', job: 'TCP, per MiB', run: (port, s) => mebibytes(`http://127.0.0.1:${port}/big`, s) },
  { door: 'udp', job: 'UDP, per datagram there and back', run: datagrams },
];

function calls(port: number, seconds: number, dir: string): Promise<LoadResult> {
  const grpc = ['-H', 'content-type: application/grpc', '-H', 'te: trailers', '-d', path.join(dir, 'call')];
  return h2load(`http://127.0.0.1:${port}/bench.Service/Call`, seconds, grpc);
}

/** The rows of all protocols, of every proxy that is installed. */
export async function protocolRows(flags: Flags, setting: Setting, skipped: string[]): Promise<Row[]> {
  const openssl = findProgram('openssl');
  if (openssl === undefined) {
    skipped.push('protocols: a certificate can only be made with openssl');
    return [];
  }
  const dir = path.join(setting.dir, 'protocols');
  mkdirSync(dir);
  // A message of gRPC: not compressed, 16 bytes.
  writeFileSync(path.join(dir, 'call'), Buffer.from([0, 0, 0, 0, 16, ...Buffer.alloc(16, 'x')]));
  const pair = makePair(openssl, dir);
  const backends = await startBackends(setting.backendPort, dir);
  const rows: Row[] = [];
  for (const peer of PEERS) {
    if (flags.peers !== undefined && !flags.peers.has(peer.name.toLowerCase())) continue;
    const started = await start(peer, { ...pair, backends, dir: path.join(dir, peer.name) });
    if (typeof started === 'string') skipped.push(started);
    else rows.push(...rowsOf(peer, started, dir));
  }
  return rows.sort((a, b) => order(a) - order(b));
}

function order({ job }: Row): number {
  return LOADS.findIndex(load => load.job === job);
}

interface Started {
  readonly doors: Doors;
  readonly pid: number;
  stop(): Promise<void>;
}

function rowsOf(peer: ProtocolPeer, { doors, pid, stop }: Started, dir: string): Row[] {
  const proxy = { name: peer.name, port: doors.https, pid, stop };
  return LOADS.filter(({ door }) => !peer.lacks.includes(door)).map(({ door, job, run }) => ({
    job,
    proxy,
    rounds: [],
    run: (seconds: number) => run(doors[door], seconds, dir),
  }));
}

async function start(peer: ProtocolPeer, job: Omit<ProtocolJob, 'doors'>): Promise<Started | string> {
  const program = peer.find();
  if (program === undefined) return `${peer.name}: not installed`;
  mkdirSync(job.dir);
  const doors = Object.fromEntries(await Promise.all(DOORS.map(async door => [door, await freePort()]))) as Doors;
  try {
    const running = await peer.start(program, { ...job, doors });
    return { ...running, doors, stop: () => running.stop() };
  } catch (error) {
    return `${peer.name}, protocols: ${(error as Error).message}`;
  }
}

function makePair(openssl: string, dir: string): Pick<ProtocolJob, 'certificate' | 'key'> {
  const [certificate, key] = [path.join(dir, 'pair.crt'), path.join(dir, 'pair.key')];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  execFileSync(
    openssl,
    ['req', '-x509', ...kind, '-keyout', key, '-out', certificate, '-days', '9', '-subj', '/CN=bench'],
    {
      stdio: 'pipe',
    },
  );
  return { certificate, key };
}

/** nginx speaks HTTP/2 in plaintext; what it says is no call, but framed like one. */
async function startBackends(http: number, dir: string): Promise<Backends> {
  const [grpc, udp] = [await freePort(), await freePort()];
  const nginxProgram = findProgram('nginx');
  if (nginxProgram !== undefined) {
    const file = path.join(dir, 'calls.conf');
    writeFileSync(file, callsConfig(grpc, dir));
    await untilListening(startChild(LOAD_CORE, nginxProgram, ['-c', file, '-e', path.join(dir, 'calls.log')]), grpc);
  }
  startChild(LOAD_CORE, process.execPath, [path.join(import.meta.dirname, 'datagrams.ts'), 'echo', String(udp)]);
  return { http, grpc, udp };
}

function callsConfig(port: number, dir: string): string {
  const variable = `$http_${REQUEST_HEADER.name.toLowerCase().replaceAll('-', '_')}`;
  return `${process.getuid?.() === 0 ? 'user root;' : ''}
daemon off; worker_processes 1; pid ${dir}/calls.pid; error_log ${dir}/calls.log;
events { worker_connections 4096; }
http {
  access_log off; keepalive_requests 1000000000; http2_max_concurrent_streams 256; default_type application/grpc;
  client_body_temp_path ${dir}/b1; proxy_temp_path ${dir}/b2; fastcgi_temp_path ${dir}/b3; uwsgi_temp_path ${dir}/b4; scgi_temp_path ${dir}/b5;
  server {
    listen 127.0.0.1:${port} http2 backlog=4096;
    add_trailer grpc-status 0;
    location / {
      if (${variable} != "${REQUEST_HEADER.value}") { return 421; }
      return 200 "0000 sixteen bytes";
    }
  }
}
`;
}
