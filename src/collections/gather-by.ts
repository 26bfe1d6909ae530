import type { Graph } from './graph.ts';
import { Node, type Readable } from './node.ts';

/** What one member has for some groups, each group once. */
export type Parts<P> = readonly (readonly [group: string, part: P])[];

/**
 * What the members of `source` have for each group, in no order. Unlike with an index, a reader of a group need not look
 * at its members, and is told only when a part of the group is another one than before.
 */
export class GatherBy<V, P> extends Node implements Readable<readonly P[]> {
  readonly #source: Readable<V>;
  readonly #partsOf: (value: V, key: string) => Parts<P>;
  readonly #groups = new Map<string, Map<string, P>>();
  readonly #parts = new Map<string, Parts<P>>();

  /** Parts are plain data with their fields in one order. */
  constructor(graph: Graph, source: Readable<V>, partsOf: (value: V, key: string) => Parts<P>) {
    super(graph);
    this.#source = source;
    this.#partsOf = partsOf;
  }

  keys(): Iterable<string> {
    return this.#groups.keys();
  }

  /** Undefined for a group of nobody. */
  get(group: string): readonly P[] | undefined {
    const parts = this.#groups.get(group);
    return parts && [...parts.values()];
  }

  settle(): void {
    this.begin();
    const touched = new Set<string>();
    for (const key of this.#source.changes) this.#move(key, touched);
    for (const group of touched) this.changed(group);
  }

  #move(key: string, touched: Set<string>): void {
    const value = this.#source.get(key);
    const before = this.#parts.get(key) ?? [];
    const after = value === undefined ? [] : this.#partsOf(value, key);
    if (JSON.stringify(before) === JSON.stringify(after)) return;
    for (const [group] of before) this.#leave(group, key, touched);
    for (const [group, part] of after) this.#join(group, key, part, touched);
    if (after.length === 0) this.#parts.delete(key);
    else this.#parts.set(key, after);
  }

  #join(group: string, key: string, part: P, touched: Set<string>): void {
    const parts = this.#groups.get(group);
    if (parts) parts.set(key, part);
    else this.#groups.set(group, new Map([[key, part]]));
    touched.add(group);
  }

  #leave(group: string, key: string, touched: Set<string>): void {
    const parts = this.#groups.get(group);
    parts?.delete(key);
    if (parts?.size === 0) this.#groups.delete(group);
    touched.add(group);
  }
}
