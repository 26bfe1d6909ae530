import type { Unit, UnitName } from '../ir/index.ts';
import type { Outcome } from './outcome.ts';
import type { ProxyFacts } from './proxy-facts.ts';

/** Of TLS (ALPN). */
export const ALPN = 'sluice-config/1';
/** Messages may be added under the same number: whoever does not know one passes over it. */
export const PROTOCOL = 1;

/** Each has versions of its own, one of them unacknowledged at most. `endpoints`: new Endpoints of known backends, nothing else. */
export type Lane = 'config' | 'endpoints';
export const LANES: readonly Lane[] = ['endpoints', 'config'];

export interface Hello {
  readonly type: 'hello';
  readonly protocol: number;
  readonly token: string;
  readonly facts: ProxyFacts;
  readonly leaving: boolean;
}
/** Who it is, again: what it showed first may count no more. */
export interface TokenShown {
  readonly type: 'token';
  readonly token: string;
}
/** What the proxy has, as `unitKey` with hash. */
export interface Known {
  readonly type: 'known';
  readonly units: ReadonlyMap<string, string>;
}
export interface Ack {
  readonly type: 'ack';
  readonly lane: Lane;
  readonly version: number;
  readonly outcome: Outcome;
}
export interface OutcomeTold {
  readonly type: 'outcome';
  readonly outcome: Outcome;
}
export interface Leaving {
  readonly type: 'leaving';
}
/** A sign of life, both ways; nothing answers it. */
export interface Ping {
  readonly type: 'ping';
}
export type ProxyMessage = Hello | TokenShown | Known | Ack | OutcomeTold | Leaving | Ping;

export interface Refused {
  readonly type: 'refused';
  readonly reason: string;
  readonly leader?: string;
}
export interface Welcome {
  readonly type: 'welcome';
  /** Ms in which the proxy must give a sign of life. */
  readonly heartbeat: number;
}
/** A part of one version; what comes until the `last` is applied as one. */
export interface DeltaPart {
  readonly type: 'delta';
  readonly lane: Lane;
  readonly version: number;
  readonly last: boolean;
  readonly upserts: readonly Unit[];
  /** Units of kinds that we don't know. */
  readonly unknown: readonly Named[];
  readonly removals: readonly UnitName[];
  /** Removed units of kinds that we don't know. */
  readonly forgotten: readonly Named[];
}
export type HubMessage = Refused | Welcome | DeltaPart | Ping;

export interface Named {
  readonly kind: string;
  readonly name: string;
}

/** Of a newer program: to be passed over. */
export interface Unknown {
  readonly type: 'unknown';
}
/** Nothing that a program of ours would say. `reason` names the message. */
export interface Unreadable {
  readonly type: 'unreadable';
  readonly reason: string;
}
