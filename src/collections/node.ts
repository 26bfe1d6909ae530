import type { Graph } from './graph.ts';

/** Something readable by key; `changes` tells which keys differ since before the last `settle`. */
export interface Readable<V> {
  get(key: string): V | undefined;
  keys(): Iterable<string>;
  /** Keys set, altered or removed by the last `settle`. */
  readonly changes: ReadonlySet<string>;
}

/** What every collection shares: who reads which key, and passing a change on to them. */
export abstract class Node {
  /** Most keys have one reader, and a set costs six times as much as its one member. */
  readonly #readers = new Map<string, Reader | Set<Reader>>();
  #changes: Set<string> = new Set();

  constructor(graph: Graph) {
    graph.add(this);
  }

  get changes(): ReadonlySet<string> {
    return this.#changes;
  }

  abstract settle(): void;

  protected begin(): void {
    this.#changes = new Set();
  }

  protected changed(key: string): void {
    this.#changes.add(key);
    const readers = this.#readers.get(key);
    if (readers instanceof Set) for (const reader of readers) reader.node.invalidate(reader.key);
    else readers?.node.invalidate(readers.key);
  }

  /** @internal */
  link(key: string, reader: Reader): void {
    const readers = this.#readers.get(key);
    if (readers instanceof Set) readers.add(reader);
    else if (readers === undefined) this.#readers.set(key, reader);
    else if (readers !== reader) this.#readers.set(key, new Set([readers, reader]));
  }

  /** @internal */
  unlink(key: string, reader: Reader): void {
    const readers = this.#readers.get(key);
    if (readers instanceof Set) readers.delete(reader);
    if (readers === reader || (readers instanceof Set && readers.size === 0)) this.#readers.delete(key);
  }
}

/** What derivations and indexes are made of. */
export type Source<V> = Readable<V> & Node;

/** One derived value, as a reader of others. */
export interface Reader {
  readonly node: { invalidate(key: string): void };
  readonly key: string;
}
