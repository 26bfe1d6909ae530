import type { Graph } from './graph.ts';
import { Node, type Readable, type Reader } from './node.ts';

/** How a derivation looks at other collections: each look is remembered, and a change there computes the value anew. */
export type Read = <V>(from: Readable<V> & Node, key: string) => V | undefined;

/** A pure function of the value, its key and what it reads; `undefined` means that there is no such value. */
export type Derivation<V, R> = (value: V, key: string, read: Read) => R | undefined;

/** One value as a reader, and what it read: the key at each position is one of the node there. */
interface Memo extends Reader {
  nodes: readonly Node[];
  keys: readonly string[];
}

/**
 * A value per key of `source`, computed only when the source's value or something it read has changed. A result that
 * `equal` calls the same stops the change there: the old value stays and no reader is told.
 */
export class Derived<V, R> extends Node implements Readable<R> {
  readonly #source: Readable<V>;
  readonly #derive: Derivation<V, R>;
  readonly #equal: (a: R, b: R) => boolean;
  readonly #values = new Map<string, R>();
  readonly #memos = new Map<string, Memo>();
  readonly #dirty = new Set<string>();
  #computed = 0;
  /** What the last value read. Most values of a derivation read from the same nodes: they have one list in common. */
  #lastNodes: readonly Node[] = [];

  constructor(
    graph: Graph,
    source: Readable<V>,
    derive: Derivation<V, R>,
    equal: (a: R, b: R) => boolean = (a, b) => a === b,
  ) {
    super(graph);
    this.#source = source;
    this.#derive = derive;
    this.#equal = equal;
  }

  /** How many values were ever computed: the figure by which tests and metrics see that work is incremental. */
  get computed(): number {
    return this.#computed;
  }

  get(key: string): R | undefined {
    return this.#values.get(key);
  }

  keys(): Iterable<string> {
    return this.#values.keys();
  }

  /** @internal */
  invalidate(key: string): void {
    this.#dirty.add(key);
  }

  settle(): void {
    this.begin();
    for (const key of this.#source.changes) this.#dirty.add(key);
    for (const key of this.#dirty) this.#refresh(key);
    this.#dirty.clear();
  }

  #refresh(key: string): void {
    const memo = this.#memos.get(key) ?? { node: this, key, nodes: [], keys: [] };
    memo.nodes.forEach((node, at) => {
      node.unlink(memo.keys[at]!, memo);
    });
    const before = this.#values.get(key);
    const after = this.#compute(key, memo);
    if (after === undefined) this.#values.delete(key);
    if (before === undefined ? after === undefined : after !== undefined && this.#equal(before, after)) return;
    if (after !== undefined) this.#values.set(key, after);
    this.changed(key);
  }

  #compute(key: string, memo: Memo): R | undefined {
    const value = this.#source.get(key);
    if (value === undefined) {
      this.#memos.delete(key);
      return undefined;
    }
    const nodes: Node[] = [];
    const keys: string[] = [];
    const read: Read = (from, readKey) => {
      from.link(readKey, memo);
      nodes.push(from);
      keys.push(readKey);
      return from.get(readKey);
    };
    this.#memos.set(key, memo);
    this.#computed++;
    const result = this.#derive(value, key, read);
    // Copies have no room to spare: there may be thousands of them for as long as the program runs.
    if (!isSame(nodes, this.#lastNodes)) this.#lastNodes = nodes.slice();
    memo.nodes = this.#lastNodes;
    memo.keys = keys.slice();
    return result;
  }
}

function isSame(a: readonly Node[], b: readonly Node[]): boolean {
  return a.length === b.length && a.every((node, at) => node === b[at]);
}
