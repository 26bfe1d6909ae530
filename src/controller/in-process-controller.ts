import type { Seen } from '../cluster/index.ts';
import { createServedGateway, type ServedOptions } from '../gateway/index.ts';
import { nameKey } from '../resources/index.ts';
import type { AddressPool } from './address-pool.ts';
import type { Controller } from './controller.ts';
import { type ClusterOptions, createFollowedCluster } from './followed-cluster.ts';

export interface InProcessOptions
  extends ClusterOptions,
    Pick<ServedOptions, 'admin' | 'privateNames' | 'proxy' | 'worker' | 'workers' | 'drainTimeout' | 'began'> {
  /** The Gateways' addresses. */
  readonly pool: AddressPool;
}

/** A controller with its data plane in this process: it waits for the Lease, then serves. */
export function createInProcessController(options: InProcessOptions): Controller {
  const { pool } = options;
  const elected = Promise.withResolvers<void>();
  const cluster = createFollowedCluster({
    ...options,
    after: elected.promise,
    observe: recall,
    onLease(leading) {
      cluster.write(leading);
      if (leading) cluster.follows();
      if (leading) elected.resolve();
      led ||= leading;
      return led;
    },
  });
  let led = false;
  const gateway = createServedGateway({
    ...cluster.serving,
    addresses: pool,
    exactPorts: true,
    routableEndpoints: true,
    ...(options.admin && { admin: options.admin }),
    ...(options.privateNames !== undefined && { privateNames: options.privateNames }),
    ...(options.proxy && { proxy: options.proxy }),
    ...(options.worker && { worker: options.worker }),
    ...(options.workers && { workers: options.workers }),
    ...(options.drainTimeout !== undefined && { drainTimeout: options.drainTimeout }),
    ...(options.began !== undefined && { began: options.began }),
  });

  /** Addresses of a Gateway outlive this process in its status. */
  function recall(seen: Seen): void {
    if ('gone' in seen) {
      const { kind, namespace, name } = seen.gone;
      if (kind === 'Gateway') pool.recall(nameKey(namespace, name), []);
      return;
    }
    const { kind, metadata, status } = seen.object;
    if (kind === 'Gateway') pool.recall(nameKey(metadata.namespace ?? '', metadata.name), addressesOf(status));
  }

  return {
    async start() {
      cluster.start();
      await gateway.start();
      cluster.served();
    },
    async drain(deadline) {
      await Promise.all([gateway.drain(deadline), cluster.resign()]);
    },
    async close() {
      await cluster.resign();
      await gateway.close();
      cluster.close();
    },
  };
}

function addressesOf(status: unknown): string[] {
  const { addresses } = Object(status) as { readonly addresses?: unknown };
  if (!Array.isArray(addresses)) return [];
  return addresses.flatMap(address => (typeof address?.value === 'string' ? [address.value] : []));
}
