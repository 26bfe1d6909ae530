import type { ApiFailure, WatchEvent } from './api-client.ts';
import { failureOfStatus } from './failure.ts';
import { isAfter, type KnownObjects } from './known-objects.ts';
import { acceptOf, type ListRequest } from './list-pages.ts';
import { isRecord } from './plain-data.ts';
import { rawObjectOf } from './raw-object.ts';

export interface WatchOutcome {
  /** How far the watch came. */
  readonly resourceVersion: string;
  /** It told us something, or stood for a while. */
  readonly healthy: boolean;
  /** Undefined: the server ended it, as it does from time to time. */
  readonly failure: ApiFailure | undefined;
}

/** The server ends a watch after that many seconds; random, so that not all of them end at once. */
const SHORTEST_S = 240;
const LONGEST_S = 480;

/** What has lasted so long was no failure to begin with. */
const HEALTHY_MS = 1000;

/** Follows what happens to a resource after `from`, until the watch ends. */
export async function watchEvents(
  { client, path, metadataOnly, selector, signal }: ListRequest,
  from: string,
  known: KnownObjects,
  onOpen: () => void,
): Promise<WatchOutcome> {
  const cursor = createCursor(from, known);
  const began = performance.now();
  const timeoutSeconds = String(Math.round(SHORTEST_S + Math.random() * (LONGEST_S - SHORTEST_S)));
  const query = { ...selector, watch: 'true', resourceVersion: from, allowWatchBookmarks: 'true', timeoutSeconds };
  const onEvent = (event: WatchEvent) => {
    if (!signal.aborted) cursor.take(event);
  };
  const lost = await client.watch(path, { query, signal, onOpen, onEvent, ...acceptOf('watch', metadataOnly) });
  const healthy = cursor.moved() || performance.now() - began > HEALTHY_MS;
  return { resourceVersion: cursor.resourceVersion(), healthy, failure: cursor.failure() ?? lost };
}

interface Cursor {
  take(event: WatchEvent): void;
  resourceVersion(): string;
  moved(): boolean;
  /** What an ERROR event said. */
  failure(): ApiFailure | undefined;
}

function createCursor(from: string, known: KnownObjects): Cursor {
  let resourceVersion = from;
  let failure: ApiFailure | undefined;

  function moveTo(version: string): void {
    if (isAfter(version, resourceVersion) ?? true) resourceVersion = version;
  }

  function takeObject(type: 'ADDED' | 'MODIFIED' | 'DELETED', value: unknown): void {
    const object = rawObjectOf(value);
    if (!object) return;
    if (type === 'DELETED') known.remove(object);
    else if (isAfter(object.metadata.resourceVersion, resourceVersion) ?? true) known.upsert(object);
    moveTo(object.metadata.resourceVersion);
  }

  return {
    resourceVersion: () => resourceVersion,
    moved: () => resourceVersion !== from,
    failure: () => failure,
    take({ type, object }) {
      switch (type) {
        case 'ERROR':
          failure ??= failureOfStatus(statusCode(object), object);
          return;
        case 'BOOKMARK': {
          const version = bookmarked(object);
          if (version !== undefined) moveTo(version);
          return;
        }
        case 'ADDED':
        case 'MODIFIED':
        case 'DELETED':
          return takeObject(type, object);
      }
    },
  };
}

function bookmarked(object: unknown): string | undefined {
  const metadata = isRecord(object) && isRecord(object.metadata) ? object.metadata : {};
  return typeof metadata.resourceVersion === 'string' ? metadata.resourceVersion : undefined;
}

function statusCode(status: unknown): number {
  return isRecord(status) && typeof status.code === 'number' ? status.code : 500;
}
