/**
 * The data plane in the caller's thread, over sockets or in memory: all of its code. Apart from index.ts, for a main thread that
 * starts workers needs none of it.
 */
export { createProxy } from './create-proxy.ts';
export { createMemoryProxy } from './memory/memory-proxy.ts';
