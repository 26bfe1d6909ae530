import type { ProblemCode } from '../problem-codes.ts';
import { describe, hint, show } from './describe.ts';
import { didYouMean } from './did-you-mean.ts';
import { formatPath, type Segment } from './field-path.ts';
import { isRecord, plainCopy } from './plain-data.ts';
import type {
  Field,
  IntegerOrTextShape,
  ListShape,
  MapShape,
  NumberShape,
  ObjectShape,
  Presence,
  Schema,
  Shape,
  TextShape,
} from './schema.ts';

/** What is wrong with a value, and where. */
export interface Finding {
  readonly severity: 'error' | 'warning';
  readonly code: ProblemCode;
  readonly message: string;
  readonly path: string;
}

export interface Checked<T> {
  /** Completed with defaults, without unknown fields, deep-frozen; absent if it doesn't have the type of its schema. */
  readonly value?: T;
  readonly findings: readonly Finding[];
}

/** The place that the check is at, and what it found so far. */
interface Walk {
  readonly path: Segment[];
  readonly findings: Finding[];
  errors: number;
  /** Errors that leave the value without the type of its schema. */
  typeErrors: number;
}

/** Checks a value as the API server would: defaults first, then types and limits, then rules on parts that are valid. */
export function check<T>(schema: Schema<T>, value: unknown, path: readonly Segment[] = []): Checked<T> {
  const walk: Walk = { path: [...path], findings: [], errors: 0, typeErrors: 0 };
  const completed = visit(schema, value, walk);
  // Without type errors the completed value is what the schema says.
  return { ...(walk.typeErrors === 0 && { value: completed as T }), findings: walk.findings };
}

function refuse(walk: Walk, code: ProblemCode, message: string): void {
  walk.errors++;
  walk.findings.push({ severity: 'error', code, message, path: formatPath(walk.path) });
}

function refuseType(walk: Walk, shape: Shape, value: unknown): undefined {
  walk.typeErrors++;
  const found = shape.kind === 'text' && shape.confidential ? `a ${typeof value}` : show(value);
  refuse(walk, 'WrongType', `must be ${describe(shape)}, not ${found}${hint(shape, value)}`);
  return undefined;
}

function visit(schema: Schema<unknown>, value: unknown, walk: Walk): unknown {
  const before = walk.errors;
  const completed = visitShape(schema.shape, value, walk);
  if (schema.rules && walk.errors === before) {
    for (const rule of schema.rules) {
      // The walk has just established the type that the rule was declared with.
      const broken = rule(completed as never);
      if (broken) refuse(walk, 'InvalidCombination', broken);
    }
  }
  return completed;
}

function visitShape(shape: Shape, value: unknown, walk: Walk): unknown {
  switch (shape.kind) {
    case 'text':
      return typeof value === 'string' ? checkText(shape, value, walk) : refuseType(walk, shape, value);
    case 'integer':
      return Number.isSafeInteger(value) ? checkNumber(shape, Number(value), walk) : refuseType(walk, shape, value);
    case 'boolean':
      return typeof value === 'boolean' ? value : refuseType(walk, shape, value);
    case 'integerOrText':
      return checkIntegerOrText(shape, value, walk);
    case 'json':
      return plainCopy(value) ?? refuseType(walk, shape, value);
    case 'list':
      return Array.isArray(value) ? visitList(shape, value, walk) : refuseType(walk, shape, value);
    case 'map':
      return isRecord(value) ? visitMap(shape, value, walk) : refuseType(walk, shape, value);
    case 'object':
      return isRecord(value) ? visitObject(shape, value, walk) : refuseType(walk, shape, value);
  }
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

function checkText(shape: TextShape, value: string, walk: Walk): string {
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern, values } = shape;
  if (value.length < minLength) refuse(walk, 'TooShort', `must have at least ${minLength} character(s)`);
  else if (value.length > maxLength && codePoints(value) > maxLength)
    refuse(walk, 'TooLong', `must have at most ${maxLength} characters, not ${codePoints(value)}`);
  else if (pattern && !pattern.test(value))
    refuse(walk, 'InvalidValue', `must be ${describe(shape)}, not ${show(value)}`);
  else if (values && !values.includes(value)) refuseUnlisted(shape, value, values, walk);
  return value;
}

function checkIntegerOrText(shape: IntegerOrTextShape, value: unknown, walk: Walk): unknown {
  if (typeof value === 'string') return checkText({ ...shape, kind: 'text' }, value, walk);
  if (!Number.isSafeInteger(value)) return refuseType(walk, shape, value);
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = shape;
  if (Number(value) < min || Number(value) > max)
    refuse(walk, 'OutOfRange', `must be ${describe(shape)}, not ${show(value)}`);
  return value;
}

function refuseUnlisted(shape: TextShape, value: string, values: readonly string[], walk: Walk): void {
  const message = `must be ${describe(shape)}, not ${show(value)}${guess(value, values, walk)}`;
  refuse(walk, 'UnsupportedValue', message);
}

function checkNumber(shape: NumberShape, value: number, walk: Walk): number {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, values } = shape;
  if (values && !values.includes(value))
    refuse(walk, 'UnsupportedValue', `must be ${describe(shape)}, not ${show(value)}`);
  else if (value < min || value > max) refuse(walk, 'OutOfRange', `must be ${describe(shape)}, not ${show(value)}`);
  return value;
}

function visitList(shape: ListShape, value: readonly unknown[], walk: Walk): readonly unknown[] {
  const { min = 0, max = Number.POSITIVE_INFINITY } = shape;
  if (value.length < min) refuse(walk, 'TooFew', `must have at least ${min} item(s)`);
  if (value.length > max) refuse(walk, 'TooMany', `must have at most ${max} items, not ${value.length}`);
  // One that grows by `push` has room for sixteen more, and a cluster has lists without number.
  const items = new Array<unknown>(value.length);
  for (let i = 0; i < value.length; i++) {
    walk.path.push(i);
    items[i] = visit(shape.item, value[i], walk);
    walk.path.pop();
  }
  if (shape.unique) refuseRepeats(shape.unique, items, walk);
  return Object.freeze(items);
}

function refuseRepeats(unique: readonly string[] | true, items: readonly unknown[], walk: Walk): void {
  const seen = new Map<string, number>();
  for (const [i, item] of items.entries()) {
    if (item === undefined || (unique !== true && !isRecord(item))) continue;
    const key = JSON.stringify(unique === true ? item : unique.map(name => (isRecord(item) ? item[name] : item)));
    const first = seen.get(key);
    if (first === undefined) {
      seen.set(key, i);
      continue;
    }
    walk.path.push(i);
    const what = unique === true ? show(item) : `an item with the same ${unique.join(', ')}`;
    refuse(walk, 'Duplicate', `repeats ${what} (number ${first + 1} of the list)`);
    walk.path.pop();
  }
}

function visitMap(shape: MapShape, value: Readonly<Record<string, unknown>>, walk: Walk): unknown {
  const entries: [string, unknown][] = [];
  for (const [key, item] of Object.entries(value)) {
    if (item === null || item === undefined) continue;
    walk.path.push(key);
    entries.push([key, visit(shape.value, item, walk)]);
    walk.path.pop();
  }
  const { max = Number.POSITIVE_INFINITY } = shape;
  if (entries.length > max) refuse(walk, 'TooMany', `must have at most ${max} entries, not ${entries.length}`);
  return Object.freeze(Object.fromEntries(entries));
}

function visitObject(shape: ObjectShape, value: Readonly<Record<string, unknown>>, walk: Walk): unknown {
  const completed: Record<string, unknown> = {};
  for (const name of shape.names) {
    const part = visitField(shape.fields[name]!, name, Object.hasOwn(value, name) ? value[name] : undefined, walk);
    if (part !== undefined) completed[name] = part;
  }
  for (const name of Object.keys(value)) if (!(name in shape.fields)) warnUnknown(shape, name, walk);
  return Object.freeze(completed);
}

const completedFallbacks = new WeakMap<Field<unknown, Presence>, unknown>();

function fallbackOf(field: Field<unknown, Presence>): unknown {
  if (!completedFallbacks.has(field)) completedFallbacks.set(field, check(field.schema, field.fallback).value);
  return completedFallbacks.get(field);
}

/** Null counts as absent, as the API server drops it from fields that are not nullable. */
function visitField(field: Field<unknown, Presence>, name: string, value: unknown, walk: Walk): unknown {
  if (value === undefined || value === null) {
    if (field.presence === 'defaulted') return fallbackOf(field);
    if (field.presence === 'required') refuseMissing(field, name, walk);
    return undefined;
  }
  walk.path.push(name);
  const completed = visit(field.schema, value, walk);
  walk.path.pop();
  return completed;
}

function refuseMissing(field: Field<unknown, Presence>, name: string, walk: Walk): void {
  walk.path.push(name);
  walk.typeErrors++;
  refuse(walk, 'Required', `is required: ${describe(field.schema.shape)}`);
  walk.path.pop();
}

function warnUnknown(shape: ObjectShape, name: string, walk: Walk): void {
  const message = `is no field of this object and is ignored${guess(name, shape.names, walk)}`;
  walk.findings.push({ severity: 'warning', code: 'UnknownField', message, path: formatPath([...walk.path, name]) });
}

/** A guess costs more than all the rest of a check: nobody reads the hundredth. */
const MOST_GUESSES = 100;

function guess(word: string, known: readonly string[], { findings }: Walk): string {
  return findings.length < MOST_GUESSES ? didYouMean(word, known) : '';
}
