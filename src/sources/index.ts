/**
 * Where resources come from: a folder of manifests with watch, or memory. A source parses at the edge, keeps the last
 * good state of what it can't read and knows the line of every field that is in a file. Never here: what a resource
 * means; API servers, which most commands never speak to.
 */
export { createBatches } from './batches.ts';
export { splitDocuments } from './documents.ts';
export { fieldLocator, type Position, positionAt } from './field-position.ts';
export { createFolderSource } from './folder-source.ts';
export { createMemorySource, type MemorySource } from './memory-source.ts';
export type { Difference } from './object-index.ts';
export { parseText } from './parse-text.ts';
export type { Batch, Source } from './source.ts';
