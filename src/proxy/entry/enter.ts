import type { Doorway } from '../arrival.ts';
import type { Core } from '../core.ts';
import { peerOf } from '../peer.ts';
import type { Socket } from '../socket.ts';
import { Entrant } from './entrant.ts';
import { passBytes } from './pass-on.ts';

/** Lets in who came through a door: by what its listeners speak, and by the first bytes where that is not enough. */
export function enter(core: Core, door: Doorway, socket: Socket): void {
  const arrival = { socket, peer: peerOf(core.trust, socket.remoteAddress), tls: undefined };
  const listener = door.router?.first('TCP');
  // Of TCP the server may be the one who speaks first.
  if (listener === undefined) new Entrant(core, door, arrival);
  else passBytes(core, door, arrival, { listener: listener.name, serverName: '', tls: false });
}
