import { type ObjectRef, refKey } from '../../resources/index.ts';

/** The statuses that stand. Translation has no clock: `lastTransitionTime` is added here. */
export interface StatusStore {
  /** `undefined` removes. */
  set(ref: ObjectRef, status: object | undefined): void;
  get(ref: ObjectRef): object | undefined;
}

export function createStatusStore(now: () => Date = () => new Date()): StatusStore {
  const stamped = new Map<string, object>();
  return {
    set(ref, status) {
      const key = refKey(ref);
      const next = status && stamp(status, stamped.get(key), timestamp(now()));
      if (next) stamped.set(key, next);
      else stamped.delete(key);
    },
    get: ref => stamped.get(refKey(ref)),
  };
}

/** metav1.Time has no fractions of a second. */
function timestamp(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z');
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly lastTransitionTime?: string;
}

/** Copies a status; each condition keeps the time of the one it replaces unless its `status` differs. */
function stamp(next: object, before: object | undefined, time: string): object {
  const entries = Object.entries(next).map(([field, value]) => {
    const old = before === undefined ? undefined : Object.entries(before).find(([name]) => name === field)?.[1];
    if (field === 'conditions' && Array.isArray(value)) return [field, stampConditions(value, old, time)];
    if (Array.isArray(value)) return [field, value.map(item => stampItem(item, old, time))];
    return [field, value];
  });
  return Object.fromEntries(entries);
}

/** Items of `parents` and `listeners` are paired by what names them, for they may move within the list. */
function stampItem(item: unknown, before: unknown, time: string): unknown {
  if (typeof item !== 'object' || item === null) return item;
  const name = nameOf(item);
  const old = Array.isArray(before) ? before.find(other => isObject(other) && nameOf(other) === name) : undefined;
  return stamp(item, old, time);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function nameOf(item: object): string {
  const { name, parentRef, ancestorRef, controllerName } = item as Readonly<Record<string, unknown>>;
  return JSON.stringify([name, parentRef, ancestorRef, controllerName]);
}

function stampConditions(conditions: readonly Condition[], before: unknown, time: string): Condition[] {
  const old: readonly Condition[] = Array.isArray(before) ? before : [];
  return conditions.map(condition => {
    const same = old.find(other => other.type === condition.type && other.status === condition.status);
    return { ...condition, lastTransitionTime: same?.lastTransitionTime ?? time };
  });
}
