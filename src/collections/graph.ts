import type { Node } from './node.ts';

/**
 * The collections of one pipeline in the order in which they were made, which is also the order in which values flow.
 * `settle` carries every change made since the last call through all of them, once, without intermediate states.
 */
export class Graph {
  readonly #nodes: Node[] = [];

  /** @internal Called by every node as it is made. */
  add(node: Node): void {
    this.#nodes.push(node);
  }

  settle(): void {
    for (const node of this.#nodes) node.settle();
  }
}
