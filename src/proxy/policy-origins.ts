import type { Rule } from '../ir/index.ts';

const NONE: readonly string[] = [];

/** What a rule sets besides its backends, each with the object and the field that sets it. */
export function policiesOf({ action, origin }: Rule): readonly string[] {
  if (action.kind !== 'forward') return NONE;
  const { timeouts, retry, session } = action;
  const { kind, namespace, name, field } = origin;
  const from = `${kind}/${namespace}/${name} ${field === undefined ? '' : `${field}.`}`;
  const set: string[] = [];
  if (timeouts.request !== undefined) set.push(`timeouts.request from ${from}timeouts`);
  if (timeouts.backendRequest !== undefined) set.push(`timeouts.backendRequest from ${from}timeouts`);
  if (retry !== undefined) set.push(`retry from ${from}retry`);
  if (session !== undefined) set.push(`sessionPersistence from ${from}sessionPersistence`);
  return set.length === 0 ? NONE : set;
}
