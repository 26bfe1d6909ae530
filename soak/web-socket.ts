import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import type { Fault } from './requests.ts';

/** Between two messages; ms. */
const PAUSE = 250;
const PATIENCE = 10_000;

/** Becomes a WebSocket, sends `count` messages one after another, and wants each of them back. */
export function talk(port: number, path: string, count: number): Promise<Fault> {
  const key = randomBytes(16).toString('base64');
  const head = [
    `GET ${path} HTTP/1.1`,
    'Host: soak.example',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${key}`,
  ];
  return new Promise(resolve => {
    let seen = '';
    let sent = 0;
    let due = '';
    const socket = connect(port, '127.0.0.1').setEncoding('latin1').setTimeout(PATIENCE);
    const end = (fault: Fault) => {
      resolve(fault && `WebSocket: ${fault}`);
      socket.destroy();
    };
    const next = () => {
      if (sent === count) return end(undefined);
      due = `message ${++sent} of ${count};`;
      seen = '';
      socket.write(due);
    };
    socket.write(`${head.join('\r\n')}\r\n\r\n`);
    socket.on('data', (text: string) => {
      seen += text;
      if (sent === 0 && !seen.startsWith('HTTP/1.1 101 '.slice(0, seen.length))) end(`answered ${seen.slice(9, 12)}`);
      else if (sent === 0 ? seen.includes('\r\n\r\n') : seen === due) setTimeout(next, sent === 0 ? 0 : PAUSE);
    });
    socket.on('timeout', () => end('silent'));
    socket.on('error', error => end(error.message));
    socket.on('close', () => end('closed'));
  });
}
