import type { ApiClient, RawObject } from '../kubernetes/index.ts';
import { type AnyResource, type Kind, kindNamed, type ObjectRef } from '../resources/index.ts';
import type { Source } from '../sources/index.ts';
import { createBatches } from '../sources/index.ts';
import { type CrdWatch, startCrdWatch } from './crd-watch.ts';
import { hasStatus } from './followed-kinds.ts';
import { createFollowing } from './following.ts';
import { createObjectStore } from './object-store.ts';
import { createOnDemand, type OnDemand, type OnDemandPorts } from './on-demand.ts';
import { createOpening, type Opening } from './opening.ts';
import { createRediscovery } from './rediscovery.ts';
import { referencesOf } from './references.ts';
import { TIMING } from './timing.ts';
import { createTroubles } from './troubles.ts';

export interface KubernetesSourceOptions {
  /** Stays open when the source is closed. */
  readonly client: ApiClient;
  /**
   * Called with each object of a kind that has a status of ours, before the batch that it is in, also where only its
   * status changed.
   */
  readonly observe?: (seen: Seen) => void;
  /** `once` (the default): `start` rejects where the API server can't be reached or refuses us; `forever`: it waits. */
  readonly reach?: 'once' | 'forever';
  /** Told why there is no first batch yet, each time that is another reason. */
  readonly onWaiting?: (message: string) => void;
}

export type Seen = { readonly object: RawObject } | { readonly gone: ObjectRef };

/**
 * What an API server holds: every object of the kinds that we read and it serves, and of Secrets and ConfigMaps those that
 * one of them refers to. What is forbidden, absent or unreadable is a problem, and the rest goes on.
 */
export function createKubernetesSource(options: KubernetesSourceOptions, timing = TIMING): Source {
  const { client, observe, reach = 'once' } = options;
  const closing = new AbortController();
  const batches = createBatches(() => store.take());
  let crds: CrdWatch | undefined;
  let opening: Opening | undefined;

  const changed = () => {
    batches.changed(performance.now());
    opening?.look();
  };
  const look = () => opening?.look();
  const troubles = createTroubles(client.server, timing.patience, changed);
  const store = createObjectStore({ changed, replaced, waits });

  const onDemand = new Map(['Secret', 'ConfigMap'].map(name => [name, readOnDemand(kindNamed(name)!)]));

  function readOnDemand(kind: Kind): OnDemand {
    const ports: OnDemandPorts = {
      client,
      troubles,
      came: raw => store.put(kind, raw),
      went: store.remove,
      answered() {
        const since = store.pendingSince();
        if (since !== undefined) batches.changed(since);
        look();
      },
    };
    return createOnDemand(kind, ports, timing);
  }

  /** First what comes: what both name is not read anew. */
  function replaced(before: AnyResource | undefined, after: AnyResource | undefined): void {
    for (const ref of after ? referencesOf(after) : []) onDemand.get(ref.kind)?.hold(ref);
    for (const ref of before ? referencesOf(before) : []) onDemand.get(ref.kind)?.release(ref);
  }

  /** A Gateway that comes before its certificate would be told that there is none. */
  function waits(resource: AnyResource): boolean {
    return referencesOf(resource).some(ref => onDemand.get(ref.kind)?.answered(ref) === false);
  }

  const following = createFollowing({
    client,
    troubles,
    crds: () => crds,
    signal: closing.signal,
    changed,
    watchPorts: kind => ({
      client,
      store,
      troubles,
      timing,
      came: object => hasStatus(kind) && observe?.({ object }),
      went: gone => hasStatus(kind) && observe?.({ gone }),
      moved: event => (event === 'absent' ? rediscovery.soon() : look()),
    }),
  });

  const rediscovery = createRediscovery(
    {
      async run(isLast) {
        const complete = await following.discover(isLast);
        look();
        return complete;
      },
      blind: () => crds?.blind() === true || following.refused(),
    },
    timing,
  );

  const ready = () =>
    following.settled() &&
    crds?.settled() === true &&
    [...onDemand.values()].every(one => one.settled()) &&
    (reach === 'once' || !following.awaited());

  const begin = () => {
    crds = startCrdWatch({
      client,
      troubles,
      timing,
      came: raw => store.put(kindNamed(raw.kind)!, raw),
      went: name => store.remove({ kind: 'CustomResourceDefinition', namespace: '', name }),
      changed: rediscovery.soon,
      settled: look,
    });
    rediscovery.now();
  };

  const close = async () => {
    closing.abort();
    batches.close();
    opening?.close();
    rediscovery.close();
    crds?.close();
    following.close();
    for (const one of onDemand.values()) one.close();
  };

  return {
    async start(onBatch) {
      const since = performance.now();
      opening = createOpening({
        server: client.server,
        reach,
        patience: timing.patience,
        ready,
        open: () => batches.open(onBatch, since),
        obstacle: troubles.passing,
        heard: following.answered,
        waiting: message => options.onWaiting?.(message),
      });
      begin();
      await opening.over.catch(async (error: unknown) => {
        await close();
        throw error;
      });
    },
    problems: () => [...troubles.problems(), ...following.problems(), ...store.problems()],
    locate: () => undefined,
    close,
  };
}
