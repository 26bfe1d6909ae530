import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import {
  createKubernetesSource,
  type KubernetesSourceOptions,
  type KubernetesTiming,
  type Seen,
} from '../src/cluster/index.ts';
import { createApiClient } from '../src/kubernetes/create-api-client.ts';
import type { ApiClient } from '../src/kubernetes/index.ts';
import { type AnyResource, refKey, refOf } from '../src/resources/index.ts';
import type { Batch, Source } from '../src/sources/index.ts';
import { type ApiServer, type ApiServerOptions, startApiServer } from './api-server/index.ts';

/** Short, so that tests need not wait, but for the patience with a server that is slow because the machine is; in ms. */
export const QUICK: KubernetesTiming = {
  patience: 1_500,
  after: [10, 50, 150],
  poll: 100,
  retry: { firstMs: 10, mostMs: 50 },
};

/** An API server and a source that follows it. */
export interface FollowedServer {
  readonly api: ApiServer;
  readonly client: ApiClient;
  readonly source: Source;
  readonly batches: readonly Batch[];
  /** What was observed, as text: `+Kind/namespace/name` and `-Kind/namespace/name`. */
  readonly seen: readonly string[];
  readonly waits: readonly string[];
  start(): Promise<void>;
  /** What the batches say that there is, by `Kind/namespace/name`. */
  resources(): ReadonlyMap<string, AnyResource>;
  /** `severity Code`, without repeats. */
  problems(): readonly string[];
  /** Waits until that holds. */
  until(what: string, holds: () => boolean): Promise<void>;
}

export interface FollowOptions extends ApiServerOptions {
  readonly reach?: KubernetesSourceOptions['reach'];
  readonly timing?: Partial<KubernetesTiming>;
}

function nameOfSeen(seen: Seen): string {
  if ('gone' in seen) return `-${refKey(seen.gone)}`;
  const { kind, metadata } = seen.object;
  return `+${refKey({ kind, namespace: metadata.namespace ?? '', name: metadata.name })}`;
}

/** Not started yet, so that a test can fill the server, or break it, before. */
export async function follow(t: TestContext, options: FollowOptions = {}): Promise<FollowedServer> {
  const api = await startApiServer(options);
  const client = createApiClient({ credentials: { server: api.url } });
  const batches: Batch[] = [];
  const seen: string[] = [];
  const waits: string[] = [];
  const source = createKubernetesSource(
    {
      client,
      observe: one => seen.push(nameOfSeen(one)),
      onWaiting: message => waits.push(message),
      ...(options.reach && { reach: options.reach }),
    },
    { ...QUICK, ...options.timing },
  );
  t.after(async () => {
    await source.close();
    client.close();
    await api.close();
  });

  return {
    api,
    client,
    source,
    batches,
    seen,
    waits,
    start: () => source.start(batch => batches.push(batch)),
    resources: () => fold(batches),
    problems: () => [...new Set(source.problems().map(({ severity, code }) => `${severity} ${code}`))],
    async until(what, holds) {
      for (let tries = 0; !holds(); tries++) {
        assert.ok(tries < 800, `${what}; the problems are ${JSON.stringify(source.problems(), undefined, 1)}`);
        await pause(5);
      }
    },
  };
}

function fold(batches: readonly Batch[]): ReadonlyMap<string, AnyResource> {
  const resources = new Map<string, AnyResource>();
  for (const { upserts, deletes } of batches) {
    for (const ref of deletes) assert.ok(resources.delete(refKey(ref)), `${refKey(ref)} goes and was never there`);
    for (const resource of upserts) resources.set(refKey(refOf(resource)), resource);
  }
  return resources;
}
