/**
 * Which rule of which route a request gets: an index (host → path → conditions) built incrementally from IR routes, and
 * `reference.ts`, the naive matcher that must always agree with it; the same for routes of bytes and datagrams
 * (`transport-*.ts`). It decides nothing else: no I/O, no filters.
 */
export type { Miss } from './conditions.ts';
export { createRouter } from './create-router.ts';
export { createHostIndex, getHost, mostSpecific, setHost } from './host-index.ts';
export { matchesHostname, parseHost } from './hostname.ts';
export { isNormalPath, normalizePath } from './normalize-path.ts';
export { compareEntries, decidingStep, type Ranked, type Step } from './precedence.ts';
export { queryValue } from './query.ts';
export { listenerForReference, matchReference } from './reference.ts';
export type {
  BindRouter,
  Entry,
  Outcome,
  RequestLine,
  Router,
  TransportEntry,
  TransportOutcome,
} from './router.ts';
export { createTracer, type Loser, type LostListener, type Trace, type Tracer, traceRequest } from './trace.ts';
export { matchTransportReference } from './transport-reference.ts';
export { type TransportLoser, type TransportTrace, traceTransport } from './transport-trace.ts';
