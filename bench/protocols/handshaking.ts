import { once } from 'node:events';
import { connect } from 'node:tls';

/**
 * `node handshaking.ts PORT SECONDS NAMES`: connections, some at a time, each with a whole handshake for the next of so many
 * server names (`h0.example`, `h1.example`, …), and ended with it; prints how many there were.
 */
const AT_A_TIME = 8;

const [port, seconds, names] = process.argv.slice(2).map(Number) as [number, number, number];
const end = Date.now() + seconds * 1_000;
let count = 0;

async function shake(): Promise<void> {
  const servername = `h${count++ % names}.example`;
  const socket = connect({ host: '127.0.0.1', port, servername, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  socket.destroy();
}

await Promise.all(
  Array.from({ length: AT_A_TIME }, async () => {
    while (Date.now() < end) await shake();
  }),
);
process.stdout.write(`${count} handshakes\n`);
