/**
 * Collections of frozen values by key, values derived from them (memoised per key, with a record of what each read) and
 * indexes. A change is carried through all of them by one `Graph.settle`, and costs what it touches.
 * Never here: Kubernetes, I/O, clocks; cycles (a collection reads only those made before it).
 */
export { Collection } from './collection.ts';
export { Derived, type Read } from './derive.ts';
export { GatherBy, type Parts } from './gather-by.ts';
export { Graph } from './graph.ts';
export { IndexBy } from './index-by.ts';
export type { Readable, Source } from './node.ts';
