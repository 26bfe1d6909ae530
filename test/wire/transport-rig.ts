import assert from 'node:assert/strict';
import type { Unit, UnitName } from '../../src/ir/index.ts';
import type { Core } from '../../src/proxy/core.ts';
import { createCore, createProxy } from '../../src/proxy/create-proxy.ts';
import { type DataPlane, DEFAULT_PROXY_OPTIONS, type ProxyOptions } from '../../src/proxy/index.ts';
import { nodeRuntime } from '../../src/proxy/node-socket.ts';

/** A live proxy without backends of its own: for listeners of bytes and datagrams. */
export interface Wire {
  readonly proxy: DataPlane;
  readonly core: Core;
  /** The ports of all binds, in the order of their names. */
  apply(upserts: readonly Unit[], removals?: readonly UnitName[]): Promise<readonly number[]>;
}

export function createWire(t: { after(work: () => void): void }, options: Partial<ProxyOptions> = {}): Wire {
  const all = { ...DEFAULT_PROXY_OPTIONS, ...options };
  const core = createCore(all, nodeRuntime);
  const proxy = createProxy(all, nodeRuntime, core);
  t.after(() => proxy.close());
  return {
    proxy,
    core,
    async apply(upserts, removals = []) {
      const { bound, failures } = await proxy.apply({ upserts, removals });
      assert.deepEqual(failures, []);
      return Object.entries(bound)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, { port }]) => port);
    },
  };
}
