import { pauseAfter } from '../kubernetes/index.ts';
import type { KubernetesTiming } from './timing.ts';

export interface RediscoveryPorts {
  /** Asks once; false if that failed. `isLast`: it is not asked again without another sign of change, or for long. */
  run(isLast: () => boolean): Promise<boolean>;
  /** Whether nothing would tell of a change. */
  blind(): boolean;
}

/** Decides when the API server is asked what it serves. */
export interface Rediscovery {
  now(): void;
  /** There is a sign of change. */
  soon(): void;
  close(): void;
}

export function createRediscovery({ run, blind }: RediscoveryPorts, timing: KubernetesTiming): Rediscovery {
  let timer: NodeJS.Timeout | undefined;
  let due: number[] = [];
  let running = false;
  let failures = 0;
  let closed = false;

  const schedule = (delay: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => void ask(), delay);
  };

  const ask = async () => {
    clearTimeout(timer);
    running = true;
    failures = (await run(() => due.length === 0)) ? 0 : failures + 1;
    running = false;
    if (!closed) next();
  };

  const next = () => {
    if (failures > 0) return schedule(pauseAfter(failures, timing.retry));
    const delay = due.shift() ?? (blind() ? timing.poll : undefined);
    if (delay !== undefined) schedule(delay);
  };

  return {
    now: () => void ask(),
    soon() {
      due = [...timing.after];
      if (!running && failures === 0 && !closed) next();
    },
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
