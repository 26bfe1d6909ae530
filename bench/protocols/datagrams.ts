import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

/**
 * `node datagrams.ts echo PORT` sends datagrams back; `node datagrams.ts load PORT SECONDS` keeps some under way on each of
 * some flows and prints how many came back.
 */
const FLOWS = 16;
const UNDER_WAY = 8;
const BYTES = 128;
/** A datagram that is lost is sent again after so long; ms. */
const PATIENCE = 200;

async function echo(port: number): Promise<void> {
  const socket = createSocket('udp4').bind(port, '127.0.0.1');
  socket.on('message', (message, { port: from, address }) => socket.send(message, from, address));
  await once(socket, 'listening');
}

async function load(port: number, seconds: number): Promise<void> {
  const flows = await Promise.all(Array.from({ length: FLOWS }, () => flow(port)));
  await new Promise(resolve => setTimeout(resolve, seconds * 1_000));
  const back = flows.reduce((sum, each) => sum + each.back, 0);
  for (const each of flows) each.stop();
  process.stdout.write(`${back} datagrams in ${seconds}s\nRequests/sec: ${back / seconds}\n`);
}

async function flow(port: number): Promise<{ readonly back: number; stop(): void }> {
  const socket: Socket = createSocket('udp4');
  socket.connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const message = Buffer.alloc(BYTES, 'x');
  let back = 0;
  let before = -1;
  const send = (count: number) => {
    for (let i = 0; i < count; i++) socket.send(message);
  };
  socket.on('message', () => {
    back++;
    send(1);
  });
  socket.on('error', () => {});
  const again = setInterval(() => {
    if (back === before) send(UNDER_WAY);
    before = back;
  }, PATIENCE);
  send(UNDER_WAY);
  return {
    get back() {
      return back;
    },
    stop() {
      clearInterval(again);
      socket.close();
    },
  };
}

const [what, port, seconds] = process.argv.slice(2);
await (what === 'echo' ? echo(Number(port)) : load(Number(port), Number(seconds)));
