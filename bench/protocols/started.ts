import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startChild, untilListening } from '../children.ts';
import type { Flags } from '../flags.ts';
import { REQUEST_HEADER } from '../job.ts';
import { LOAD_CORE } from '../load.ts';
import { freePort } from '../ports.ts';
import { findProgram } from '../programs.ts';
import type { Setting } from '../proxies.ts';
import { envoy } from './envoy.ts';
import { haproxy } from './haproxy.ts';
import type { Backends, Doors, ProtocolJob, ProtocolPeer } from './job.ts';
import { nginx } from './nginx.ts';
import { makePair } from './pair.ts';
import { sluice } from './sluice.ts';

const PEERS: readonly ProtocolPeer[] = [sluice, nginx, haproxy, envoy];
const DOORS: readonly (keyof Doors)[] = ['https', 'h2c', 'grpc', 'tcp', 'udp'];

/** A proxy with all its doors open. */
export interface StartedPeer extends Pick<ProtocolPeer, 'name' | 'lacks'> {
  readonly doors: Doors;
  readonly pid: number;
  /** Where a call of gRPC lies, for who sends it. */
  readonly dir: string;
  stop(): Promise<void>;
}

/** Every proxy that is wanted and installed, with the backends of all; what could not be started is told in `skipped`. */
export async function startPeers(
  flags: Flags,
  setting: Setting,
  part: string,
  skipped: string[],
): Promise<readonly StartedPeer[]> {
  const dir = path.join(setting.dir, part);
  mkdirSync(dir);
  // A message of gRPC: not compressed, 16 bytes.
  writeFileSync(path.join(dir, 'call'), Buffer.from([0, 0, 0, 0, 16, ...Buffer.alloc(16, 'x')]));
  const pair = makePair(dir);
  const backends = await startBackends(setting.backendPort, dir);
  const peers: StartedPeer[] = [];
  for (const peer of PEERS) {
    if (flags.peers !== undefined && !flags.peers.has(peer.name.toLowerCase())) continue;
    const started = await start(peer, { ...pair, backends, dir: path.join(dir, peer.name) });
    if (typeof started === 'string') skipped.push(started);
    else peers.push({ ...started, name: peer.name, lacks: peer.lacks, dir });
  }
  return peers;
}

async function start(
  peer: ProtocolPeer,
  job: Omit<ProtocolJob, 'doors'>,
): Promise<Pick<StartedPeer, 'doors' | 'pid' | 'stop'> | string> {
  const program = peer.find();
  if (program === undefined) return `${peer.name}: not installed`;
  mkdirSync(job.dir);
  const doors = Object.fromEntries(await Promise.all(DOORS.map(async door => [door, await freePort()]))) as Doors;
  try {
    const running = await peer.start(program, { ...job, doors });
    return { doors, pid: running.pid, stop: () => running.stop() };
  } catch (error) {
    return `${peer.name}, protocols: ${(error as Error).message}`;
  }
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
