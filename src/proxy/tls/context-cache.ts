import type { SecureContext } from 'node:tls';
import { ticketKey, ticketPeriod } from './ticket-keys.ts';
import type { TlsFailure } from './tls-failure.ts';

/** A context of OpenSSL, or why there can't be one. */
export type Made = SecureContext | TlsFailure;

/** Contexts by what they are made of: made when they are wanted, and of too many those are forgotten that were wanted longest ago. */
export class ContextCache {
  private readonly contexts = new Map<string, Made>();
  private readonly most: number;
  private secret: Uint8Array;
  private readonly clock: () => number;
  private period = -1;
  private key: Buffer = Buffer.alloc(0);

  /** `secret`: of the keys of tickets; `clock`: ms since 1970. */
  constructor(most: number, secret: Uint8Array, clock: () => number = Date.now) {
    this.most = Math.max(1, most);
    this.secret = secret;
    this.clock = clock;
  }

  /** Another secret: takes effect with the next question. */
  use(secret: Uint8Array): void {
    if (Buffer.compare(secret, this.secret) === 0) return;
    this.secret = secret;
    this.period = -1;
  }

  get size(): number {
    return this.contexts.size;
  }

  /** `make` is given the key of tickets that holds now. */
  get(name: string, make: (ticketKeys: Buffer) => Made): Made {
    const period = ticketPeriod(this.clock());
    if (period !== this.period) this.renew(period);
    const known = this.contexts.get(name);
    // A Map lists in the order of entry, so what is wanted now goes to the end. Few need no order.
    if (known !== undefined && this.contexts.size < this.most) return known;
    this.contexts.delete(name);
    const context = known ?? make(this.key);
    this.contexts.set(name, context);
    if (this.contexts.size > this.most) this.contexts.delete(this.contexts.keys().next().value!);
    return context;
  }

  /** Contexts are made anew with the new key; connections keep theirs. */
  private renew(period: number): void {
    this.period = period;
    this.key = ticketKey(this.secret, period);
    this.contexts.clear();
  }

  /** Forgets what is made of something that changed. */
  forget(isMadeOf: (name: string) => boolean): void {
    for (const name of this.contexts.keys()) if (isMadeOf(name)) this.contexts.delete(name);
  }
}
