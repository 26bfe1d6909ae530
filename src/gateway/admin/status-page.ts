import { type AdminPage, jsonPage, refusalPage } from '../../admin/index.ts';
import type { ConfigView } from '../../explain/index.ts';
import { didYouMean, KINDS } from '../../resources/index.ts';
import { objectItems } from '../status/object-items.ts';
import type { StatusItem } from '../status/status-items.ts';

/**
 * `GET /status`: `{"items": […]}`, the objects that have a status. With `?kind=Service`, once or several times: all objects of
 * these kinds.
 */
export function statusPage(sight: {
  readonly view: () => ConfigView;
  readonly status: () => readonly StatusItem[];
}): AdminPage {
  return query => {
    const kinds = query.getAll('kind');
    const unknown = kinds.find(kind => !KNOWN.includes(kind));
    if (unknown !== undefined) return refusalPage(400, `there is no kind ${unknown}${didYouMean(unknown, KNOWN)}`);
    return jsonPage({ items: objectItems(sight.view(), sight.status(), kinds.length > 0 ? { kinds } : {}) });
  };
}

const KNOWN: readonly string[] = KINDS.map(({ kind }) => kind);
