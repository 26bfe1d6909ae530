/**
 * Which object, and which field of it, a piece of the IR comes from. It carries no line number: a line moves whenever
 * the text above it does, and the IR must not change then. A source turns it into file:line when somebody asks.
 */
export interface Origin {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Path inside the object, as in `spec.rules[2].filters[0]`; absent for the whole object. */
  readonly field?: string;
}
