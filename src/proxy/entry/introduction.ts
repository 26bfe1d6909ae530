import type { Arrival, Doorway, Guest } from '../arrival.ts';
import type { Core } from '../core.ts';
import { introducedBy } from '../peer.ts';
import { readProxyHeader } from '../proxy-protocol/index.ts';
import type { HelloBytes, SocketHandler } from '../socket.ts';
import { Stash } from '../stash.ts';
import type { Timed } from '../timers.ts';

/** Where the connection goes once its client is known. */
type Admit = (core: Core, door: Doorway, arrival: Arrival, read: HelloBytes) => void;

/** Time for who is on the way in through a door that has left the configuration; ms. */
const FRESH_TIME = 300;

/**
 * A connection of a peer that passes on those of others, until its PROXY header is there: it has `headTimeout` for that. Without
 * one, or with a bad one, it is closed: nobody knows whose it is.
 */
export class Introduction implements SocketHandler, Guest, Timed {
  nextTimed: Timed | undefined = undefined;
  prevTimed: Timed | undefined = undefined;
  dueTick = 0;
  slotTick = 0;
  readonly busy = true;
  private readonly core: Core;
  private readonly door: Doorway;
  private readonly arrival: Arrival;
  private readonly admit: Admit;
  private readonly stash = new Stash();
  private gone = false;

  constructor(core: Core, door: Doorway, arrival: Arrival, admit: Admit) {
    this.core = core;
    this.door = door;
    this.arrival = arrival;
    this.admit = admit;
    door.guests.add(this);
    core.lane.addClients(1);
    if (core.options.headTimeout > 0) core.timers.set(this, core.options.headTimeout);
    arrival.socket.handler = this;
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

  onDrain(): void {}

  /** Also where somebody only looks whether the port is there. */
  onEnd(): void {
    this.abort(false);
  }

  onClose(): void {
    this.leave();
  }

  onTimeout(): void {
    this.abort(true);
  }

  retire(): void {
    this.core.timers.set(this, FRESH_TIME);
  }

  abort(reset: boolean): void {
    this.leave();
    this.arrival.socket.destroy(reset);
  }

  private leave(): void {
    const { core, door } = this;
    if (this.gone) return;
    this.gone = true;
    core.timers.clear(this);
    door.guests.delete(this);
    core.lane.addClients(-1);
  }
}
