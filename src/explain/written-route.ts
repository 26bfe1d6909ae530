import type { HTTPRoute, ObjectRef } from '../resources/index.ts';
import type { ConfigView } from './config-view.ts';

/** A route as its manifest has it; undefined for objects of other kinds and those that are not there. */
export function writtenRoute(view: Pick<ConfigView, 'get'>, object: ObjectRef): HTTPRoute | undefined {
  const found = view.get(object);
  return found?.kind === 'HTTPRoute' ? (found as HTTPRoute) : undefined;
}
