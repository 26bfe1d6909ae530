import type { Scheme, SentRequest, Socket, Ways } from '../probe/index.ts';
import type { RequestLine, Trace } from '../router/index.ts';
import type { Explanation } from './explanation.ts';
import type { Standing } from './standing.ts';
import type { Shaken } from './tls-facts.ts';

/** A request, and what the data plane and the trace made of it. */
export interface Found {
  readonly standing: Standing;
  readonly socket: Socket;
  readonly scheme: Scheme;
  /** Absent: plaintext. */
  readonly shaken?: Shaken;
  readonly sent: SentRequest;
  readonly ways: Ways;
  /** What routing went by; absent where the data plane answered the request before. */
  readonly routed: { readonly line: RequestLine; readonly trace: Trace } | undefined;
  readonly notes: readonly string[];
}

/** What the data plane says by itself. */
export type OutcomeFacts = Pick<Explanation, 'outcome' | 'status' | 'request' | 'answer'>;

/** What the trace says besides. */
export type TraceFacts = Pick<Explanation, 'listener' | 'otherListeners' | 'match' | 'decidedBy' | 'losers' | 'lost'>;
