import { type ObjectRef, type Problem, refKey } from '../../resources/index.ts';
import type { Source } from '../../sources/index.ts';

/** Tells which problems come and go, so that each is said once for as long as it stands. */
export interface ProblemLog {
  /** Takes all that stand now; gives those that did not stand the last time, and those that don't any more. */
  update(standing: readonly Problem[]): { readonly fresh: readonly Problem[]; readonly solved: readonly Problem[] };
}

export function createProblemLog(): ProblemLog {
  let known = new Map<string, Problem>();
  return {
    update(standing) {
      const now = new Map(standing.map(problem => [problemKey(problem), problem]));
      const fresh = [...now].filter(([key]) => !known.has(key)).map(([, problem]) => problem);
      const solved = [...known].filter(([key]) => !now.has(key)).map(([, problem]) => problem);
      known = now;
      return { fresh, solved };
    },
  };
}

/** Lines are left out: they move whenever the text above them does, and the problem is the same. */
function problemKey({ severity, code, message, object, path, location }: Problem): string {
  const place = object ? refKey(object) : (location?.file ?? '');
  return [severity, code, place, path ?? '', message].join('\n');
}

/** Translation knows fields, sources know lines. */
export function located(problem: Problem, source: Pick<Source, 'locate'>): Problem {
  if (problem.location || !problem.object) return problem;
  const location = source.locate(problem.object, problem.path);
  return location ? { ...problem, location } : problem;
}

/** `Kind/namespace/name`, without a namespace for cluster-scoped objects. */
export function objectName({ kind, namespace, name }: ObjectRef): string {
  return namespace === '' ? `${kind}/${name}` : `${kind}/${namespace}/${name}`;
}
