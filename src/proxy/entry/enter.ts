import type { Arrival, Doorway } from '../arrival.ts';
import type { Core } from '../core.ts';
import { peerAt } from '../peer.ts';
import type { HelloBytes, Socket } from '../socket.ts';
import { Entrant } from './entrant.ts';
import { Introduction } from './introduction.ts';
import { NOTHING_READ, passBytes } from './pass-on.ts';

/** Lets in who came through a door; whoever passes on the connections of others says first whose. */
export function enter(core: Core, door: Doorway, socket: Socket): void {
  const arrival = { socket, peer: peerAt(core.trust, socket), tls: undefined };
  if (door.introducers?.isTrusted(arrival.peer.address)) new Introduction(core, door, arrival, admit);
  else admit(core, door, arrival);
}

/** By what the listeners of the door speak, and by the first bytes where that is not enough. `read`: what was read already. */
function admit(core: Core, door: Doorway, arrival: Arrival, read: HelloBytes = NOTHING_READ): void {
  const listener = door.router?.first('TCP');
  if (listener === undefined) {
    new Entrant(core, door, arrival);
    if (read.end > read.start) arrival.socket.handler.onData(read.bytes, read.start, read.end);
    return;
  }
  // Of TCP the server may be the one who speaks first.
  passBytes(core, door, arrival, { listener: listener.name, serverName: '' }, read);
}
