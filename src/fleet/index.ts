/**
 * The worker threads of one data plane as one: they get the same deltas in the same order, each is replaced alone when it dies or
 * hangs, and what they count is added up. It knows units and sockets; never where a configuration comes from, or who is told.
 */
export { type Later, later } from './later.ts';
export { createPublisher, type Publisher } from './publisher.ts';
export type { PublisherOptions } from './publisher-options.ts';
export { serial } from './serial.ts';
export type { NamedUnit, UnitBook } from './unit-book.ts';
export { deathOf, rejectionOf, silenceOf, unboundOf } from './worker-problems.ts';
export { createWorkerSizing, type WorkerSizing } from './worker-sizing.ts';
