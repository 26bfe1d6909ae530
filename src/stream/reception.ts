import type { TLSSocket } from 'node:tls';
import { createAllowance } from './allowance.ts';
import { type Channel, createChannel } from './channel.ts';
import type { Admission } from './hub.ts';
import type { Hello, ProxyMessage, Refused, Welcome } from './messages.ts';
import type { ProxyFacts } from './proxy-facts.ts';
import { readProxyMessage } from './read-proxy-message.ts';
import { createTrust, type Trust, UNSURE } from './trust.ts';
import type { Turns } from './turns.ts';

/** A proxy that was admitted and said what it has. */
export interface Arrival {
  readonly scope: string;
  readonly facts: ProxyFacts;
  readonly leaving: boolean;
  /** Hashes by key. */
  readonly known: ReadonlyMap<string, string>;
  readonly channel: Channel;
}

/** Who hears an arrived proxy. */
export interface Listening {
  onMessage(message: ProxyMessage): void;
  onDrain(): void;
  onClose(): void;
}

export interface ReceptionOptions {
  readonly socket: TLSSocket;
  readonly admit: (token: string, facts: ProxyFacts) => Promise<Admission>;
  /** Ms. */
  readonly helloTime: number;
  readonly heartbeat: number;
  readonly trust: number;
  /** To say what they have, by scope. */
  readonly turns: Turns;
  /** Undefined: it was sent away. */
  readonly onArrival: (arrival: Arrival) => Listening | undefined;
  readonly onRefused: (reason: string, name: string | undefined) => void;
}

/** Bytes of a message: of one who may be anybody, of one who says what it has, and later. */
const LIMITS = { stranger: 65_536, admitted: 16_777_216, arrived: 2_097_152 };
/** Bytes that are heard in a second, of one who says what it has, and later: to read them takes time from all. */
const HEARD = { admitted: 4_194_304, arrived: 1_048_576 };
/** How long the question who somebody is may take, and then what it has, in ms. */
const PATIENCE = 10_000;
/** Signs of life that may fail to come. */
const MISSED = 3;

/** Hears a connection until it is known whose it is, and what that proxy has. */
export function receive(options: ReceptionOptions): void {
  const { heartbeat } = options;
  const allowances = { admitted: createAllowance(HEARD.admitted), arrived: createAllowance(HEARD.arrived) };
  let hello: Hello | undefined;
  let scope: string | undefined;
  let trust: Trust | undefined;
  let listening: Listening | undefined;
  let clock: NodeJS.Timeout | undefined;
  let endTurn: (() => void) | undefined;
  const closing = new AbortController();

  const channel = createChannel({
    socket: options.socket,
    limit: () => (listening ? LIMITS.arrived : scope === undefined ? LIMITS.stranger : LIMITS.admitted),
    allowance: () => (listening ? allowances.arrived : scope === undefined ? undefined : allowances.admitted),
    onMessage: take,
    onDrain: () => listening?.onDrain(),
    onClose() {
      closing.abort();
      clearTimeout(clock);
      endTurn?.();
      trust?.end();
      listening?.onClose();
    },
  });
  allow(options.helloTime, 'it did not say in time who it is');

  function allow(ms: number, otherwise: string): void {
    clearTimeout(clock);
    clock = setTimeout(() => refuse(otherwise), ms).unref();
  }

  function refuse(reason: string, leader?: string): void {
    options.onRefused(reason, hello?.facts.name);
    channel.end(refusal(reason, leader));
  }

  function take(text: string): void {
    const message = readProxyMessage(text);
    if (message.type === 'unreadable') refuse(message.reason);
    else if (message.type === 'unknown') return;
    else if (message.type === 'token' && trust) trust.show(message.token);
    else if (listening) listening.onMessage(message);
    else if (message.type === 'hello' && hello === undefined) void meet(message);
    else if (message.type === 'known' && scope !== undefined) arrive(scope, message.units);
    else if (message.type !== 'ping') refuse(`the message '${message.type}' was not expected`);
  }

  async function meet(message: Hello): Promise<void> {
    hello = message;
    allow(PATIENCE, UNSURE.reason);
    const admission = await options.admit(message.token, message.facts).catch(() => UNSURE);
    if (closing.signal.aborted) return;
    if (admission.kind === 'refused') {
      refuse(admission.reason, admission.leader);
      return;
    }
    allow(PATIENCE, 'too many proxies come at the same time');
    const turn = await options.turns.take(admission.scope, closing.signal);
    if (closing.signal.aborted) {
      turn();
      return;
    }
    endTurn = turn;
    scope = admission.scope;
    trust = createTrust({
      scope,
      lasts: options.trust,
      admit: token => options.admit(token, message.facts),
      onLost: refuse,
    });
    allow(PATIENCE, 'it did not say in time what it has');
    channel.send(JSON.stringify({ type: 'welcome', heartbeat } satisfies Welcome));
  }

  function arrive(name: string, known: ReadonlyMap<string, string>): void {
    if (hello === undefined) return;
    clearTimeout(clock);
    endTurn?.();
    channel.beat(heartbeat, MISSED * heartbeat);
    const { facts, leaving } = hello;
    listening = options.onArrival({ scope: name, facts, leaving, known, channel });
  }
}

/** The last message to somebody who is sent away. */
export function refusal(reason: string, leader?: string): string {
  return JSON.stringify({ type: 'refused', reason, ...(leader !== undefined && { leader }) } satisfies Refused);
}
