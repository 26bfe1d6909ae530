import type { DirectAnswer, Filter, Redirect } from './filter.ts';
import type { Match } from './match.ts';
import type { Origin } from './origin.ts';

/** One Kubernetes route as attached to one Gateway: the unit that changes alone. */
export interface Route {
  readonly kind: 'Route';
  /** `HTTPRoute/namespace/name@namespace/gateway`, or with GRPCRoute. */
  readonly name: string;
  readonly hash: string;
  /** `namespace/name` of the route. */
  readonly route: string;
  /** creationTimestamp in ms since 1970: older wins, then `route` alphabetically. 0 if the object has none. */
  readonly created: number;
  /** It routes calls of gRPC (GRPCRoute): our own answers are in its form. */
  readonly grpc?: true;
  readonly attachments: readonly Attachment[];
  readonly rules: readonly Rule[];
  readonly origin: Origin;
}

export interface Attachment {
  /** Name of a {@link Listener}. */
  readonly listener: string;
  /** The intersection of the route's hostnames with the listener's; `*` for any host. Lower case, never empty. */
  readonly hostnames: readonly string[];
}

export interface Rule {
  /** Position in the route, from 0. */
  readonly index: number;
  readonly ruleName?: string;
  /** Never empty: a rule without matches gets the spec's default, the prefix `/`. */
  readonly matches: readonly Match[];
  readonly filters: readonly Filter[];
  readonly action: Action;
  readonly origin: Origin;
}

export type Action = Forward | RedirectAction | DirectAction | Failure;

export interface Forward {
  readonly kind: 'forward';
  /**
   * Shares are weight / sum of weights, the refused backends' included. Never empty; all 0 only with a session, for requests
   * that belong to one: others fail (`NoBackends`).
   */
  readonly backends: readonly WeightedBackend[];
  readonly timeouts: Timeouts;
  readonly retry?: Retry;
  readonly session?: Session;
}
export interface RedirectAction {
  readonly kind: 'redirect';
  readonly redirect: Redirect;
}
export interface DirectAction {
  readonly kind: 'direct';
  readonly direct: DirectAnswer;
}
/** The rule, or the share of one backend, is answered by us. */
export interface Failure {
  readonly kind: 'failure';
  readonly status: 500;
  /** A word for metrics and the body, e.g. `BackendNotFound`; no names of objects. */
  readonly reason: string;
}

export interface WeightedBackend {
  readonly weight: number;
  /** Only for this backend, after the rule's. */
  readonly filters: readonly Filter[];
  /** Name of a {@link Backend}, what this share is answered with instead, or why there is neither. */
  readonly target: { readonly kind: 'backend'; readonly backend: string } | RedirectAction | DirectAction | Failure;
}

/** HTTPRouteTimeouts in milliseconds; absent or 0 means none. */
export interface Timeouts {
  readonly request?: number;
  readonly backendRequest?: number;
}

/** HTTPRouteRetry (GEP-1731). Connection errors and tries that take too long are retried whatever `codes` says. */
export interface Retry {
  /** Tries besides the first; at least 1. */
  readonly attempts: number;
  /** Statuses of answers that are not passed on as long as a try is left. */
  readonly codes: readonly number[];
  /** Milliseconds before a try at least; longer before later ones. */
  readonly backoff: number;
}

/**
 * SessionPersistence (GEP-1619): what a client once got its answer from, answers it again, whatever the weights are by
 * then. No session reaches beyond its rule.
 */
export interface Session {
  readonly carrier: SessionCookie | SessionHeader;
  /** Milliseconds from the answer that began it; absent: it has no end. */
  readonly absoluteTimeout?: number;
}
/** Set-Cookie to the client, Cookie from it (RFC 6265). */
export interface SessionCookie {
  readonly kind: 'cookie';
  readonly name: string;
  readonly path: string;
  /** The client keeps it when it ends, for as long as `absoluteTimeout` (which is there) says. */
  readonly permanent: boolean;
}
/** A field of this name (as it stands), both ways. */
export interface SessionHeader {
  readonly kind: 'header';
  readonly name: string;
}
