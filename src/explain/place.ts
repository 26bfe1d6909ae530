import type { Location, ObjectRef } from '../resources/index.ts';
import type { ConfigView } from './config-view.ts';

interface Sourced {
  readonly source?: string;
}

/** `{ source: 'file:line' }` of a field of an object; of the whole object where the field is not written there. */
export function placeOf(view: Pick<ConfigView, 'locate'>, object: ObjectRef, path?: string): Sourced {
  return sourceAt(view.locate(object, path) ?? (path === undefined ? undefined : view.locate(object)));
}

/** The same of a place that is known. */
export function sourceAt(found: Location | undefined): Sourced {
  return found ? { source: `${found.file}:${found.line}` } : {};
}
