import type { BindRouter } from '../../router/index.ts';
import type { Doorway, Guest } from '../arrival.ts';
import type { Core } from '../core.ts';
import type { Plan } from '../plan.ts';
import { MemoryClient, type MemoryOrigin, type Sending } from './memory-client.ts';
import type { MemoryRuntime } from './memory-runtime.ts';

/** Connections of clients that are kept, by one bind. */
const MOST_IDLE = 256;

/** A bind without a socket, and the clients that are connected to it. */
export class MemoryDoor implements Doorway {
  readonly router: BindRouter<Plan> | undefined;
  readonly guests = new Set<Guest>();
  closing = false;
  private readonly core: Core;
  private readonly runtime: MemoryRuntime<Sending>;
  private readonly idle = new Map<string, MemoryClient[]>();
  private kept = 0;

  constructor(core: Core, runtime: MemoryRuntime<Sending>, router: BindRouter<Plan> | undefined) {
    this.core = core;
    this.runtime = runtime;
    this.router = router;
  }

  /** A client of this origin whose connection is free. */
  client(origin: MemoryOrigin): MemoryClient {
    const idle = this.idle.get(origin.key);
    for (let client = idle?.pop(); client !== undefined; client = idle?.pop()) {
      this.kept--;
      if (client.open) return client;
    }
    return new MemoryClient(this.core, this.runtime, this, origin, this.onIdle);
  }

  private readonly onIdle = (client: MemoryClient): void => {
    if (this.closing || this.kept >= MOST_IDLE) {
      client.close();
      return;
    }
    this.kept++;
    const idle = this.idle.get(client.key);
    if (idle === undefined) this.idle.set(client.key, [client]);
    else idle.push(client);
  };

  /** Takes no more clients; those that are connected get their present answer. */
  retire(): void {
    this.closing = true;
    for (const client of [...this.idle.values()].flat()) client.close();
    this.idle.clear();
    for (const guest of [...this.guests]) guest.retire();
  }

  /** Breaks off what is under way. */
  abort(): void {
    this.retire();
    for (const guest of [...this.guests]) guest.abort(true);
  }
}
