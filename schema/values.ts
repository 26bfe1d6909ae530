import type { ListShape, MapShape, NumberShape, Schema, Shape, TextShape } from '../src/resources/schema/schema.ts';

/** Values to put in the place of one: some within the limits of its shape, some just outside, some of other types. */
export function valuesFor(shape: Shape, present: unknown): readonly unknown[] {
  switch (shape.kind) {
    case 'text':
      return [12, true, {}, [], ...texts(shape, present)];
    case 'integer':
      return ['1', true, 1.5, {}, ...numbers(shape)];
    case 'boolean':
      return [true, false, 'true', 1];
    case 'integerOrText':
      return [1, 'a', '1', '50%', '1.5Gi', '-1', true, 1.5, ...integerLimits(shape)];
    case 'list':
      return [{}, 'x', [], ...lists(shape, present)];
    case 'map':
      return [[], 'x', {}, ...maps(shape)];
    case 'object':
      return [[], 'x', 7, {}];
    case 'json':
      return [];
  }
}

const TEXTS = [
  [
    '',
    ' ',
    'a',
    'A',
    '-',
    '*',
    '*.a.b',
    'a..b',
    'a b',
    'a\n',
    'é',
    '1',
    '10.0.0.1',
    '::1',
    '_',
    '/',
    '/a',
    'a/',
    'a/b',
  ],
  ['example.com/a', 'Example.com', '1s', '0s', '1h30m', 'https://a', 'http://a:70000', 'a:b', 'a,b', 'x'.repeat(64)],
].flat();
/** So that a pattern sees enough of both, without the whole list everywhere. */
const EACH = 6;

function texts(shape: TextShape, present: unknown): readonly unknown[] {
  const { values, pattern, maxLength } = shape;
  if (values) return [...values, 'Nonsense', values[0]!.toLowerCase(), ''];
  const fits = (text: string) => pattern?.test(text) ?? true;
  const chosen = [...TEXTS.filter(fits).slice(0, EACH), ...TEXTS.filter(text => !fits(text)).slice(0, EACH)];
  if (maxLength === undefined) return chosen;
  const start = typeof present === 'string' ? present : 'a';
  const padded = (length: number) => start.padEnd(length, 'a');
  return [...chosen, padded(maxLength), padded(maxLength + 1), '😀'.repeat(maxLength), '😀'.repeat(maxLength + 1)];
}

function integerLimits({ min, max }: Pick<NumberShape, 'min' | 'max'>): readonly number[] {
  return [min, max].flatMap(limit => (limit === undefined ? [] : [limit - 1, limit, limit + 1]));
}

function numbers(shape: NumberShape): readonly unknown[] {
  return [...(shape.values ?? []), ...integerLimits(shape), 0, -1, 2 ** 31 - 1, 2 ** 31];
}

function lists({ item, min = 0, max, unique }: ListShape, present: unknown): readonly unknown[] {
  const first: unknown = (Array.isArray(present) ? present[0] : undefined) ?? sampleOf(item);
  const other = (i: number) => distinct(first, i, unique);
  const many = (count: number) => Array.from({ length: count }, (_, i) => other(i));
  const limits = max === undefined ? [] : [many(max), many(max + 1)];
  return [...limits, many(Math.max(min - 1, 0)), [first, first], [null]];
}

/** A copy that differs in the fields that make an item unique, or in its name. */
function distinct(item: unknown, i: number, unique: readonly string[] | true | undefined): unknown {
  if (typeof item === 'string') return unique ? `${item}${i}` : item;
  if (typeof item === 'number') return item + i;
  if (typeof item !== 'object' || item === null) return item;
  const record = item as Readonly<Record<string, unknown>>;
  const key = unique && unique !== true ? unique.at(-1)! : 'name';
  if (!(key in record)) return item;
  return { ...record, [key]: typeof record[key] === 'number' ? record[key] + i : `${record[key]}${i}` };
}

const KEYS = ['', ' ', '-a', 'A', 'example.com/a', '/a', 'a/', 'a/b/c', `${'a'.repeat(253)}/a`, 'a'.repeat(64)];

function maps({ value, max }: MapShape): readonly unknown[] {
  const one = sampleOf(value);
  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, one]));
  const limits = max === undefined ? [] : [many(max), many(max + 1)];
  const wrong = valuesFor(value.shape, one).map(each => ({ k: each }));
  return [...KEYS.map(key => ({ [key]: one })), ...limits, ...wrong];
}

/** The least that a schema takes, its cross-field rules apart. */
export function sampleOf({ shape }: Schema<unknown>): unknown {
  switch (shape.kind) {
    case 'text':
      return (
        shape.values?.[0] ??
        TEXTS.find(text => text.length >= (shape.minLength ?? 0) && (shape.pattern?.test(text) ?? true))
      );
    case 'integer':
      return shape.values?.[0] ?? shape.min ?? 1;
    case 'boolean':
      return true;
    case 'integerOrText':
      return shape.min ?? 1;
    case 'json':
    case 'map':
      return {};
    case 'list':
      return [sampleOf(shape.item)];
    case 'object': {
      const required = shape.names.filter(name => shape.fields[name]!.presence === 'required');
      return Object.fromEntries(required.map(name => [name, sampleOf(shape.fields[name]!.schema)]));
    }
  }
}
