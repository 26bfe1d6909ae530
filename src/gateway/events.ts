import type { Problem } from '../resources/index.ts';

/** What a running gateway tells whoever started it. Times are in ms. */
export type GatewayEvent = ListenerEvent | RouteEvent | ReadyEvent | ChangeEvent | ProblemEvent | SolvedEvent;

/** A listener takes connections at `url`. Said again when its address changes. */
export interface ListenerEvent {
  readonly event: 'listener';
  /** `namespace/name`. */
  readonly gateway: string;
  /** Its section; of a ListenerSet `namespace/set/section`. */
  readonly listener: string;
  /** As in the manifest. */
  readonly port: number;
  readonly url: string;
  /** Absent when the listener takes every host. */
  readonly hostname?: string;
  /** The socket's port is not the one in the manifest. */
  readonly mapped: boolean;
}

/** The state of a route towards all of its parents. Said again when it changes. */
export interface RouteEvent {
  readonly event: 'route';
  readonly kind: string;
  /** `namespace/name`. */
  readonly route: string;
  readonly accepted: boolean;
  readonly resolvedRefs: boolean;
  /** Why it is not accepted or not resolved. */
  readonly message?: string;
}

/** Every port serves the first configuration. */
export interface ReadyEvent {
  readonly event: 'ready';
  readonly ms: number;
  readonly admin?: string;
}

export type Action = 'created' | 'updated' | 'deleted';

/** A changed object is live. */
export interface ChangeEvent {
  readonly event: 'change';
  /** `Kind/namespace/name`, `Kind/name` without a namespace. */
  readonly object: string;
  readonly action: Action;
  /** From the event of the file to live. */
  readonly ms: number;
}

/** Something that the user should know, once for as long as it stands. */
export interface ProblemEvent {
  readonly event: 'problem';
  readonly problem: Problem;
}

/** What a {@link ProblemEvent} told of stands no more: it was mended, or its object has gone. */
export interface SolvedEvent {
  readonly event: 'solved';
  readonly problem: Problem;
}
