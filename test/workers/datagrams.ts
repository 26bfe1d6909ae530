import dgram from 'node:dgram';
import { once } from 'node:events';
import type { TestContext } from 'node:test';

type Test = Pick<TestContext, 'after'>;

/** Closed when the test is over. */
export async function datagramSocket(t: Test): Promise<dgram.Socket> {
  const socket = dgram.createSocket('udp4').bind(0, '127.0.0.1');
  t.after(() => socket.close());
  await once(socket, 'listening');
  return socket;
}

/** A server that gives this answer to whatever comes. */
export async function answering(t: Test, answer: string): Promise<dgram.Socket> {
  const socket = await datagramSocket(t);
  return socket.on('message', (_, { port }) => socket.send(answer, port, '127.0.0.1'));
}

/** Asks until there is an answer: datagrams may get lost. */
export async function asked(client: dgram.Socket, port: number): Promise<string> {
  const answer = once(client, 'message');
  const again = setInterval(() => client.send('?', port, '127.0.0.1'), 100);
  client.send('?', port, '127.0.0.1');
  const [bytes] = await answer;
  clearInterval(again);
  return String(bytes);
}
