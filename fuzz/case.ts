/**
 * What is read: requests or responses by the parsers, `proxy` requests by the whole data plane, `answers` of a backend by
 * the whole data plane; header blocks (`hpack`), ClientHellos (`hello`) and headers of the PROXY protocol (`introduction`) by
 * their readers, and what clients and backends say in HTTP/2 (`http2`, `http2-answers`) by the whole data plane.
 */
export const SUBJECTS = [
  'requests',
  'responses',
  'proxy',
  'answers',
  'hpack',
  'http2',
  'http2-answers',
  'hello',
  'introduction',
] as const;
export type Subject = (typeof SUBJECTS)[number];

/** One input of the fuzzer. */
export interface Case {
  readonly subject: Subject;
  /** One character per byte. */
  readonly bytes: string;
  /** Methods of the requests that responses answer, in order; further ones are GET. */
  readonly methods: readonly string[];
  /** The sender closes its side behind the bytes. */
  readonly ends: boolean;
}

/** What is wrong with a case. */
export interface Fault {
  /** A word or two: a smaller case is the same fault when this is the same. */
  readonly kind: string;
  /** Lines: the splits, and what either side made of the bytes. */
  readonly details: readonly string[];
}

/** How often what came about: classes of refusals and of differences that are allowed. */
export type Tally = Map<string, number>;

export function count(tally: Tally, what: string): void {
  tally.set(what, (tally.get(what) ?? 0) + 1);
}
