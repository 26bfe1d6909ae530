import { type ApiClient, type ListWatch, type RawObject, startListWatch } from '../kubernetes/index.ts';
import { type Kind, nameKey, type ObjectRef } from '../resources/index.ts';
import type { Place } from './discovery.ts';
import type { ObjectStore } from './object-store.ts';
import { type KubernetesTiming, pausesOf } from './timing.ts';
import { isFinal } from './trouble.ts';
import type { Troubles } from './troubles.ts';

export interface KindWatchPorts {
  readonly client: ApiClient;
  readonly store: ObjectStore;
  readonly troubles: Troubles;
  readonly timing: KubernetesTiming;
  came(raw: RawObject): void;
  went(ref: ObjectRef): void;
  /** Something is settled, or not served where it was. */
  moved(event: 'settled' | 'absent'): void;
}

/** Follows one kind to wherever it is served. */
export interface KindWatch {
  readonly kind: Kind;
  place(): Place | undefined;
  /** At another place the objects are the same: they stay until the new place has been read. */
  follow(place: Place): void;
  /** Nobody serves it any more: its objects go. */
  drop(): void;
  /** Nothing of it is still to come at first. */
  settled(): boolean;
  close(): void;
}

interface Following {
  readonly place: Place;
  readonly watch: ListWatch;
  /** It was not there when it was last asked for. */
  absent: boolean;
}

export function createKindWatch(kind: Kind, ports: KindWatchPorts): KindWatch {
  const { client, store, troubles } = ports;
  /** Of a namespace nothing else is read. */
  const metadataOnly = kind.kind === 'Namespace';
  let following: Following | undefined;
  let settled = true;

  const remove = (ref: ObjectRef) => {
    store.remove(ref);
    ports.went(ref);
  };
  const settle = () => {
    settled = true;
    ports.moved('settled');
  };

  /** `again`: it was said to be served here before, and was not; that is no news a second time. */
  const start = (place: Place, again: boolean): Following => {
    const seen = new Set<string>();
    let reading = true;
    const watch = startListWatch({
      client,
      path: place.path,
      metadataOnly,
      pauses: pausesOf(ports.timing),
      onUpsert(object) {
        // A page of a list that came in just when it was closed.
        if (following !== next) return;
        const raw = metadataOnly ? { ...object, apiVersion: 'v1', kind: kind.kind } : object;
        if (reading) seen.add(nameKey(raw.metadata.namespace ?? '', raw.metadata.name));
        ports.came(raw);
        store.put(kind, raw);
      },
      onDelete: ({ namespace, name }) => remove({ kind: kind.kind, namespace, name }),
      onSynced() {
        reading = false;
        const gone = store.ofKind(kind.kind).filter(({ namespace, name }) => !seen.has(nameKey(namespace, name)));
        for (const ref of gone) remove(ref);
        seen.clear();
        settle();
      },
      onTrouble(trouble) {
        const { group, plural } = place;
        const loss =
          reading && store.ofKind(kind.kind).length === 0
            ? `no ${kind.kind} is seen`
            : `changes of ${kind.kind} objects are not seen`;
        const request = trouble && { verb: trouble.verb, what: { kind: 'resource' as const, group, plural }, loss };
        troubles.set(place.path, request && { request, failure: trouble });
        if (trouble && isFinal(trouble)) settle();
        next.absent = trouble?.status === 404;
        if (next.absent && !(again && reading)) ports.moved('absent');
      },
    });
    const next = { place, watch, absent: false };
    return next;
  };

  const stop = () => {
    if (!following) return;
    following.watch.close();
    troubles.set(following.place.path, undefined);
    following = undefined;
  };

  return {
    kind,
    place: () => following?.place,
    follow(place) {
      const again = following?.place.path === place.path;
      if (again && !following?.absent) return;
      stop();
      settled = false;
      following = start(place, again);
    },
    drop() {
      stop();
      for (const ref of store.ofKind(kind.kind)) remove(ref);
      settled = true;
    },
    settled: () => settled || (following !== undefined && troubles.lasting(following.place.path)),
    close: stop,
  };
}
