import type { Arrival, Doorway } from '../arrival.ts';
import type { Core } from '../core.ts';
import { introducedBy } from '../peer.ts';
import { readProxyHeader } from '../proxy-protocol/index.ts';
import type { HelloBytes } from '../socket.ts';
import { Newcomer } from './newcomer.ts';

/** Where the connection goes once its client is known. */
type Admit = (core: Core, door: Doorway, arrival: Arrival, read: HelloBytes) => void;

/**
 * A connection of a peer that passes on those of others, until its PROXY header is there: it has `headTimeout` for that. Without
 * one, or with a bad one, it is closed: nobody knows whose it is.
 */
export class Introduction extends Newcomer {
  private readonly admit: Admit;

  constructor(core: Core, door: Doorway, arrival: Arrival, admit: Admit) {
    super(core, door, arrival);
    this.admit = admit;
  }

  onData(bytes: Uint8Array, start: number, end: number): void {
    const { stash } = this;
    if (stash.length === 0) this.read(bytes, start, end);
    else {
      stash.append(bytes, start, end);
      this.read(stash.bytes, stash.start, stash.end);
    }
  }

  private read(bytes: Uint8Array, start: number, end: number): void {
    const { core, door, arrival, stash } = this;
    const found = readProxyHeader(bytes, start, end);
    if (found.kind === 'more') {
      if (stash.length === 0) stash.append(bytes, start, end);
    } else if (found.kind === 'refused') this.abort(true);
    else {
      this.leave();
      const peer = introducedBy(arrival.peer, core.trust, found);
      this.admit(core, door, { ...arrival, peer }, { bytes, start: found.end, end });
    }
  }

  /** Also where somebody only looks whether the port is there. */
  onEnd(): void {
    this.abort(false);
  }

  onTimeout(): void {
    this.abort(true);
  }
}
