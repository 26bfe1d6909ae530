import { setTimeout as delay } from 'node:timers/promises';
import { type Bind, type Delta, seal, type Unit, type UnitName, WIRE_ORDER } from '../ir/index.ts';
import type { Applied, ProxyWorker } from '../proxy/index.ts';

/** The way to the data plane. It remembers what was sent, so that a worker that dies is replaced by one that serves the same. */
export interface Publisher {
  /** Starts the first worker; deltas may follow at once. */
  start(): void;
  /** Resolves when everything of the delta but the failed binds is live. */
  apply(delta: Delta): Promise<Applied>;
  /** The configuration that stands, in wire order. */
  units(): readonly Unit[];
  /** Prometheus text. */
  metrics(): Promise<string>;
  drain(deadline: number): Promise<void>;
  close(): Promise<void>;
}

export interface PublisherOptions {
  /** A worker that runs already. */
  readonly first?: ProxyWorker;
  /** Starts one worker. */
  readonly start: () => ProxyWorker;
  /** A worker died; a new one is being started and gets the whole configuration. */
  readonly onDeath: (message: string) => void;
  /** The new one serves. */
  readonly onReplaced: (applied: Applied) => void;
}

/** Time before a worker is replaced, in ms: a worker that dies at once must not keep a core busy. */
const BACKOFF = [0, 100, 500, 2_000];

export function createPublisher(options: PublisherOptions): Publisher {
  const units = new Map<string, Unit>();
  const bound = new Map<string, number>();
  let deaths: number[] = [];
  let closed = false;
  let worker: ProxyWorker | undefined;
  let replacement: Promise<Applied> | undefined;

  function adopt(started: ProxyWorker): void {
    worker = started;
    started.onExit(message => {
      if (closed || started !== worker) return;
      options.onDeath(message);
      const replacing = replace().finally(() => {
        if (replacement === replacing) replacement = undefined;
      });
      replacement = replacing;
      replacing.catch((error: Error) => options.onDeath(error.message));
    });
  }

  async function replace(): Promise<Applied> {
    const now = performance.now();
    deaths = [...deaths.filter(time => now - time < 60_000), now];
    await delay(BACKOFF[Math.min(deaths.length, BACKOFF.length) - 1] ?? 0);
    const self = replacement;
    if (closed) return NOTHING;
    adopt(options.start());
    const applied = await send({ upserts: everything().map(pin), removals: [] }, self);
    options.onReplaced(applied);
    return applied;
  }

  /** A port that the system chose must be the same again: clients know it. */
  function pin(unit: Unit): Unit {
    const port = unit.kind === 'Bind' && unit.port === 0 ? bound.get(unit.name) : undefined;
    if (unit.kind !== 'Bind' || port === undefined) return unit;
    const { hash: _, ...rest }: Bind = unit;
    return seal({ ...rest, port });
  }

  /** A worker that dies with the delta in its hands has a successor that gets it with the rest. */
  async function send(delta: Delta, self?: Promise<Applied>): Promise<Applied> {
    try {
      const applied = (await worker?.apply(delta)) ?? NOTHING;
      for (const [name, { port }] of Object.entries(applied.bound)) bound.set(name, port);
      return applied;
    } catch (error) {
      if (closed || !replacement || replacement === self) throw error;
      return replacement;
    }
  }

  function everything(): Unit[] {
    return [...units.values()].sort((a, b) => WIRE_ORDER.indexOf(a.kind) - WIRE_ORDER.indexOf(b.kind));
  }

  return {
    start: () => adopt(options.first ?? options.start()),
    async apply(delta) {
      for (const unit of delta.upserts) units.set(unitKey(unit), unit);
      for (const name of delta.removals) units.delete(unitKey(name));
      await replacement;
      return send(delta);
    },
    units: everything,
    metrics: async () => worker?.metrics() ?? '',
    async drain(deadline) {
      closed = true;
      await worker?.drain(deadline);
    },
    async close() {
      closed = true;
      await worker?.close();
    },
  };
}

const NOTHING: Applied = { bound: {}, failures: [] };

function unitKey(unit: UnitName): string {
  return `${unit.kind} ${unit.name}`;
}
