/** `User "…"` of the message of an API server's authorizer. */
const USER = /\bUser "((?:[^"\\]|\\.)+)"/;

/** Whom a refusal (403) is about, from its message; `this user` where it does not say. */
export function whoIsRefused(message: string): string {
  return USER.exec(message)?.[1] ?? 'this user';
}

/** Whether a 403 says that a role is missing. Quotas, admission and namespaces that end are refusals of that status too. */
export function isOfRole(message: string): boolean {
  return /\bUser "(?:[^"\\]|\\.)+" cannot \w+ (?:resource|path) /.test(message);
}

export interface Rule {
  /** '' is the core group. */
  readonly group: string;
  /** A plural, with its subresource: `httproutes/status`. */
  readonly resource: string;
  readonly verbs: readonly string[];
}

/** The rule of a Role or ClusterRole that gives a right, in YAML. */
export function ruleFor({ group, resource, verbs }: Rule): string {
  return `- apiGroups: [${group === '' ? '""' : group}]\n  resources: [${resource}]\n  verbs: [${verbs.join(', ')}]`;
}
