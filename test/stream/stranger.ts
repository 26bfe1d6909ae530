import { after } from 'node:test';
import { connect, type TLSSocket } from 'node:tls';
import { createFrameReader } from '../../src/stream/framing.ts';
import { ALPN } from '../../src/stream/messages.ts';
import { AUTHORITY, SERVER_NAME } from './rig.ts';

/** A client of the hub that may send anything. */
export async function stranger(port: number): Promise<TLSSocket> {
  const socket = connect({
    port,
    host: '127.0.0.1',
    ca: AUTHORITY.certificate,
    servername: SERVER_NAME,
    ALPNProtocols: [ALPN],
  });
  after(() => socket.destroy());
  socket.on('error', () => {});
  const settled = Promise.withResolvers<void>();
  socket.once('secureConnect', settled.resolve).once('close', settled.resolve);
  await settled.promise;
  return socket;
}

/** The messages that come, as they come. */
export function hearing(socket: TLSSocket): readonly string[] {
  const reader = createFrameReader(() => 67_108_864);
  const texts: string[] = [];
  socket.on('data', (chunk: Buffer) => texts.push(...(reader.read(chunk) ?? [])));
  socket.resume();
  return texts;
}

export const FACTS = { name: 'ns/pod', version: '1', hostAddresses: [], podAddresses: [] };
export const HELLO = { type: 'hello', protocol: 1, token: 'scope:x', facts: FACTS, leaving: false };
