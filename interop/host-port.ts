import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/**
 * Passes connections on to a port of this machine, and names that port in the Host of the first request: Autobahn's server
 * takes no other, whatever its client was told to ask for.
 */
export async function startPortNaming(port: number, target: number): Promise<void> {
  const server = createServer({ allowHalfOpen: true }, socket => {
    const further = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true });
    for (const [one, other] of [
      [socket, further],
      [further, socket],
    ] as const) {
      one.on('error', () => other.destroy()).on('close', () => other.destroySoon());
    }
    further.pipe(socket);
    socket.once('data', (first: Buffer) => {
      further.write(
        Buffer.from(first.toString('latin1').replace(/\r\nHost: .*/i, `\r\nHost: 127.0.0.1:${target}`), 'latin1'),
      );
      socket.pipe(further);
    });
  });
  server.listen(port, '127.0.0.1').unref();
  await once(server, 'listening');
}
