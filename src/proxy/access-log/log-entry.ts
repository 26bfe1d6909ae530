import type { TailedRequest } from '../tail/tail.ts';
import { HeadText } from './head-text.ts';
import { ALL_EJECTED } from './outcomes.ts';

/** An endpoint that is asked. */
export interface Asked {
  readonly address: string;
  readonly port: number;
  /** It is left out, but so are all others. */
  readonly lastResort: boolean;
}

/**
 * What is known of one request that is under way. The bytes of its head are gone by its end, so that what is said of it is
 * written down, ready for the line, when it comes. Used for one request after another.
 */
export class LogEntry {
  /** For the access log, if there is one. */
  readonly text = new HeadText();
  /** Somebody looks on who wants to hear of it. */
  tailed: TailedRequest | undefined = undefined;
  /** The head gave it an id already. */
  identified = false;
  /** Bits of `outcomes.ts`. */
  outcome = 0;
  /** Endpoints that were asked, those that refused the connection included. */
  tries = 0;
  endpoint: Asked | undefined = undefined;
  /** Bytes of the body of an answer of our own. */
  ownBytes = 0;
  /** From the beginning of the last try to the first byte of the answer; ms, negative for none. */
  upstreamMs = -1;
  private triedAt = 0;

  reset(): void {
    this.text.reset();
    this.tailed = undefined;
    this.identified = false;
    this.outcome = 0;
    this.tries = 0;
    this.endpoint = undefined;
    this.ownBytes = 0;
    this.upstreamMs = -1;
  }

  /** A try begins. */
  tried(endpoint: Asked | undefined, now: number): void {
    this.tries++;
    if (endpoint?.lastResort) this.outcome |= ALL_EJECTED;
    this.endpoint = endpoint;
    this.triedAt = now;
    this.upstreamMs = -1;
  }

  /** Something of an answer is here. */
  heard(now: number): void {
    if (this.upstreamMs < 0) this.upstreamMs = now - this.triedAt;
  }
}
