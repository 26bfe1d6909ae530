import path from 'node:path';
import type { Row } from '../compare.ts';
import type { LoadResult } from '../load.ts';
import type { Doors } from './job.ts';
import { datagrams, h2load, mebibytes, overTls, resumed } from './loads.ts';
import type { StartedPeer } from './started.ts';

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

/** One row for each load, of every proxy that can bear it. */
export function protocolRows(peers: readonly StartedPeer[]): Row[] {
  return LOADS.flatMap(({ door, job, run }) =>
    peers
      .filter(({ lacks }) => !lacks.includes(door))
      .map(({ name, doors, pid, stop, dir }) => ({
        job,
        proxy: { name, port: doors.https, pid, stop },
        rounds: [],
        run: (seconds: number) => run(doors[door], seconds, dir),
      })),
  );
}
