import type { Origin } from './origin.ts';
import type { Attachment, Failure } from './route.ts';

/**
 * A route of bytes or datagrams (TLSRoute, TCPRoute, UDPRoute) as attached to one Gateway. Of those that a listener has for
 * one hostname the first counts, in the order of `created`, then `route`.
 */
export interface TransportRoute {
  readonly kind: 'TransportRoute';
  /** `TLSRoute/namespace/name@namespace/gateway`. */
  readonly name: string;
  readonly hash: string;
  /** `namespace/name` of the route. */
  readonly route: string;
  /** creationTimestamp in ms since 1970; 0 if the object has none. */
  readonly created: number;
  /** Hostnames are server names (SNI); `*` for TCPRoute and UDPRoute. */
  readonly attachments: readonly Attachment[];
  /** Of its one rule. Shares are weight / sum of weights; all may be 0: then connections are refused. */
  readonly backends: readonly TransportShare[];
  readonly ruleName?: string;
  readonly origin: Origin;
}

export interface TransportShare {
  readonly weight: number;
  /** Name of a Backend, or why there is none: connections are refused, datagrams dropped. */
  readonly target: { readonly kind: 'backend'; readonly backend: string } | Failure;
}
