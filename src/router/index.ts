/**
 * Which rule of which route a request gets: an index (host → path → conditions) built incrementally from IR routes, and
 * `reference.ts`, the naive matcher that must always agree with it. It decides nothing else: no I/O, no filters.
 */
export type { BindRouter, CompileRule, Entry, Outcome, RequestLine, Router } from './router.ts';
