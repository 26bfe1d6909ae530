/**
 * Which rule of which route a request gets: an index (host → path → conditions) built incrementally from IR routes, and
 * `reference.ts`, the naive matcher that must always agree with it. It decides nothing else: no I/O, no filters.
 */
export { createRouter } from './create-router.ts';
export { parseHost } from './hostname.ts';
export { isNormalPath, normalizePath } from './normalize-path.ts';
export { matchReference } from './reference.ts';
export type { BindRouter, Entry, Outcome, RequestLine, Router } from './router.ts';
