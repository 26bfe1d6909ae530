import { createProxy } from '../../src/proxy/in-thread.ts';
import { DEFAULT_PROXY_OPTIONS } from '../../src/proxy/index.ts';
import { BIND, backend, bind, forward, listener, route } from './config.ts';

/** Told to whoever started the process, each time it sends anything; bytes. */
export interface Memory {
  readonly resident: number;
  /** Buffers. */
  readonly buffers: number;
}

/** The program of a process that is nothing but a proxy before the backend on the port of its argument; it tells its own port. */
const proxy = createProxy(DEFAULT_PROXY_OPTIONS);
const units = [
  ...backend('api', Number(process.argv[2])),
  route([{ action: forward({ api: 1 }) }]),
  listener(),
  bind(),
];
const { bound } = await proxy.apply({ upserts: units, removals: [] });
process.send!(bound[BIND]!.port);
process.on('message', () => {
  globalThis.gc!();
  const { rss, external } = process.memoryUsage();
  const memory: Memory = { resident: rss, buffers: external };
  process.send!(memory);
});
process.on('disconnect', () => process.exit());
