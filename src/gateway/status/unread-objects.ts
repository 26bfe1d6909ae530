import { type ObjectRef, refKey } from '../../resources/index.ts';
import type { Source } from '../../sources/index.ts';
import type { Inventory } from '../inventory.ts';

/** Objects that stand in the manifests with errors, and of which nothing is there that could be used. */
export function unreadObjects(
  source: Pick<Source, 'problems'>,
  inventory: Pick<Inventory, 'get'>,
): readonly ObjectRef[] {
  const refused = source.problems().flatMap(({ severity, object }) => (severity === 'error' && object ? object : []));
  const unread = refused.filter(object => !inventory.get(object));
  return [...new Map(unread.map(object => [refKey(object), object])).values()];
}
