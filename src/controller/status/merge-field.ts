import { isRecord } from '../../resources/index.ts';
import { type AnyCondition, conditionsOf, mergeConditions } from './merge-conditions.ts';

/** Who writes, and when. */
export interface Pen {
  readonly controllerName: string;
  /** Of the object that has the status. */
  readonly namespace: string;
  /** metav1.Time: RFC 3339 in seconds. */
  readonly time: string;
}

/** How a field of a status is shared with other writers. */
export interface MergeField {
  /** The field as it should be. */
  merge(live: unknown, ours: unknown, pen: Pen): unknown;
  /** The conditions in it that are ours. */
  conditions(value: unknown, pen: Pen): readonly AnyCondition[];
}

/** Nobody else writes it. */
export const whole: MergeField = { merge: (_live, ours) => ours, conditions: () => [] };

/** A list of conditions, of which ours have these types. */
export function sharedConditions(own: readonly string[]): MergeField {
  return {
    merge: (live, ours, { time }) => mergeConditions(live, ours, own, time),
    conditions: value => conditionsOf(value).filter(({ type }) => own.includes(type)),
  };
}

/** GatewayStatus.listeners: ours, each with the foreign conditions that it had. */
export function ownListeners(own: readonly string[]): MergeField {
  const { merge, conditions } = sharedConditions(own);
  return {
    merge(live, ours, pen) {
      const before = new Map(records(live).map(listener => [listener.name, listener.conditions]));
      return records(ours).map(listener => ({
        ...listener,
        conditions: merge(before.get(listener.name), listener.conditions, pen),
      }));
    },
    conditions: (value, pen) => records(value).flatMap(listener => conditions(listener.conditions, pen)),
  };
}

export function records(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}
