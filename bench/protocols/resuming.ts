import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';

/**
 * `node resuming.ts PORT SECONDS`: connections, some at a time, each of which takes up the session of an earlier one, and ends
 * with its handshake; prints how many there were. Ends with 1 if the server makes new sessions of them.
 */
const AT_A_TIME = 8;

function open(port: number, session?: Buffer): TLSSocket {
  const options = { host: '127.0.0.1', port, rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] };
  return connect(session === undefined ? options : { ...options, session });
}

/** Servers give tickets behind the handshake, some only with an answer. */
async function firstSession(port: number): Promise<Buffer> {
  const socket = open(port);
  socket.end('GET / HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n').resume();
  const [session] = (await once(socket, 'session')) as [Buffer];
  socket.destroy();
  return session;
}

async function resume(port: number, session: Buffer): Promise<boolean> {
  const socket = open(port, session);
  await once(socket, 'secureConnect');
  const reused = socket.isSessionReused();
  socket.destroy();
  return reused;
}

const [port, seconds] = process.argv.slice(2).map(Number) as [number, number];
const session = await firstSession(port);
const end = Date.now() + seconds * 1_000;
let [count, reused] = [0, 0];
await Promise.all(
  Array.from({ length: AT_A_TIME }, async () => {
    while (Date.now() < end) {
      if (await resume(port, session)) reused++;
      count++;
    }
  }),
);
process.stdout.write(`${count} connections, ${reused} resumed\n`);
if (reused < count) process.exitCode = 1;
