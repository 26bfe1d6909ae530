import type { Writable } from 'node:stream';
import { type ProxyWorker, type RequestFilter, type TailedLines, type Watch, within } from '../proxy/index.ts';

/** Live requests of all workers, for clients that look on. As long as there is none, no worker hears of it. */
export interface Tailing {
  /** There is no room for another client. */
  readonly full: boolean;
  /**
   * From now on `to` gets a line of JSON for each request that the filter admits, until it closes. The first line is
   * `{"following":N}`, once so many workers tell of theirs; `{"dropped":N}` stands where lines are missing.
   */
  watch(filter: RequestFilter, to: Writable): void;
  /** A worker has started: its requests are to be seen too. */
  join(worker: ProxyWorker): void;
  leave(worker: ProxyWorker): void;
  /** Ends all streams. */
  close(): void;
}

interface Watched extends Watch {
  readonly to: Writable;
  /** Lines that its client has not got, and has not been told of. */
  dropped: number;
}

/** Clients at a time. */
export const MOST_WATCHES = 16;
/** Bytes that may wait for a client that is slow. */
const MAX_BEHIND = 1_048_576;
/** How often a client that hears nothing is sent an empty line: one that is gone is noticed by that; ms. */
const HEARTBEAT = 15_000;
/** How long a worker may take to hear of a new client until that is told without it; ms. */
const PATIENCE = 1_000;

export function createTailing(heartbeat: number = HEARTBEAT): Tailing {
  const workers = new Set<ProxyWorker>();
  const watches = new Map<number, Watched>();
  let list: readonly Watch[] = [];
  let nextId = 1;
  let beating: NodeJS.Timeout | undefined;

  /** The numbers of workers that know, as they come to know. */
  function changed(): readonly Promise<void>[] {
    list = [...watches.values()].map(({ id, filter }) => ({ id, filter }));
    clearInterval(beating);
    beating = list.length === 0 ? undefined : setInterval(beat, heartbeat).unref();
    return [...workers].map(follow);
  }

  /** Resolves when the worker knows; rejects if it dies first. */
  function follow(worker: ProxyWorker): Promise<void> {
    const asked = list;
    const told = worker.tail(asked);
    // One that has ended has a successor, which joins.
    fetch(worker, told, asked).catch(() => {});
    return told.then(() => {});
  }

  async function fetch(worker: ProxyWorker, first: Promise<readonly TailedLines[]>, asked: readonly Watch[]) {
    for (let next = first; ; next = worker.tail(asked)) {
      for (const lines of await next) deliver(lines);
      if (list !== asked || asked.length === 0) return;
    }
  }

  function deliver({ watch, bytes, count, dropped }: TailedLines): void {
    const watched = watches.get(watch);
    if (watched === undefined) return;
    tellGap(watched);
    if (!hasRoom(watched)) watched.dropped += count + dropped;
    else {
      watched.to.write(bytes);
      watched.dropped += dropped;
      tellGap(watched);
    }
  }

  function beat(): void {
    for (const watched of watches.values()) {
      if (watched.dropped > 0) tellGap(watched);
      else if (hasRoom(watched)) watched.to.write('\n');
    }
  }

  return {
    get full() {
      return watches.size >= MOST_WATCHES;
    },
    watch(filter, to) {
      const watched: Watched = { id: nextId++, filter, to, dropped: 0 };
      watches.set(watched.id, watched);
      to.on('drain', () => tellGap(watched));
      to.on('error', () => {});
      to.once('close', () => {
        watches.delete(watched.id);
        changed();
      });
      let following = 0;
      const told = changed().map(knows => knows.then(() => following++).catch(() => {}));
      void within(Promise.all(told), PATIENCE).then(() => {
        if (!to.destroyed && !to.writableEnded) to.write(`{"following":${following}}\n`);
      });
    },
    join(worker) {
      workers.add(worker);
      if (list.length > 0) follow(worker).catch(() => {});
    },
    leave: worker => void workers.delete(worker),
    close() {
      for (const { to } of watches.values()) to.end();
    },
  };
}

function hasRoom({ to }: Watched): boolean {
  return to.writableLength < MAX_BEHIND && !to.writableEnded;
}

function tellGap(watched: Watched): void {
  if (watched.dropped === 0 || !hasRoom(watched)) return;
  watched.to.write(`{"dropped":${watched.dropped}}\n`);
  watched.dropped = 0;
}
