import { connect, type Socket } from 'node:net';
import { HOST } from './job.ts';

/**
 * What stands in for wrk where it is not installed: `node load-generator.ts URL CONNECTIONS SECONDS [close]`. It prints
 * the two lines of wrk's report that the benchmark reads. It needs more CPU per request than the proxies do, so the
 * requests per second are its own limit; the proxies' CPU per request is not.
 */
const [url = '', connections = '', seconds = '', mode = ''] = process.argv.slice(2);
const { port, pathname } = new URL(url);
const request = `GET ${pathname} HTTP/1.1\r\nHost: ${HOST}\r\n${mode === 'close' ? 'Connection: close\r\n' : ''}\r\n`;
let requests = 0;
let bad = 0;

/** Bytes of an answer still to come after a chunk that holds its whole head. */
function remaining(chunk: Buffer): number {
  const head = chunk.subarray(0, 4_096).toString('latin1');
  const end = head.indexOf('\r\n\r\n');
  const length = /\r\ncontent-length: *(\d+)/i.exec(head);
  if (end === -1 || !length || !/^HTTP\/1\.1 [23]/.test(head)) bad++;
  return end + 4 + Number(length?.[1] ?? 0) - chunk.length;
}

function client(): Socket {
  const socket = connect(Number(port), '127.0.0.1').setNoDelay();
  let left = 0;
  socket.on('connect', () => socket.write(request, 'latin1'));
  socket.on('data', (chunk: Buffer) => {
    left = left > 0 ? left - chunk.length : remaining(chunk);
    if (left > 0) return;
    requests++;
    if (mode === 'close') {
      socket.destroy();
      client();
    } else {
      socket.write(request, 'latin1');
    }
  });
  return socket.on('error', () => bad++);
}

for (let i = 0; i < Number(connections); i++) client();
setTimeout(() => {
  process.stdout.write(`${requests} requests in ${seconds}s\nRequests/sec: ${requests / Number(seconds)}\n`);
  if (bad > 0) process.stdout.write(`Non-2xx or 3xx responses: ${bad}\n`);
  process.exit();
}, Number(seconds) * 1_000);
