import type { ServerResponse } from 'node:http';
import { EXPIRED, failureStatus } from './answer.ts';
import { collectionOf } from './installed-kind.ts';
import { type Presentation, present, presentBookmark } from './presentation.ts';
import type { Selection } from './selection.ts';
import type { Change, Store } from './store.ts';

export interface WatchRequest {
  readonly as: Presentation;
  readonly selection: Selection;
  /** Undefined: whatever there is, then what changes. */
  readonly from: number | undefined;
  readonly bookmarks: boolean;
  readonly timeoutSeconds: number | undefined;
}

/** The watches that are open. */
export interface Watches {
  /** Streams events until the watch ends; what is too old gets an ERROR event. */
  open(request: WatchRequest, response: ServerResponse): void;
  /** How many are open of a collection (`httproutes.gateway.networking.k8s.io`), or of all. */
  count(collection?: string): number;
  bookmark(): void;
  /** They end as if their time were up, those of one collection or all. */
  end(collection?: string): void;
  /** An ERROR event with 410, then the end. */
  expire(): void;
  /** The connections are reset. */
  drop(): void;
  /** Writes these bytes on every open watch. */
  say(bytes: string | Uint8Array): void;
}

interface Open {
  readonly request: WatchRequest;
  readonly response: ServerResponse;
}

const line = (type: string, object: object) => `${JSON.stringify({ type, object })}\n`;

export function createWatches(store: Store): Watches {
  const open = new Set<Open>();

  function send({ request, response }: Open, change: Change): void {
    if (collectionOf(change.kind) !== collectionOf(request.as.kind) || !request.selection(change.object)) return;
    response.write(line(change.type, present(change.object, request.as)));
  }

  function bookmark({ request, response }: Open): void {
    if (request.bookmarks) response.write(line('BOOKMARK', presentBookmark(store.revision(), request.as)));
  }

  function start(watch: Open, changes: readonly Change[]): void {
    for (const change of changes) send(watch, change);
    open.add(watch);
    const timer = setTimeout(() => finish(watch), (watch.request.timeoutSeconds ?? 1800) * 1000);
    watch.response.on('close', () => {
      clearTimeout(timer);
      open.delete(watch);
    });
  }

  function finish(watch: Open): void {
    bookmark(watch);
    open.delete(watch);
    watch.response.end();
  }

  function refuse({ response }: Open): void {
    response.end(line('ERROR', failureStatus(410, EXPIRED)));
  }

  function existing({ as, from }: WatchRequest): readonly Change[] | undefined {
    if (from !== undefined) return store.since(from);
    const added = (object: Change['object']): Change => ({ type: 'ADDED', kind: as.kind, object, revision: 0 });
    return store.list(as.kind).map(added);
  }

  const ofCollection = (collection: string | undefined) =>
    [...open].filter(watch => collection === undefined || collectionOf(watch.request.as.kind) === collection);

  store.onChange(change => {
    for (const watch of open) send(watch, change);
  });

  return {
    open(request, response) {
      response.writeHead(200, { 'content-type': 'application/json', 'transfer-encoding': 'chunked' });
      response.flushHeaders();
      const watch = { request, response };
      const changes = existing(request);
      if (changes) start(watch, changes);
      else refuse(watch);
    },
    count: collection => ofCollection(collection).length,
    bookmark() {
      for (const watch of open) bookmark(watch);
    },
    end(collection) {
      for (const watch of ofCollection(collection)) finish(watch);
    },
    expire() {
      for (const watch of [...open]) {
        open.delete(watch);
        refuse(watch);
      }
    },
    drop() {
      for (const { response } of open) response.destroy();
    },
    say(bytes) {
      for (const { response } of open) response.write(bytes);
    },
  };
}
