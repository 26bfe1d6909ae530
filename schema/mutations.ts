import type { Kind } from '../src/resources/index.ts';
import { formatPath, type Segment } from '../src/resources/schema/field-path.ts';
import { isRecord } from '../src/resources/schema/plain-data.ts';
import type { Schema } from '../src/resources/schema/schema.ts';
import { sampleWith } from '../test/resources/sample-objects.ts';
import { sampleOf, valuesFor } from './values.ts';

/** The sample of a kind with one field changed. */
export interface Mutation {
  readonly field: string;
  readonly raw: unknown;
}

type Emit = (path: readonly Segment[], value: unknown) => void;

/** For every field of the table, set in the sample or not: other values, null, its absence, and a field that is none. */
export function mutationsOf(kind: Kind, sample: unknown): readonly Mutation[] {
  const mutations: Mutation[] = [];
  mutate(kind.schema, sample, [], (path, value) => {
    const field = formatPath(path);
    mutations.push({ field, raw: sampleWith(kind.kind, field, value) });
  });
  return mutations;
}

function mutate(schema: Schema<unknown>, value: unknown, path: readonly Segment[], emit: Emit): void {
  if (path.length > 0) for (const other of [null, ...valuesFor(schema.shape, value)]) emit(path, other);
  const { shape } = schema;
  if (shape.kind === 'list' && Array.isArray(value)) {
    for (const [i, item] of value.entries()) mutate(shape.item, item, [...path, i], emit);
  }
  if (shape.kind !== 'object' || !isRecord(value)) return;
  if (path.length > 0) emit([...path, 'xyzzy'], 1);
  for (const name of shape.names) {
    const at = [...path, name];
    const field = shape.fields[name]!;
    if (Object.hasOwn(value, name)) {
      emit(at, undefined);
      mutate(field.schema, value[name], at, emit);
    } else mutateAbsent(field.schema, at, emit);
  }
}

/** What is not in the sample is put there first; what can be changed within it then stands alone. */
function mutateAbsent(schema: Schema<unknown>, path: readonly Segment[], emit: Emit): void {
  const put = sampleOf(schema);
  emit(path, put);
  mutate(schema, put, [], (inner, value) => emit(path, replaced(put, inner, value)));
  for (const other of [null, ...valuesFor(schema.shape, put)]) emit(path, other);
}

function replaced(value: unknown, [first, ...rest]: readonly Segment[], put: unknown): unknown {
  if (first === undefined) return put;
  if (Array.isArray(value)) return value.with(Number(first), replaced(value[Number(first)], rest, put));
  const record = isRecord(value) ? value : {};
  const { [first]: inner, ...others } = record;
  const next = replaced(inner, rest, put);
  return next === undefined ? others : { ...others, [first]: next };
}
