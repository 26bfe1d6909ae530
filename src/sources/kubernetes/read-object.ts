import type { RawObject } from '../../kubernetes/index.ts';
import { type AnyResource, type Kind, type Problem, parseObject } from '../../resources/index.ts';
import { isOfGatewayAPI } from './followed-kinds.ts';

/** What an object of the API server says. */
export interface ReadObject {
  /** Absent where it can't be read. */
  readonly resource?: AnyResource;
  readonly problems: readonly Problem[];
}

/** As large as the object itself. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * The resource of an object. Whoever runs the gateway did not write the object, and the API server let it through: what
 * is told is that it can't be read at all, and what of the Gateway API this version of Sluice has no table for.
 */
export function readObject(kind: Kind, raw: RawObject): ReadObject {
  const parsed = parseObject(withoutBookkeeping(raw), { strict: false });
  switch (parsed.kind) {
    case 'resource': {
      const problems = isOfGatewayAPI(kind) ? parsed.problems.filter(isBeyondUs).map(asWarning) : [];
      return { resource: parsed.resource, problems };
    }
    case 'refused':
      return { problems: parsed.problems.filter(({ severity }) => severity === 'error') };
    case 'unknown':
    case 'notAnObject':
      return { problems: [] };
  }
}

/** A write of a status changes resourceVersion alone, and means nothing to who reads. */
function withoutBookkeeping(raw: RawObject): unknown {
  const { resourceVersion: _version, annotations, ...metadata } = raw.metadata;
  return { ...raw, metadata: { ...metadata, ...(annotations !== undefined && { annotations: trimmed(annotations) }) } };
}

function trimmed(annotations: unknown): unknown {
  if (typeof annotations !== 'object' || annotations === null || !(LAST_APPLIED in annotations)) return annotations;
  const { [LAST_APPLIED]: _applied, ...rest } = annotations;
  return rest;
}

function isBeyondUs({ severity, code }: Problem): boolean {
  return severity === 'error' || code === 'UnknownField';
}

function asWarning(problem: Problem): Problem {
  return { ...problem, severity: 'warning' };
}
