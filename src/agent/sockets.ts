import type { Bind, Delta } from '../ir/index.ts';
import { type Applied, type BindFailure, explainBindError } from '../proxy/index.ts';

/** Which sockets of the configuration could not be opened. */
export interface Sockets {
  /** Takes in what came of a delta, or of another try. */
  took(applied: Applied, delta?: Delta): void;
  failures(): readonly BindFailure[];
  /** The same for people. */
  messages(binds: readonly Bind[]): readonly string[];
}

export function createSockets(): Sockets {
  const failing = new Map<string, BindFailure>();
  return {
    took({ bound, failures }, delta) {
      for (const { kind, name } of delta?.removals ?? []) if (kind === 'Bind') failing.delete(name);
      for (const name of Object.keys(bound)) failing.delete(name);
      for (const failure of failures) failing.set(failure.bind, failure);
    },
    failures: () => [...failing.values()],
    messages: binds =>
      binds.flatMap(bind => {
        const failure = failing.get(bind.name);
        return failure === undefined ? [] : [describe(bind, failure)];
      }),
  };
}

function describe({ host, port, transport }: Bind, failure: BindFailure): string {
  return `can't listen: ${explainBindError(failure, host, port, transport ?? 'tcp')}`;
}
