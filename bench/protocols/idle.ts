import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { perIdleConnection } from '../idle.ts';
import { HOST } from '../job.ts';
import type { Doors } from './job.ts';
import type { StartedPeer } from './started.ts';

/** HAProxy counts with two descriptors for each, and more than 20,000 few systems give. */
const IDLE = 9_000;
/** Sluice and Envoy make 1,024 connections to one endpoint at most, unless told otherwise. */
const TUNNELS = 500;

const REQUEST = `GET / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`;
/** Preface and settings of HTTP/2, which the server answers with its own. */
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0', 'latin1');

interface Kind {
  readonly door: keyof Doors;
  readonly name: string;
  readonly count: number;
  open(port: number): Promise<Socket>;
}

const KINDS: readonly Kind[] = [
  { door: 'https', name: 'HTTPS/1.1', count: IDLE, open: port => heard(overTls(port, 'http/1.1'), REQUEST) },
  { door: 'https', name: 'h2 over TLS', count: IDLE, open: port => heard(overTls(port, 'h2'), PREFACE) },
  { door: 'h2c', name: 'h2c', count: IDLE, open: port => heard(connect(port, '127.0.0.1'), PREFACE) },
  { door: 'tcp', name: 'TCP', count: TUNNELS, open: port => heard(connect(port, '127.0.0.1'), REQUEST) },
];

function overTls(port: number, protocol: string): Socket {
  return connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols: [protocol] });
}

async function heard(socket: Socket, first: string | Buffer): Promise<Socket> {
  socket.write(first);
  await once(socket, 'data');
  return socket.on('error', () => {}).resume();
}

/** What one idle connection of each kind costs each proxy: of those that `start` gives, anew for each kind, for memory that was freed is used first. */
export async function idleRows(
  start: (part: string) => Promise<readonly StartedPeer[]>,
  skipped: string[],
): Promise<string[][]> {
  const rows: string[][] = [];
  for (const { name, door, count, open } of KINDS) {
    for (const peer of await start(`idle-${name.replaceAll(/\W/g, '')}`)) {
      if (!peer.lacks.includes(door)) {
        try {
          const bytes = await perIdleConnection(peer.pid, count, () => open(peer.doors[door]));
          rows.push([`idle connection, ${name}, of ${count}`, peer.name, `${(bytes / 1024).toFixed(1)} KiB`]);
        } catch (error) {
          skipped.push(`idle connections, ${name}, ${peer.name}: ${(error as Error).message}`);
        }
      }
      await peer.stop();
    }
  }
  return rows;
}
