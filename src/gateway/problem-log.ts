import { type ObjectRef, type Problem, refKey } from '../resources/index.ts';
import type { Source } from '../sources/index.ts';

/** Tells which problems are new, so that each is said once for as long as it stands. */
export interface ProblemLog {
  /** Takes all that stand now; gives those that did not stand the last time. */
  update(standing: readonly Problem[]): readonly Problem[];
}

export function createProblemLog(): ProblemLog {
  let known = new Set<string>();
  return {
    update(standing) {
      const keyed = new Map(standing.map(problem => [problemKey(problem), problem]));
      const fresh = [...keyed].filter(([key]) => !known.has(key)).map(([, problem]) => problem);
      known = new Set(keyed.keys());
      return fresh;
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
