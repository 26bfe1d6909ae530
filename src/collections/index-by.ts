import type { Graph } from './graph.ts';
import { Node, type Readable } from './node.ts';

/**
 * Members of `source` by group: `groupsOf` names the groups of a value. A reader of a group is told when a member comes,
 * goes or changes. `get` gives the keys of the members in ascending order, so what is derived never depends on the
 * order of events; an empty group is `undefined`.
 */
export class IndexBy<V> extends Node implements Readable<readonly string[]> {
  readonly #source: Readable<V>;
  readonly #groupsOf: (value: V, key: string) => Iterable<string>;
  readonly #groups = new Map<string, Set<string>>();
  readonly #sorted = new Map<string, readonly string[]>();
  readonly #memberOf = new Map<string, readonly string[]>();

  constructor(graph: Graph, source: Readable<V>, groupsOf: (value: V, key: string) => Iterable<string>) {
    super(graph);
    this.#source = source;
    this.#groupsOf = groupsOf;
  }

  keys(): Iterable<string> {
    return this.#groups.keys();
  }

  get(group: string): readonly string[] | undefined {
    const members = this.#groups.get(group);
    if (!members) return undefined;
    const known = this.#sorted.get(group);
    if (known) return known;
    const sorted = [...members].sort();
    this.#sorted.set(group, sorted);
    return sorted;
  }

  settle(): void {
    this.begin();
    const touched = new Set<string>();
    for (const key of this.#source.changes) this.#move(key, touched);
    for (const group of touched) this.changed(group);
  }

  #move(key: string, touched: Set<string>): void {
    const value = this.#source.get(key);
    const before = this.#memberOf.get(key) ?? [];
    const after = value === undefined ? [] : [...new Set(this.#groupsOf(value, key))];
    for (const group of before) if (!after.includes(group)) this.#leave(group, key);
    for (const group of after) if (!before.includes(group)) this.#join(group, key);
    for (const group of [...before, ...after]) touched.add(group);
    if (after.length === 0) this.#memberOf.delete(key);
    else this.#memberOf.set(key, after);
  }

  #join(group: string, key: string): void {
    const members = this.#groups.get(group);
    if (members) members.add(key);
    else this.#groups.set(group, new Set([key]));
    this.#sorted.delete(group);
  }

  #leave(group: string, key: string): void {
    const members = this.#groups.get(group);
    members?.delete(key);
    if (members?.size === 0) this.#groups.delete(group);
    this.#sorted.delete(group);
  }
}
