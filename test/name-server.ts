import { createSocket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';

/** A DNS server (RFC 1035) of records of type A, on this machine. */
export interface NameServer {
  /** As `address:port`. */
  readonly address: string;
  /** Undefined: there is no such name. */
  set(hostname: string, addresses: readonly string[] | undefined, ttl?: number): void;
  close(): Promise<void>;
}

const A = 1;
const NO_SUCH_NAME = 3;

export async function startNameServer(): Promise<NameServer> {
  const records = new Map<string, { readonly addresses: readonly string[]; readonly ttl: number }>();
  const socket = createSocket('udp4');
  socket.on('message', (query, { port, address }) => socket.send(answer(query), port, address));

  function answer(query: Buffer): Buffer {
    const { hostname, end } = questionOf(query);
    const known = records.get(hostname);
    const found = query.readUInt16BE(end) === A ? (known?.addresses ?? []) : [];
    const header = Buffer.alloc(12);
    query.copy(header, 0, 0, 2);
    header.writeUInt16BE(0x8180 | (known ? 0 : NO_SUCH_NAME), 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(found.length, 6);
    return Buffer.concat([header, query.subarray(12, end + 4), ...found.map(each => recordOf(each, known?.ttl ?? 0))]);
  }

  await new Promise<void>(resolve => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    set: (hostname, addresses, ttl = 1) =>
      addresses ? records.set(hostname, { addresses, ttl }) : records.delete(hostname),
    close: promisify(socket.close.bind(socket)),
  };
}

function questionOf(query: Buffer): { readonly hostname: string; readonly end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at]!; length > 0; length = query[at]!) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { hostname: labels.join('.').toLowerCase(), end: at + 1 };
}

/** Its name is that of the question, at byte 12. */
function recordOf(address: string, ttl: number): Buffer {
  const head = Buffer.from([0xc0, 12, 0, A, 0, 1, 0, 0, 0, 0, 0, 4]);
  head.writeUInt32BE(ttl, 6);
  return Buffer.concat([head, Buffer.from(address.split('.').map(Number))]);
}
