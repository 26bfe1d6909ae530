import { createSocket } from 'node:dgram';
import type { OpenEcho } from './echo.ts';

/** Every datagram goes back to where it came from. */
export function openDatagramEcho(): OpenEcho {
  const socket = createSocket('udp4');
  const { promise, resolve, reject } = Promise.withResolvers<Awaited<OpenEcho['endpoint']>>();
  socket.once('error', reject);
  socket.on('message', (message, from) => socket.send(message, from.port, from.address));
  socket.bind(0, '127.0.0.1', () => {
    const { address, port } = socket.address();
    resolve({ address, port, state: 'ready' });
  });
  return { endpoint: promise, close: () => socket.close() };
}
