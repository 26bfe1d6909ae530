import type { Problem, ProblemCode } from '../../resources/index.ts';
import type { Source } from '../../sources/index.ts';
import type { Translator } from '../../translate/index.ts';
import type { BackendHosts } from '../endpoints/backend-hosts.ts';
import type { BackendOverrides } from '../endpoints/backend-overrides.ts';
import type { Inventory } from '../inventory.ts';
import type { Plane } from '../plane.ts';

export interface ProblemSources {
  readonly source: Pick<Source, 'problems'>;
  readonly translator: Pick<Translator, 'problems' | 'expired'>;
  readonly plane: Pick<Plane, 'problems'>;
  readonly inventory: Inventory;
  readonly overrides: Pick<BackendOverrides, 'problems'>;
  readonly hosts: Pick<BackendHosts, 'problems'>;
}

/** What is wrong now, with the manifests and with the gateway itself. */
export interface StandingProblems {
  /** Without lines where only translation knows of a problem: finding a line costs more than finding a problem. */
  all(): readonly Problem[];
  /** Something befell the gateway itself; the last of each code stands. */
  accident(code: ProblemCode, message: string): void;
}

export function createStandingProblems(sources: ProblemSources): StandingProblems {
  const { source, translator, plane, inventory, overrides, hosts } = sources;
  const accidents = new Map<string, Problem>();
  return {
    all: () => [
      ...source.problems(),
      ...translator.problems(),
      ...translator.expired(Date.now()),
      ...plane.problems(),
      ...overrides.problems(inventory),
      ...hosts.problems(),
      ...accidents.values(),
    ],
    accident: (code, message) => void accidents.set(code, { severity: 'error', code, message }),
  };
}
