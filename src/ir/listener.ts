import type { Origin } from './origin.ts';

/** One listener of a Gateway, accepted and free of conflicts. Routes point to it by name. */
export interface Listener {
  readonly kind: 'Listener';
  /** `namespace/gateway/section`. */
  readonly name: string;
  readonly hash: string;
  /** `namespace/name` of the Gateway, for metrics and explanations. */
  readonly gateway: string;
  readonly section: string;
  /** The port that the manifest names (redirects use it), whatever port a socket was mapped to. */
  readonly port: number;
  readonly protocol: 'HTTP';
  /** Lower case; `*.example.com` for a wildcard, `*` when every host is meant. */
  readonly hostname: string;
  readonly origin: Origin;
}

/**
 * A socket that takes connections for some listeners: the place where a Gateway's port really is. Made by whoever
 * decides addresses and ports (the standalone gateway, the controller), never by translation.
 */
export interface Bind {
  readonly kind: 'Bind';
  /** Stable for as long as the socket should stay open, e.g. `127.0.0.1:8080`. */
  readonly name: string;
  readonly hash: string;
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Names of listeners; one that is not known (yet) is as if it were not there. */
  readonly listeners: readonly string[];
}
