import { setTimeout as timeout } from 'node:timers/promises';
import type { ApiClient, ApiFailure } from './api-client.ts';
import { type Pace, pauseAfter } from './backoff.ts';
import { createKnownObjects, keyOf } from './known-objects.ts';
import { listPages, type Selector } from './list-pages.ts';
import { createPermission } from './permission.ts';
import type { RawObject } from './raw-object.ts';
import { watchEvents } from './watch-events.ts';

/** What stands in the way of following a resource. */
export interface Trouble extends ApiFailure {
  readonly verb: 'list' | 'watch';
}

/** How long to wait before another try, in ms. */
export interface Pauses extends Pace {
  /** After 403 and 404, which don't pass by themselves (but see `createPermission`). */
  readonly slowMs: number;
}

export interface ListWatchOptions {
  readonly client: ApiClient;
  /** The collection: `/apis/gateway.networking.k8s.io/v1/httproutes`. */
  readonly path: string;
  /** Only metadata are asked for and kept. */
  readonly metadataOnly?: boolean;
  /** Default: all of it. What is changed so that it is no longer meant is gone. */
  readonly selector?: Selector;
  /** Default 200 ms to 30 s, 30 s. */
  readonly pauses?: Partial<Pauses>;
  /** Called for what is new or has another resourceVersion than before; a relist repeats nothing. */
  readonly onUpsert: (object: RawObject) => void;
  readonly onDelete: (object: { readonly namespace: string; readonly name: string }) => void;
  /** The first list is in. Called once. */
  readonly onSynced: () => void;
  /**
   * What stands in the way since now; undefined: nothing any more. 410 and an ended watch are no trouble, nor is a 403 that
   * passes soon after it was permitted. 404 is one, and deletes nothing: the kind may be served in another version, or by a server that has only just started.
   */
  readonly onTrouble: (trouble: Trouble | undefined) => void;
}

/** Follows one resource until `close`. */
export interface ListWatch {
  close(): void;
}

/** What comes next: a list, or a watch from where the one before came to; and how long to wait before. */
interface Step {
  readonly from: string | undefined;
  readonly pauseMs: number;
}

/** Never gives up: list → watch → watch again where it ended → list anew where that is too old → … */
export function startListWatch(options: ListWatchOptions): ListWatch {
  const { firstMs = 200, mostMs = 30_000, slowMs = 30_000 } = options.pauses ?? {};
  const closing = new AbortController();
  const { signal } = closing;
  const { client, path, metadataOnly = false, selector = {} } = options;
  const request = { client, path, metadataOnly, selector, signal };
  const known = createKnownObjects(options);
  const troubles = createTroubles(options.onTrouble);
  const permissions = { list: createPermission(), watch: createPermission() };
  const nextPause = () => pauseAfter(++failures, { firstMs, mostMs });
  let failures = 0;
  let synced = false;

  async function list(): Promise<Step> {
    const seen = new Set<string>();
    const listed = await listPages(request, object => {
      seen.add(keyOf(object));
      known.upsert(object);
    });
    if (signal.aborted) return REST;
    if (listed.kind === 'failed') return failed('list', listed.failure, undefined);
    known.retain(seen);
    permissions.list.given();
    troubles.over('list');
    if (!synced) {
      // Who may list may watch, until that is refused again and again: the server may restart before the first watch.
      permissions.watch.given();
      options.onSynced();
    }
    synced = true;
    return { from: listed.resourceVersion, pauseMs: 0 };
  }

  async function watch(from: string): Promise<Step> {
    const { resourceVersion, healthy, failure } = await watchEvents(request, from, known, () => {
      permissions.watch.given();
      troubles.over();
    });
    if (signal.aborted) return REST;
    if (healthy) failures = 0;
    if (failure && !isExpired(failure)) return failed('watch', failure, resourceVersion);
    return { from: failure ? undefined : resourceVersion, pauseMs: healthy ? 0 : nextPause() };
  }

  function failed(verb: Trouble['verb'], failure: ApiFailure, from: string | undefined): Step {
    if (isExpired(failure)) return { from: undefined, pauseMs: nextPause() };
    if (failure.status === 403 && permissions[verb].mayPass()) return { from, pauseMs: nextPause() };
    troubles.stand({ ...failure, verb });
    const slow = failure.status === 403 || failure.status === 404;
    return { from: isPassing(failure) ? from : undefined, pauseMs: slow ? slowMs : nextPause() };
  }

  async function run(): Promise<void> {
    for (let step: Step = REST; !signal.aborted; ) {
      step = step.from === undefined ? await list() : await watch(step.from);
      if (step.pauseMs > 0) await timeout(step.pauseMs, undefined, { signal }).catch(() => {});
    }
  }

  run();
  return { close: () => closing.abort() };
}

const REST: Step = { from: undefined, pauseMs: 0 };

const isExpired = ({ status }: ApiFailure) => status === 410;

/** What says nothing of the watch itself: it can go on where it was. */
function isPassing({ status, reason }: ApiFailure): boolean {
  return reason === 'Unreachable' || [429, 500, 502, 503].includes(status);
}

interface Troubles {
  stand(trouble: Trouble): void;
  /** A list that works says that the server is there, but nothing of watches; a watch that works says that all is well. */
  over(verb?: Trouble['verb']): void;
}

function createTroubles(onTrouble: ListWatchOptions['onTrouble']): Troubles {
  let standing: Trouble | undefined;
  return {
    stand(trouble) {
      const { verb, status, reason, message } = trouble;
      const same = standing?.verb === verb && standing.status === status && standing.reason === reason;
      if (same && standing?.message === message) return;
      standing = trouble;
      onTrouble(trouble);
    },
    over(verb = 'watch') {
      if (!standing || (verb === 'list' && standing.verb === 'watch' && standing.reason !== 'Unreachable')) return;
      standing = undefined;
      onTrouble(undefined);
    },
  };
}
