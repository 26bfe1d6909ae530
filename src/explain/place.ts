import type { ObjectRef } from '../resources/index.ts';
import type { ConfigView } from './config-view.ts';

/** `{ source: 'file:line' }` of a field of an object; of the whole object where the field is not written there. */
export function placeOf(
  view: Pick<ConfigView, 'locate'>,
  object: ObjectRef,
  path?: string,
): { readonly source?: string } {
  const found = view.locate(object, path) ?? (path === undefined ? undefined : view.locate(object));
  return found ? { source: `${found.file}:${found.line}` } : {};
}
