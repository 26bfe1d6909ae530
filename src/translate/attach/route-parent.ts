import type { ObjectRef } from '../../resources/index.ts';
import type { ListenerView } from './listeners.ts';

/** What routes attach to: the listeners of a Gateway of ours, or of a ListenerSet that such a Gateway takes. */
export interface RouteParent {
  readonly kind: 'ours';
  /** The Gateway or ListenerSet that a parentRef names. */
  readonly object: ObjectRef;
  /** `namespace/name` of the Gateway whose data planes serve it: for a Gateway, its own. */
  readonly gateway: string;
  readonly controllerName: string;
  /** Why it is refused as a whole: routes attach all the same, and nothing is served, unless it is kept. */
  readonly refused?: { readonly message: string };
  /** It is only refused for how its proxies are to be run: those that stand serve on, for a mistake there must not end traffic. */
  readonly kept?: true;
  /** Its own; those of a Gateway do not contain those of its sets, nor the other way round. */
  readonly listeners: readonly ListenerView[];
}

/** Not ours: nothing stands in its status, nothing attaches to it. */
export interface ForeignParent {
  readonly kind: 'foreign';
  readonly object: ObjectRef;
}

/** Whether data planes get nothing of it. */
export function isWithdrawn({ refused, kept }: Pick<RouteParent, 'refused' | 'kept'>): boolean {
  return refused !== undefined && !kept;
}
