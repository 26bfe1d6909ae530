import dgram from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { isIPv6 } from 'node:net';
import { SHARES_PORTS } from '../node-socket.ts';
import type { ListenOptions } from '../socket.ts';

type Lookup = NonNullable<dgram.SocketOptions['lookup']>;

/** Addresses are addresses already: nothing is waited for, so that a socket is connected when `connect` returns. */
const AS_IT_IS: Lookup = (hostname, _options, callback) => callback(null, hostname, isIPv6(hostname) ? 6 : 4);

/** A socket that takes datagrams from anybody; rejects with the system's error. Other threads of ours may have the port too. */
export async function bindDatagrams({ host, port, claim = true }: ListenOptions): Promise<dgram.Socket> {
  const { address } = await lookup(host);
  if (SHARES_PORTS && claim && port !== 0) (await bound(address, port, false)).close();
  return bound(address, port, SHARES_PORTS);
}

/** On `::` those of IPv4 come too. */
function bound(address: string, port: number, reusePort: boolean): Promise<dgram.Socket> {
  const type = isIPv6(address) ? 'udp6' : 'udp4';
  const socket = dgram.createSocket({ type, reusePort, lookup: AS_IT_IS });
  return new Promise((resolve, reject) => {
    socket.once('error', error => {
      socket.close();
      reject(error);
    });
    socket.bind({ address, port, exclusive: true }, () => {
      socket.removeAllListeners('error');
      resolve(socket);
    });
  });
}

/** A socket for one peer: it hears of nobody else, and of the system's word that the peer takes nothing. Throws the system's error. */
export function connectDatagrams(address: string, port: number): dgram.Socket {
  const socket = dgram.createSocket({ type: isIPv6(address) ? 'udp6' : 'udp4', lookup: AS_IT_IS });
  socket.connect(port, address);
  return socket;
}
