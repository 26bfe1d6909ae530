import type { Reason, Verdict } from './condition.ts';

/** Accepted: False. `path`: the field; `fix`: YAML that mends it. */
export function refused<R extends Reason>(reason: R, message: string, path?: string, fix?: string): Verdict<R> {
  return verdict('Accepted', reason, message, path, fix);
}

/** ResolvedRefs: False. `path`: the reference. */
export function unresolved<R extends Reason>(reason: R, message: string, path: string, fix?: string): Verdict<R> {
  return verdict('ResolvedRefs', reason, message, path, fix);
}

function verdict<R extends Reason>(
  type: string,
  reason: R,
  message: string,
  path: string | undefined,
  fix: string | undefined,
): Verdict<R> {
  return {
    type,
    status: 'False',
    reason,
    message,
    ...(path !== undefined && { path }),
    ...(fix !== undefined && { fix }),
  };
}

/** ResolvedRefs: True. */
export function allResolved(): Verdict {
  return { type: 'ResolvedRefs', status: 'True', reason: 'ResolvedRefs', message: 'Every reference is resolved' };
}
