import type { ServerResponse } from 'node:http';
import { type Answer, expired, refusal } from './answer.ts';
import { collectionOf, type InstalledKind } from './installed-kind.ts';
import { createPages, type Pages } from './pages.ts';
import { type Presentation, present, presentList } from './presentation.ts';
import type { ResourcePath } from './resource-path.ts';
import { type Selection, selectionOf } from './selection.ts';
import type { Store } from './store.ts';
import { createWatches, type Watches } from './watches.ts';

/** A GET of a resource. */
export interface ReadRequest {
  readonly path: ResourcePath;
  readonly query: URLSearchParams;
  readonly kind: InstalledKind;
  readonly metadataOnly: boolean;
  readonly asLists: boolean;
}

export interface Reads {
  readonly watches: Watches;
  /** Undefined where the answer is a stream that has begun on `response`. */
  answer(request: ReadRequest, response: ServerResponse): Answer | undefined;
  /** Old resourceVersions are too old from now on; a watch of one is told so by an ERROR event or by its HTTP status. */
  expire(as: 'event' | 'status'): void;
}

const KNOWN_PARAMETERS = [
  'limit',
  'continue',
  'resourceVersion',
  'watch',
  'allowWatchBookmarks',
  'timeoutSeconds',
  'fieldSelector',
  'labelSelector',
];

export function notFound({ plural, group, name }: ResourcePath): Answer {
  return refusal(404, `${collectionOf({ group, plural })} "${name}" not found`);
}

const presentationOf = ({ kind, path, metadataOnly }: ReadRequest): Presentation => ({
  kind,
  version: path.version,
  metadataOnly,
});

export function createReads(store: Store): Reads {
  const pages = createPages();
  const watches = createWatches(store);
  let expiry: 'event' | 'status' = 'event';

  function watch(request: ReadRequest, selection: Selection, response: ServerResponse): Answer | undefined {
    const { query } = request;
    const version = Number(query.get('resourceVersion') ?? 0);
    const from = version === 0 ? undefined : version;
    if (expiry === 'status' && from !== undefined && !store.since(from)) return expired();
    const bookmarks = query.get('allowWatchBookmarks') === 'true';
    const timeoutSeconds = query.has('timeoutSeconds') ? Number(query.get('timeoutSeconds')) : undefined;
    const shown = request.asLists ? { selection: () => false, bookmarks: false } : { selection, bookmarks };
    watches.open({ as: presentationOf(request), ...shown, from, timeoutSeconds }, response);
    return undefined;
  }

  return {
    watches,
    answer(request, response) {
      const { path, query } = request;
      if (path.name !== undefined) return get(store, request);
      const unknown = [...query.keys()].find(name => !KNOWN_PARAMETERS.includes(name));
      const selection = selectionOf(path.namespace, query.get('fieldSelector'), query.get('labelSelector'));
      if (unknown !== undefined || !selection) return refusal(400, `this server does not know ${unknown ?? query}`);
      return query.get('watch') === 'true'
        ? watch(request, selection, response)
        : list(store, pages, request, selection);
    },
    expire(as) {
      expiry = as;
      store.compact();
      pages.expire();
      watches.expire();
    },
  };
}

function get(store: Store, request: ReadRequest): Answer {
  const { kind, path } = request;
  const object = store.get(kind, path.namespace ?? '', path.name ?? '');
  return object ? { status: 200, body: present(object, presentationOf(request)) } : notFound(path);
}

function list(store: Store, pages: Pages, request: ReadRequest, selection: Selection): Answer {
  const limit = Number(request.query.get('limit') ?? 0);
  const token = request.query.get('continue');
  const page =
    token === null
      ? pages.first(store.list(request.kind).filter(selection), store.revision(), limit)
      : pages.next(token, limit);
  if ('status' in page) return page;
  return { status: 200, body: presentList(page.objects, page.metadata, presentationOf(request)) };
}
