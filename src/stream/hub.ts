import type { Delta } from '../ir/index.ts';
import type { Outcome } from './outcome.ts';
import type { ProxyFacts } from './proxy-facts.ts';

/** Where proxies get their configuration: each the units of its scope, as differences to what it has. */
export interface Hub {
  /** Rejects if the port can't be had. Credentials must be there by now. */
  start(): Promise<{ readonly port: number }>;
  /**
   * Never waits: what a proxy was not sent yet is coalesced, the latest unit wins. The first call of a scope must bring all
   * that it holds (an empty delta, if nothing): until then its proxies wait, and go on with what they have.
   */
  publish(scope: string, delta: Delta): void;
  /** The data plane is gone: its units are forgotten, its proxies sent away. */
  drop(scope: string): void;
  /** Those that were welcomed and are connected, by name. */
  proxies(scope: string): readonly ConnectedProxy[];
  /**
   * All that was published so far, to these scopes (absent: all), is acknowledged by every proxy that is waited for: not by
   * silent ones, by those that leave, or by new ones before their first acknowledgement.
   */
  taken(scopes?: Iterable<string>): Promise<void>;
  /** At first open. Not the leader: everybody is sent away, to the leader (`host:port`) where it is known. */
  admitting(state: 'open' | { readonly leader: string | undefined }): void;
  close(): Promise<void>;
}

/** A proxy as it stands; a new value for each question. */
export interface ConnectedProxy {
  readonly facts: ProxyFacts;
  /** When it was welcomed, in ms since 1970. */
  readonly since: number;
  /**
   * Nothing but Endpoints is on its way to it, or waits to be. False for a moment at each change: what tells when a certain
   * change is there is {@link Hub.taken}.
   */
  readonly acknowledged: boolean;
  /** It acknowledged once, all that its scope held when it came. */
  readonly synced: boolean;
  /** It owes an acknowledgement for longer than `silentAfter`. */
  readonly silent: boolean;
  /** It is shutting down. */
  readonly leaving: boolean;
  readonly outcome: Outcome;
  /** Bytes of messages, without those of TLS. */
  readonly bytesSent: number;
}

export type Admission =
  | { readonly kind: 'admitted'; readonly scope: string }
  /** `reason`: one line, which the proxy prints. `leader`: `host:port` to try. `isUnsure`: nobody could say whose the token is. */
  | { readonly kind: 'refused'; readonly reason: string; readonly leader?: string; readonly isUnsure?: true };

export interface HubOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** PEM; asked for each connection, for they are renewed. Those that can't be used are told of, and the former stay. */
  readonly credentials: () => { readonly key: string; readonly cert: string };
  /** Who shows this token, and what is it to get? Where it rejects, or takes too long, the proxy is told to come again. */
  readonly admit: (token: string, facts: ProxyFacts) => Promise<Admission>;
  /** A proxy of the scope came, went, leaves, acknowledged for the first time, fell silent or speaks again, or has another outcome. */
  readonly onChange: (scope: string) => void;
  /** Somebody was not let in, or sent away for what it said. `name`: what it says that it is. */
  readonly onRefused?: (refusal: { readonly address: string; readonly name?: string; readonly reason: string }) => void;
  /** Ms; default 5,000. */
  readonly silentAfter?: number;
  /** Ms from one sign of life to the next; default 5,000. Who gives none for three of them is cut off. */
  readonly heartbeat?: number;
  /** Ms in which a proxy must show again who it is; default 1,800,000. */
  readonly trust?: number;
  /** Ms for the TLS handshake and the first message; default 5,000. */
  readonly helloTime?: number;
  /** Connections that are not admitted yet, or did not say yet what they have, from one address (default 32) and in all (512). */
  readonly strangers?: { readonly perAddress: number; readonly inAll: number };
}
