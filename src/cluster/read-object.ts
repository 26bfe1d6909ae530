import type { RawObject } from '../kubernetes/index.ts';
import { type AnyResource, type Kind, type Problem, parseObject, SLUICE_GROUP } from '../resources/index.ts';
import { isOfGatewayAPI } from './followed-kinds.ts';

/** What an object of the API server says. */
export interface ReadObject {
  /** Absent where it can't be read. */
  readonly resource?: AnyResource;
  /** Of one that can't be read: what counts where it never could. */
  readonly remains?: AnyResource;
  readonly problems: readonly Problem[];
}

/**
 * The resource of an object. Whoever runs the gateway did not write the object, and the API server let it through: what
 * is told is that it can't be read at all, and what of the Gateway API, or of its own, this version of Sluice has no table for.
 */
export function readObject(kind: Kind, raw: RawObject): ReadObject {
  const parsed = parseObject(withoutVersion(raw), { strict: false });
  switch (parsed.kind) {
    case 'resource': {
      const problems = isTold(kind) ? few(parsed.problems.filter(isBeyondUs)).map(asWarning) : [];
      return { resource: parsed.resource, problems };
    }
    case 'refused':
      return {
        ...(parsed.remains && { remains: parsed.remains }),
        problems: few(parsed.problems.filter(({ severity }) => severity === 'error')),
      };
    case 'unknown':
    case 'notAnObject':
      return { problems: [] };
  }
}

/** The tables of other kinds hold no more than what Sluice reads. */
function isTold(kind: Kind): boolean {
  return isOfGatewayAPI(kind) || kind.group === SLUICE_GROUP;
}

/** A write of a status changes resourceVersion alone, and means nothing to who reads. */
function withoutVersion(raw: RawObject): unknown {
  const { resourceVersion: _version, ...metadata } = raw.metadata;
  return { ...raw, metadata };
}

/** One object has the say of a few things, however many are wrong with it. */
const MOST_PROBLEMS = 10;

function few(problems: readonly Problem[]): readonly Problem[] {
  const last = problems[MOST_PROBLEMS - 1];
  if (!last || problems.length === MOST_PROBLEMS) return problems;
  const others = problems.length - MOST_PROBLEMS + 1;
  const { path: _path, fix: _fix, ...rest } = last;
  const more: Problem = { ...rest, code: 'MoreProblems', message: `there are ${others} more problems with it` };
  return [...problems.slice(0, MOST_PROBLEMS - 1), more];
}

function isBeyondUs({ severity, code }: Problem): boolean {
  return severity === 'error' || code === 'UnknownField';
}

function asWarning(problem: Problem): Problem {
  return { ...problem, severity: 'warning' };
}
