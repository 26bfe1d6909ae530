import type { AgentEvent, AgentProblem } from './events.ts';

/** What is wrong now. Each is told when it comes and when it goes. */
export interface Troubles {
  /** These are all that stand of a code. */
  set(code: AgentProblem['code'], messages: readonly string[]): void;
}

export function createTroubles(emit: (event: AgentEvent) => void): Troubles {
  const standing = new Map<AgentProblem['code'], ReadonlySet<string>>();

  function tell(event: 'problem' | 'solved', code: AgentProblem['code'], messages: readonly string[]): void {
    for (const message of messages) emit({ event, problem: { severity: 'error', code, message } });
  }

  return {
    set(code, messages) {
      const before = standing.get(code) ?? new Set<string>();
      const now = new Set(messages);
      standing.set(code, now);
      tell(
        'solved',
        code,
        [...before].filter(message => !now.has(message)),
      );
      tell(
        'problem',
        code,
        [...now].filter(message => !before.has(message)),
      );
    },
  };
}
