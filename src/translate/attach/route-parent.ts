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
  /** Why it is refused as a whole: routes attach all the same, and nothing is served. */
  readonly refused?: { readonly message: string };
  /** Its own; those of a Gateway do not contain those of its sets, nor the other way round. */
  readonly listeners: readonly ListenerView[];
}

/** Not ours: nothing stands in its status, nothing attaches to it. */
export interface ForeignParent {
  readonly kind: 'foreign';
  readonly object: ObjectRef;
}
