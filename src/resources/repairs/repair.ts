import type { ProblemCode } from '../problem-codes.ts';
import type { Segment } from '../schema/field-path.ts';
import { isRecord } from '../schema/plain-data.ts';

export type Raw = Readonly<Record<string, unknown>>;

/** A slip whose meaning is clear, or at least whose right form is known. */
export interface Repair {
  /** `Mended…` where the object is read as mended. */
  readonly code: ProblemCode;
  /** Where to look: field names, `*` for each item of a list. An empty place is the object itself. */
  readonly place: readonly string[];
  /** Kinds it is for; all where absent. */
  readonly kinds?: readonly string[];
  /** What is wrong and how it is read, for the value at the place; nothing if there is nothing to mend. */
  readonly message: (value: unknown) => string | undefined;
  /** The value as it is meant; absent where only the user can say. */
  readonly mend?: (value: unknown) => unknown;
  /** YAML that shows the right form, where there is no mended object to show. */
  readonly example?: (value: unknown) => string | undefined;
}

/** Every value at a place, with the path to it. */
export function valuesAt(value: unknown, place: readonly string[]): readonly [Segment[], unknown][] {
  const found: [Segment[], unknown][] = [];
  collect(value, place, 0, [], found);
  return found;
}

/** Most objects have nothing at most places: the path is copied only where something is. */
function collect(
  value: unknown,
  place: readonly string[],
  depth: number,
  at: Segment[],
  found: [Segment[], unknown][],
) {
  const step = place[depth];
  if (step === undefined) {
    if (value !== undefined) found.push([[...at], value]);
  } else if (step === '*') {
    if (Array.isArray(value)) for (let i = 0; i < value.length; i++) descend(value[i], i);
  } else if (isRecord(value) && Object.hasOwn(value, step)) descend(value[step], step);

  function descend(part: unknown, segment: Segment): void {
    at.push(segment);
    collect(part, place, depth + 1, at, found);
    at.pop();
  }
}

/** A copy of `value` with the part at `path` changed; everything off the path is shared. */
export function changeAt(value: unknown, path: readonly Segment[], change: (part: unknown) => unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return change(value);
  if (Array.isArray(value)) return value.map((item, i) => (i === step ? changeAt(item, rest, change) : item));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, key === step ? changeAt(item, rest, change) : item]),
  );
}

/** An object without some of its fields. */
export function without(value: Raw, ...names: readonly string[]): Raw {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));
}
