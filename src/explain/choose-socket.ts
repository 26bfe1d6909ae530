import { type Destination, gatewaysOf, type Socket, type Sockets } from '../probe/index.ts';

export interface ChosenSocket {
  readonly socket: Socket;
  readonly notes: readonly string[];
}

/** The first socket where such a client arrives, and what was assumed to choose it. Undefined where nothing listens there. */
export function chooseSocket(sockets: Sockets, to: Destination): ChosenSocket | undefined {
  const [socket, ...others] = sockets.at(to);
  if (!socket) return undefined;
  const notes = to.port === undefined ? [`the URL names no port: ${sockets.assumedPort} is assumed`] : [];
  return { socket, notes: [...notes, ...rivals(socket, others)] };
}

function rivals(socket: Socket, others: readonly Socket[]): readonly string[] {
  const own = gatewaysOf([socket]);
  const rivalling = gatewaysOf(others).filter(name => !own.includes(name));
  if (rivalling.length === 0) return [];
  const names = rivalling.map(name => `--gateway ${name}`).join(' or ');
  return [`several Gateways listen on this port, each at its own address: this is ${own[0]}; for another, ${names}`];
}
