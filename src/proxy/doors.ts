import type { Bind, Delta } from '../ir/index.ts';
import type { BindRouter, Router } from '../router/index.ts';
import type { Doorway, Guest } from './arrival.ts';
import type { Core } from './core.ts';
import type { Applied, BindFailure } from './data-plane.ts';
import { enter } from './entry/enter.ts';
import type { ProxyOptions } from './options.ts';
import type { Plan } from './plan.ts';
import { BACKLOG, type ListenSocket, type Socket } from './socket.ts';
import { openUdpPort, UdpPort } from './transport/udp-port.ts';
import { Trust } from './trust.ts';

/** A Bind of the configuration with the connections that came through it. */
class Door implements Doorway {
  bind: Bind;
  introducers: Trust | undefined;
  private readonly cidrs: readonly string[];
  readonly router: BindRouter<Plan> | undefined;
  readonly guests = new Set<Guest>();
  closing = false;

  constructor(bind: Bind, router: BindRouter<Plan> | undefined, { proxyProtocol }: ProxyOptions) {
    this.cidrs = proxyProtocol;
    this.bind = bind;
    this.router = router;
    this.introducers = introducersOf(bind, this.cidrs);
  }

  /** The Bind is another now, whose socket is the same. */
  heed(bind: Bind): void {
    this.bind = bind;
    this.introducers = introducersOf(bind, this.cidrs);
  }

  retire(): void {
    this.closing = true;
    for (const guest of [...this.guests]) guest.retire();
  }
}

function introducersOf({ proxyProtocol }: Bind, cidrs: readonly string[]): Trust | undefined {
  const own = proxyProtocol ?? cidrs;
  return own.length === 0 ? undefined : new Trust(own);
}

/** A socket that listens, and the door that it leads to: another one when a Bind takes the socket over. */
interface Opening {
  door: Door;
  readonly socket: ListenSocket;
}

/** The sockets that listen: opened before others close, and handed over where a new Bind has the address of an old one. */
export class Doors {
  private readonly core: Core;
  private readonly router: Router<Plan>;
  private readonly openings = new Map<string, Opening>();
  private readonly retired = new Set<Door>();
  private closed = false;
  private accepted = 0;

  constructor(core: Core, router: Router<Plan>) {
    this.core = core;
    this.router = router;
  }

  /** `claim`: see `ListenOptions`. */
  async apply(delta: Delta, claim: boolean): Promise<Applied> {
    const failures: BindFailure[] = [];
    const leaving = new Map<string, Opening>();
    for (const { kind, name } of delta.removals) if (kind === 'Bind') this.leave(name, leaving);
    const added = delta.upserts.filter(unit => unit.kind === 'Bind');
    for (const bind of added) if (this.hasMoved(bind)) this.leave(bind.name, leaving);
    for (const bind of added) {
      this.openings.get(bind.name)?.door.heed(bind);
      if (this.closed || this.openings.has(bind.name)) continue;
      const failure = this.takeOver(bind, leaving) ? undefined : await this.open(bind, claim);
      if (failure) failures.push(failure);
    }
    if (leaving.size > 0) await this.acceptWaiting();
    for (const { door, socket } of leaving.values()) {
      socket.close();
      this.retire(door);
    }
    return { bound: this.bound(), failures };
  }

  private hasMoved(bind: Bind): boolean {
    const present = this.openings.get(bind.name);
    if (present === undefined) return false;
    const { door, socket } = present;
    // Whether any port will do or this one, a socket has it already.
    const kept = bind.port === door.bind.port || bind.port === 0 || bind.port === socket.port;
    return door.bind.transport !== bind.transport || door.bind.host !== bind.host || !kept;
  }

  private leave(name: string, leaving: Map<string, Opening>): void {
    const opening = this.openings.get(name);
    if (opening === undefined) return;
    this.openings.delete(name);
    leaving.set(name, opening);
  }

  private retire(door: Door): void {
    this.retired.add(door);
    for (const other of this.retired) if (other !== door && other.guests.size === 0) this.retired.delete(other);
    door.retire();
  }

  /** Gives a socket that is about to close to a Bind of the same address. */
  private takeOver(bind: Bind, leaving: Map<string, Opening>): boolean {
    for (const [name, opening] of leaving) {
      const { host, port, transport } = opening.door.bind;
      if (transport !== bind.transport || port === 0 || host !== bind.host || port !== bind.port) continue;
      leaving.delete(name);
      this.retire(opening.door);
      opening.door = this.door(bind);
      this.openings.set(bind.name, opening);
      return true;
    }
    return false;
  }

  private door(bind: Bind): Door {
    return new Door(bind, this.router.bind(bind.name), this.core.options);
  }

  private async open(bind: Bind, claim: boolean): Promise<BindFailure | undefined> {
    let opening: Opening | undefined;
    const door = this.door(bind);
    try {
      const at = { host: bind.host, port: bind.port, claim };
      const doorNow = () => opening?.door ?? door;
      const socket =
        bind.transport === 'udp'
          ? await openUdpPort(this.core, at, doorNow)
          : await this.core.runtime.listen(at, client => this.accept(doorNow(), client));
      opening = { door, socket };
    } catch (error) {
      return failureOf(bind, error);
    }
    if (this.closed) opening.socket.close();
    else this.openings.set(bind.name, opening);
    return undefined;
  }

  private accept(door: Door, socket: Socket): void {
    const { maxConnections } = this.core.options;
    this.accepted++;
    if (this.closed || (maxConnections > 0 && this.core.lane.clients >= maxConnections)) socket.destroy();
    else enter(this.core, door, socket);
  }

  private bound(): Applied['bound'] {
    return Object.fromEntries(
      [...this.openings].map(([name, { socket }]) => [name, { host: socket.host, port: socket.port }]),
    );
  }

  private all(): Door[] {
    return [...[...this.openings.values()].map(opening => opening.door), ...this.retired];
  }

  /** Stops accepting and lets connections end with their present answer; `patient`: idle ones with their next. */
  async drain(patient: boolean): Promise<void> {
    await this.acceptWaiting();
    this.shut(true);
    for (const door of this.all()) {
      if (patient) door.closing = true;
      else door.retire();
    }
  }

  /**
   * Lets the sockets take the connections that the system has made already: it would reset them when the socket closes. A
   * turn of the event loop takes one for each socket, and the second is the first that begins with a look at the system. What
   * comes beyond {@link BACKLOG} has no claim.
   */
  private async acceptWaiting(): Promise<void> {
    for (let turn = 0, before = -1; turn < BACKLOG && before !== this.accepted; turn++) {
      before = turn === 0 ? -1 : this.accepted;
      await new Promise(resolve => setImmediate(resolve));
    }
  }

  /** `draining`: what answers to datagrams leave through stays open. */
  private shut(draining = false): void {
    this.closed = true;
    for (const { socket } of this.openings.values()) {
      if (draining && socket instanceof UdpPort) socket.drain();
      else socket.close();
    }
  }

  /** Whether a client still waits for something. */
  get busy(): boolean {
    const answering = [...this.openings.values()].some(({ socket }) => socket instanceof UdpPort && socket.busy);
    return answering || this.all().some(({ guests }) => [...guests].some(guest => guest.busy));
  }

  close(): void {
    this.shut();
    for (const door of this.all()) door.retire();
    for (const door of this.all()) for (const guest of [...door.guests]) guest.abort(false);
  }
}

function failureOf(bind: Bind, error: unknown): BindFailure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN';
  return { bind: bind.name, code, message: error instanceof Error ? error.message : String(error) };
}
