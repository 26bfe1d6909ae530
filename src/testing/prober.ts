import type { FieldList, RequestFacts } from '../proxy/index.ts';
import type { TestRequest } from './routing-test.ts';

/** What requests of tests are put to: {@link createProber}, or a gateway of the library. */
export interface Prober {
  /** Every answer that a request can get: one for each backend, or answer in the place of one, that shares the requests of its rule. */
  probe(request: TestRequest): Promise<Probed>;
}

export type Probed =
  | { readonly kind: 'answers'; readonly answers: readonly Probe[] }
  /** Why the request can't be put to anything, for the user. */
  | { readonly kind: 'unaskable'; readonly reason: string };

/** One answer, and how it came about. */
export interface Probe {
  readonly facts: RequestFacts;
  readonly status: number;
  readonly headers: FieldList;
  /** `namespace/name` of the Secret whose certificate was shown; absent: plaintext. */
  readonly certificate?: string;
  /** As UTF-8. */
  readonly body: string;
  /** What the backend got; absent where none was asked. */
  readonly seen?: Seen;
  /** Names of the backends that got copies. */
  readonly mirrors: readonly string[];
}

export interface Seen {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: FieldList;
}
