import type { Delta, Listener, Match, Route, Rule, TransportRoute } from '../ir/index.ts';

/** What matching asks of a request. Implemented by the data plane over the bytes it received, without copies. */
export interface RequestLine {
  readonly method: string;
  /** Lower case, without port; '' when the request names none. */
  readonly host: string;
  /** Normalised (see `normalizePath`), without the query. */
  readonly path: string;
  /** As received, without `?`; '' if none. */
  readonly query: string;
  /** First value of a header, by lower-case name. */
  header(name: string): string | undefined;
}

/** What requests are told apart by. The rest of a rule is in its action: kept twice, it would be most of what a thread holds. */
export type RoutedRule = Pick<Rule, 'index' | 'ruleName' | 'matches'>;

export interface RoutedRoute extends Pick<Route, 'name' | 'hash' | 'route' | 'created' | 'attachments'> {
  readonly rules: readonly RoutedRule[];
}

/** One match of one rule under one hostname of one listener, with the caller's compiled action. */
export interface Entry<T> {
  readonly listener: Listener;
  readonly hostname: string;
  readonly route: RoutedRoute;
  readonly rule: RoutedRule;
  readonly match: Match;
  /** Position of `match` in the rule. */
  readonly matchIndex: number;
  readonly action: T;
}

/**
 * The answer to a request: an entry, or why there is none. `no-listener`: no listener of the socket has this host;
 * `no-route`: the listener that owns the host has no rule for the request (never another listener's: GEP isolation);
 * `misdirected`: the listener that owns the host is not the one that the connection was made to (GEP-3567);
 * `too-costly`: its path, query or headers are too long for the regular expressions that would have to be tried.
 */
export type Outcome<T> = Entry<T> | 'no-listener' | 'no-route' | 'misdirected' | 'too-costly';

/** The routing of one socket; stays the same object for as long as its Bind exists. */
export interface BindRouter<T> {
  /** `arrivedAt`: name of the listener that TLS chose for the connection; '' where nothing is decided until the request. */
  match(request: RequestLine, arrivedAt?: string): Outcome<T>;
  /** Whose a TLS connection is: of its HTTPS and TLS listeners the one with the most specific hostname. `serverName`: as in `transport`. */
  listenerFor(serverName: string): Listener | undefined;
  /** The first of its listeners with this protocol, in the order of the bind. */
  first(protocol: Listener['protocol']): Listener | undefined;
  /** Where the bytes (or datagrams) go that came for `listener`; `serverName`: of TLS, in lower case, else ''. */
  transport(listener: string, serverName: string): TransportOutcome;
}

/** A route of bytes and the listener at which it was chosen, or why there is none. */
export type TransportOutcome = TransportEntry | 'no-listener' | 'no-route';

export interface TransportEntry {
  readonly listener: Listener;
  /** The same object for as long as the unit stands. */
  readonly route: TransportRoute;
}

export interface Router<T> {
  /** Applies units of the kinds Listener, Route, TransportRoute and Bind (others are ignored), touching only the nodes they change. */
  apply(delta: Delta): void;
  bind(name: string): BindRouter<T> | undefined;
  /** Counted since the start, for /metrics and the tests of incrementality. */
  readonly compiled: { readonly rules: number; readonly nodes: number };
}

/** Makes what the caller keeps per rule (filters, backends); called once for each rule of a route per change of it. */
export type CompileRule<T> = (route: Route, rule: Rule) => T;

/** Hears of a route that can't be served, and why. */
export type RefuseRoute = (route: Route, reason: string) => void;
