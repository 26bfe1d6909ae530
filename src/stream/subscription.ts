import type { Delta, Unit } from '../ir/index.ts';
import type { Outcome } from './outcome.ts';
import type { ProxyFacts } from './proxy-facts.ts';

/** The proxy's side: it stays connected to a controller, or tries to, and hands on what changes. */
export interface Subscription {
  start(): void;
  /** The proxy shuts down: nobody waits for it any more. It is connected until it is closed. */
  leaving(): void;
  /** Something failed, or healed, by itself. */
  tell(outcome: Outcome): void;
  state(): SubscriptionState;
  /** What was handed on goes on being applied. */
  close(): void;
}

export type SubscriptionState =
  /** `controller`: `host:port` of the one that is connected, which may be another than was asked. */
  | { readonly kind: 'connected'; readonly controller: string }
  /** `reason`: one line for people: what is wrong and, where we know, what would help. */
  | { readonly kind: 'waiting'; readonly reason: string };

/** What a proxy says of a unit that it has. */
export type KnownUnit = Pick<Unit, 'kind' | 'name' | 'hash'>;

export interface SubscriptionOptions {
  /** `host:port`. */
  readonly controller: string;
  /** The name that the controller's certificate must be for; default: the host of `controller`. */
  readonly serverName?: string;
  /** Asked for each connection, and while it stands: tokens are renewed. */
  readonly token: () => Promise<string>;
  /** PEM of the authorities that the controller's certificate is judged by; asked for each connection. */
  readonly authorities: () => Promise<string>;
  readonly facts: ProxyFacts;
  /** Of all units that the proxy has: only what differs is sent. Never asked while `apply` is at work. */
  readonly known: () => readonly KnownUnit[];
  /**
   * Deltas must take effect in the order of the calls. A second call can come before the first has resolved (one of
   * Endpoints alone, behind one of configuration); never more than one of each. A rejection is our own bug: the connection is begun anew.
   */
  readonly apply: (delta: Delta) => Promise<Outcome>;
  readonly onState: (state: SubscriptionState) => void;
  /** Ms: the first and the longest pause between two tries; default 100 and 5,000. A random part of it is left out. */
  readonly pauses?: { readonly first: number; readonly most: number };
  /** Ms without a sign of the controller until the connection is given up; default 15,000. Connecting may take 5,000 at most. */
  readonly patience?: number;
  /** Ms between two times that a controller is shown the token; default 600,000. */
  readonly showToken?: number;
}
