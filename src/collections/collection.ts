import type { Graph } from './graph.ts';
import { Node, type Readable } from './node.ts';

/** An input: key → frozen value, set from outside. Changes become visible to `get` and to readers at `settle`. */
export class Collection<V> extends Node implements Readable<V> {
  readonly #values = new Map<string, V>();
  readonly #pending = new Map<string, V | undefined>();

  constructor(graph: Graph) {
    super(graph);
  }

  get(key: string): V | undefined {
    return this.#values.get(key);
  }

  keys(): Iterable<string> {
    return this.#values.keys();
  }

  set(key: string, value: V): void {
    this.#pending.set(key, value);
  }

  delete(key: string): void {
    this.#pending.set(key, undefined);
  }

  settle(): void {
    this.begin();
    for (const [key, value] of this.#pending) {
      if (this.#values.get(key) === value) continue;
      if (value === undefined) this.#values.delete(key);
      else this.#values.set(key, value);
      this.changed(key);
    }
    this.#pending.clear();
  }
}
