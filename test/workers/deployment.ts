import { createPublisher, type Publisher, type PublisherOptions } from '../../src/fleet/index.ts';
import { DEFAULT_PROXY_OPTIONS, type ProxyOptions, type ProxyWorker, startWorker } from '../../src/proxy/index.ts';
import { answering, type Backend, type Script, startBackend } from '../wire/backend.ts';
import { BIND, backend, bind, forward, listener, route } from '../wire/config.ts';
import { FATE, type Fate } from './fate.ts';

/** A publisher with real threads behind it, one route to one backend. */
export interface Deployment {
  readonly publisher: Publisher;
  readonly port: number;
  readonly backend: Backend;
  /** All that were ever started, dead ones too. */
  readonly workers: readonly ProxyWorker[];
  readonly deaths: readonly string[];
  /** Resolves when the next worker that died has a successor that serves. */
  replaced(): Promise<void>;
  strike(fate: Fate): void;
  /** The sum of all series of a metric. */
  metric(name: string): Promise<number>;
}

export interface Setup {
  readonly workers: number;
  readonly proxy?: Partial<ProxyOptions>;
  readonly script?: Script;
  readonly publisher?: Partial<PublisherOptions>;
}

export async function deploy(t: { after(work: () => unknown): void }, setup: Setup): Promise<Deployment> {
  const api = await startBackend(setup.script ?? answering());
  const workers: ProxyWorker[] = [];
  const deaths: string[] = [];
  const channel = new BroadcastChannel(FATE);
  let replaced = Promise.withResolvers<void>();
  const publisher = createPublisher({
    workers: setup.workers,
    start(memory, lane) {
      const entry = new URL('./mortal-worker.ts', import.meta.url);
      const worker = startWorker({ ...DEFAULT_PROXY_OPTIONS, ...setup.proxy }, { memory, lane, entry });
      workers.push(worker);
      return worker;
    },
    onDeath: message => deaths.push(message),
    onReplaced() {
      replaced.resolve();
      replaced = Promise.withResolvers();
    },
    ...setup.publisher,
  });
  t.after(() => {
    channel.close();
    api.stop();
    return publisher.close();
  });
  publisher.start();
  const units = [...backend('api', api.port), route([{ action: forward({ api: 1 }) }]), listener(), bind()];
  const { bound } = await publisher.apply({ upserts: units, removals: [] });
  return {
    publisher,
    port: bound[BIND]!.port,
    backend: api,
    workers,
    deaths,
    replaced: () => replaced.promise,
    strike: fate => channel.postMessage(fate),
    async metric(name) {
      // Answers may be a quarter of a second old.
      await new Promise(resolve => setTimeout(resolve, 300));
      const values = (await publisher.metrics()).matchAll(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, 'gm'));
      return [...values].reduce((sum, [, value]) => sum + Number(value), 0);
    },
  };
}
