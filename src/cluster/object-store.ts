import { isDeepStrictEqual } from 'node:util';
import type { RawObject } from '../kubernetes/index.ts';
import {
  type AnyResource,
  type Kind,
  nameKey,
  type ObjectRef,
  type Problem,
  refKey,
  refOf,
} from '../resources/index.ts';
import type { Difference } from '../sources/index.ts';
import { readObject } from './read-object.ts';

/** The resources that stand, each in the last version that could be read. */
export interface ObjectStore {
  put(kind: Kind, raw: RawObject): void;
  remove(ref: ObjectRef): void;
  /** Also those that could never be read. */
  ofKind(kind: string): readonly ObjectRef[];
  /** What is different since the last time it was taken, without what waits for something. */
  take(): Difference;
  /** When the first thing happened that is not taken yet, in ms of `performance.now()`. */
  pendingSince(): number | undefined;
  problems(): readonly Problem[];
}

export interface StoreEvents {
  /** A resource, or a problem, is another one. */
  changed(): void;
  /** Called with each resource that comes, changes or goes. */
  replaced(before: AnyResource | undefined, after: AnyResource | undefined): void;
  /** Whether what a resource refers to is still to come: what it was before counts until then. */
  waits(resource: AnyResource): boolean;
}

interface Fault {
  readonly ref: ObjectRef;
  readonly problems: readonly Problem[];
}

interface Touched {
  readonly ref: ObjectRef;
  /** As it was when the difference was last taken. */
  readonly before: AnyResource | undefined;
  readonly since: number;
}

export function createObjectStore(events: StoreEvents): ObjectStore {
  const kinds = new Map<string, Map<string, AnyResource>>();
  const faults = new Map<string, Fault>();
  const touched = new Map<string, Touched>();

  const find = ({ kind, namespace, name }: ObjectRef) => kinds.get(kind)?.get(nameKey(namespace, name));

  const set = (ref: ObjectRef, resource: AnyResource | undefined) => {
    const before = find(ref);
    if (isDeepStrictEqual(before, resource)) return;
    const ofKind = kinds.get(ref.kind) ?? new Map<string, AnyResource>();
    kinds.set(ref.kind, ofKind);
    if (resource) ofKind.set(nameKey(ref.namespace, ref.name), resource);
    else ofKind.delete(nameKey(ref.namespace, ref.name));
    if (!touched.has(refKey(ref))) touched.set(refKey(ref), { ref, before, since: performance.now() });
    events.replaced(before, resource);
    events.changed();
  };

  const blame = (ref: ObjectRef, problems: readonly Problem[]) => {
    const key = refKey(ref);
    if (isDeepStrictEqual(faults.get(key)?.problems ?? [], problems)) return;
    if (problems.length > 0) faults.set(key, { ref, problems });
    else faults.delete(key);
    events.changed();
  };

  return {
    put(kind, raw) {
      const { name, namespace = '' } = raw.metadata;
      const ref = { kind: kind.kind, namespace, name };
      const { resource, remains, problems } = readObject(kind, raw);
      const standing = resource ?? find(ref) ?? remains;
      if (standing) set(ref, standing);
      blame(ref, problems);
    },
    remove(ref) {
      set(ref, undefined);
      blame(ref, []);
    },
    ofKind(kind) {
      const faulty = [...faults.values()].map(({ ref }) => ref).filter(ref => ref.kind === kind && !find(ref));
      return [...[...(kinds.get(kind)?.values() ?? [])].map(refOf), ...faulty];
    },
    take() {
      const upserts: AnyResource[] = [];
      const deletes: ObjectRef[] = [];
      for (const [key, { ref, before }] of touched) {
        const after = find(ref);
        if (after && events.waits(after)) continue;
        touched.delete(key);
        if (after === undefined) {
          if (before !== undefined) deletes.push(ref);
        } else if (!isDeepStrictEqual(before, after)) upserts.push(after);
      }
      return { upserts, deletes };
    },
    pendingSince: () => touched.values().next().value?.since,
    problems: () => [...faults.values()].flatMap(({ problems }) => problems),
  };
}
