import {
  type ApiClient,
  type ApiFailure,
  createPermission,
  type ListWatch,
  type Permission,
  pauseAfter,
  type RawObject,
  rawObjectOf,
  startListWatch,
} from '../kubernetes/index.ts';
import { type Kind, nameKey, type ObjectRef } from '../resources/index.ts';
import { createOnePerKey } from './one-per-key.ts';
import { type KubernetesTiming, pausesOf } from './timing.ts';
import { isFinal, type Request } from './trouble.ts';
import type { Troubles } from './troubles.ts';

export interface OnDemandPorts {
  readonly client: ApiClient;
  readonly troubles: Troubles;
  came(raw: RawObject): void;
  went(ref: ObjectRef): void;
  /** Called after every answer. */
  answered(): void;
}

/** Reads only those objects of a core kind that others refer to: of the rest it hears that they change, and keeps nothing. */
export interface OnDemand {
  /** One more resource refers to it. */
  hold(ref: ObjectRef): void;
  /** One less. */
  release(ref: ObjectRef): void;
  /** Whether what is referred to was asked for, and answered in whatever way. */
  answered(ref: ObjectRef): boolean;
  /** Whether everything that is referred to is known, or not to be had. */
  settled(): boolean;
  close(): void;
}

interface Held {
  readonly ref: ObjectRef;
  readonly path: string;
  readonly permission: Permission;
  count: number;
  answered: boolean;
  settled: boolean;
  failures: number;
  /** The resourceVersion that was read last; '' if there is no such object. */
  version?: string;
  /** The one that was last heard of. */
  heard?: string;
  timer?: NodeJS.Timeout;
}

const NO_OBJECT: ApiFailure = { status: 500, reason: 'Unknown', message: 'the answer is no object' };

export function createOnDemand(kind: Kind, ports: OnDemandPorts, timing: KubernetesTiming): OnDemand {
  const { client, troubles } = ports;
  const closing = new AbortController();
  const held = new Map<string, Held>();
  const collection = `/api/v1/${kind.plural}`;
  /** Only while there is something to follow: a cluster without TLS need not permit it. */
  let watch: ListWatch | undefined;
  let poll: NodeJS.Timeout | undefined;

  const requestFor = (verb: string, loss: string, namespace?: string): Request => ({
    verb,
    what: { kind: 'resource', group: kind.group, plural: kind.plural, ...(namespace !== undefined && { namespace }) },
    loss,
  });

  const read = async (key: string) => {
    const one = held.get(key);
    if (!one || (one.heard !== undefined && one.heard === one.version)) return;
    clearTimeout(one.timer);
    const reply = await client.request('GET', one.path, { signal: closing.signal });
    if (closing.signal.aborted || held.get(key) !== one) return;
    const raw = reply.kind === 'ok' ? rawObjectOf(reply.body) : undefined;
    if (raw) return found(one, raw);
    const failure = reply.kind === 'failed' ? reply.failure : NO_OBJECT;
    if (failure.status === 404) found(one, undefined);
    else failed(key, one, failure);
  };
  const reads = createOnePerKey(read, 8);

  const found = (one: Held, raw: RawObject | undefined) => {
    one.failures = 0;
    one.version = raw?.metadata.resourceVersion ?? '';
    troubles.set(one.path, undefined);
    one.settled = true;
    one.answered = true;
    one.permission.given();
    if (raw) ports.came(raw);
    else ports.went(one.ref);
    ports.answered();
  };

  const failed = (key: string, one: Held, failure: ApiFailure) => {
    const soon = !isFinal(failure) || (failure.status === 403 && one.permission.mayPass());
    one.timer = setTimeout(() => reads.run(key), soon ? pauseAfter(++one.failures, timing.retry) : timing.poll);
    if (soon && isFinal(failure)) return;
    const loss = `${kind.kind} ${one.ref.namespace}/${one.ref.name} is not seen`;
    troubles.set(one.path, { request: requestFor('get', loss, one.ref.namespace), failure });
    one.settled ||= isFinal(failure);
    one.answered = true;
    ports.answered();
  };

  const heard = (namespace: string, name: string, version: string) => {
    const key = nameKey(namespace, name);
    const one = held.get(key);
    if (!one) return;
    one.heard = version;
    reads.run(key);
  };

  const readAll = () => {
    for (const [key, one] of held) {
      delete one.heard;
      reads.run(key);
    }
  };

  const follow = () =>
    startListWatch({
      client,
      path: collection,
      metadataOnly: true,
      pauses: pausesOf(timing),
      onUpsert: ({ metadata }) => heard(metadata.namespace ?? '', metadata.name, metadata.resourceVersion),
      onDelete: ({ namespace, name }) => heard(namespace, name, ''),
      onSynced: () => {},
      onTrouble(failure) {
        const seconds = Math.round(timing.poll / 1000);
        const loss = `a change of a ${kind.kind} that is referred to is noticed only after ${seconds} s`;
        troubles.set(collection, failure && { request: requestFor(failure.verb, loss), failure });
        clearInterval(poll);
        poll = failure && isFinal(failure) ? setInterval(readAll, timing.poll) : undefined;
      },
    });

  const unfollow = () => {
    watch?.close();
    watch = undefined;
    clearInterval(poll);
    troubles.set(collection, undefined);
  };

  return {
    hold(ref) {
      const key = nameKey(ref.namespace, ref.name);
      const one = held.get(key);
      if (one) {
        one.count++;
        return;
      }
      const path = `/api/v1/namespaces/${ref.namespace}/${kind.plural}/${ref.name}`;
      held.set(key, {
        ref,
        path,
        permission: createPermission(),
        count: 1,
        answered: false,
        settled: false,
        failures: 0,
      });
      watch ??= follow();
      reads.run(key);
    },
    release(ref) {
      const key = nameKey(ref.namespace, ref.name);
      const one = held.get(key);
      if (!one || --one.count > 0) return;
      held.delete(key);
      clearTimeout(one.timer);
      troubles.set(one.path, undefined);
      ports.went(ref);
      if (held.size === 0) unfollow();
    },
    answered: ({ namespace, name }) => held.get(nameKey(namespace, name))?.answered ?? true,
    settled: () => [...held.values()].every(one => one.settled || troubles.lasting(one.path)),
    close() {
      closing.abort();
      unfollow();
      for (const { timer } of held.values()) clearTimeout(timer);
    },
  };
}
