import { isRecord } from '../../resources/index.ts';

/** A condition as an API server holds it, unread but for its type. */
export type AnyCondition = Readonly<Record<string, unknown>> & { readonly type: string };

/** metav1.Condition and `maxItems` of every list of conditions in the CRDs: more would be refused, all of it. */
const LONGEST_MESSAGE = 32_768;
const MOST_CONDITIONS = 8;

/** The items that are conditions. */
export function conditionsOf(value: unknown): readonly AnyCondition[] {
  return Array.isArray(value) ? value.filter(isCondition) : [];
}

function isCondition(value: unknown): value is AnyCondition {
  return isRecord(value) && typeof value.type === 'string';
}

/**
 * `live` with our conditions in it: foreign types stay where they are, those of ours that stand no more go, new ones
 * come last. `time` is the lastTransitionTime of what has another `status` than before.
 */
export function mergeConditions(
  live: unknown,
  ours: unknown,
  ownTypes: readonly string[],
  time: string,
): readonly unknown[] {
  const waiting = new Map(conditionsOf(ours).map(condition => [condition.type, condition]));
  const own = new Set([...ownTypes, ...waiting.keys()]);
  const merged: unknown[] = [];
  for (const item of Array.isArray(live) ? live : []) {
    if (!isCondition(item) || !own.has(item.type)) merged.push(item);
    const next = isCondition(item) && waiting.get(item.type);
    if (!next) continue;
    waiting.delete(next.type);
    merged.push(stamped(next, item, time));
  }
  const room = Math.max(0, MOST_CONDITIONS - merged.length);
  return [...merged, ...[...waiting.values()].slice(0, room).map(condition => stamped(condition, undefined, time))];
}

function stamped(condition: AnyCondition, before: AnyCondition | undefined, time: string): AnyCondition {
  const { status, message } = condition;
  const kept = before?.status === status && typeof before?.lastTransitionTime === 'string';
  return {
    ...condition,
    ...(typeof message === 'string' && { message: clipped(message) }),
    lastTransitionTime: kept ? before.lastTransitionTime : time,
  };
}

/** Well-formed, for the API server would mend what is not, and the difference would never end. */
function clipped(message: string): string {
  return (message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE - 2)}…` : message).toWellFormed();
}
