import { timingSafeEqual } from 'node:crypto';
import { X_SLUICE_DEBUG } from './http1/names.ts';
import type { RequestHead } from './http1/request-head.ts';
import { type RequestFacts, writeFacts } from './request-facts.ts';

/** What a request has to show to be told what became of it. */
export class DebugToken {
  private readonly bytes: Uint8Array;

  constructor(token: string) {
    this.bytes = Buffer.from(token);
  }

  /** Whether the request shows it, compared in a time that does not tell how much of it was right. */
  isIn({ bytes, fields }: RequestHead): boolean {
    const { known, valueStart, valueEnd, count } = fields;
    for (let i = 0; i < count; i++) {
      if (known[i] !== X_SLUICE_DEBUG || valueEnd[i]! - valueStart[i]! !== this.bytes.length) continue;
      if (timingSafeEqual(bytes.subarray(valueStart[i]!, valueEnd[i]!), this.bytes)) return true;
    }
    return false;
  }
}

/** Line of the answer to such a request. */
export function debugLine(facts: RequestFacts): string {
  return `X-Sluice-Debug: ${writeFacts(facts)}\r\n`;
}
