/** A condition as Kubernetes shows it, but for lastTransitionTime, which whoever stores statuses adds. */
export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False';
  readonly observedGeneration: number;
  readonly reason: string;
  readonly message: string;
}

/** What the catalogues give: a condition without its generation, where in the object it comes from, and what mends it. */
export interface Verdict {
  readonly type: string;
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
  /** Field path in the object that has the condition. */
  readonly path?: string;
  /** YAML that mends it. */
  readonly fix?: string;
}

export function conditionOf(verdict: Verdict, observedGeneration: number): Condition {
  const { type, status, reason, message } = verdict;
  return { type, status, observedGeneration, reason, message };
}
