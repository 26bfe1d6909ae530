import type {
  Field,
  Infer,
  IntegerOrTextShape,
  NumberShape,
  Presence,
  Rule,
  Schema,
  TextShape,
  Unlisted,
} from './schema.ts';

type Entry = Schema<unknown> | Field<unknown, Presence>;
type Entries = Readonly<Record<string, Entry>>;
type EntryType<E> = E extends Field<infer T, Presence> ? T : Infer<E>;
type OptionalKey<F> = { [K in keyof F]: F[K] extends Field<unknown, 'optional'> ? K : never }[keyof F];
type Flat<T> = { readonly [K in keyof T]: T[K] };

/** The type of an object: fields without presence are required, defaulted ones are always there. */
export type ObjectOf<F> = Flat<
  { [K in Exclude<keyof F, OptionalKey<F>>]: EntryType<F[K]> } & { [K in OptionalKey<F>]?: EntryType<F[K]> }
>;

export function text(limits: Omit<TextShape, 'kind' | 'values'> = {}): Schema<string> {
  return { shape: { kind: 'text', ...limits } };
}

/** A string from a list to which later versions of the API may add: its type admits others. */
export function oneOf<const V extends string>(...values: readonly V[]): Schema<V | Unlisted> {
  return { shape: { kind: 'text', values } };
}

export function integer(limits: Omit<NumberShape, 'kind'> = {}): Schema<number> {
  return { shape: { kind: 'integer', ...limits } };
}

export const boolean: Schema<boolean> = { shape: { kind: 'boolean' } };

export const integerOrText: Schema<number | string> = { shape: { kind: 'integerOrText' } };

/** An integer within limits, or a text of a form. */
export function integerOr(limits: Omit<IntegerOrTextShape, 'kind'>): Schema<number | string> {
  return { shape: { kind: 'integerOrText', ...limits } };
}

/** Any JSON: kept as it is, for fields that Sluice does not read. */
export const json: Schema<unknown> = { shape: { kind: 'json' } };

export function list<T>(
  item: Schema<T>,
  limits: { readonly min?: number; readonly max?: number; readonly unique?: readonly (keyof T & string)[] | true } = {},
): Schema<readonly T[]> {
  return { shape: { kind: 'list', item, ...limits } };
}

export function map<T>(value: Schema<T>, limits: { readonly max?: number } = {}): Schema<Readonly<Record<string, T>>> {
  return { shape: { kind: 'map', value, ...limits } };
}

export function object<F extends Entries>(entries: F): Schema<ObjectOf<F>> {
  const fields: Record<string, Field<unknown, Presence>> = Object.create(null);
  for (const [name, entry] of Object.entries(entries)) {
    fields[name] = 'presence' in entry ? entry : { presence: 'required', schema: entry };
  }
  return { shape: { kind: 'object', fields, names: Object.keys(entries) } };
}

export function optional<T>(schema: Schema<T>): Field<T, 'optional'> {
  return { presence: 'optional', schema };
}

export function withDefault<T>(schema: Schema<T>, fallback: unknown): Field<T, 'defaulted'> {
  return { presence: 'defaulted', schema, fallback };
}

/** What `kubectl explain` shows of a field. */
export function described<S extends Schema<unknown>>(schema: S, description: string): S {
  return { ...schema, description };
}

/** A rule of a kind of our own, for both sides: `rule` is CEL with the value as `self`, and says what `holds` computes. */
export function celRule<T>(rule: string, message: string, holds: (value: T) => boolean): Rule<T> {
  return Object.assign((value: T) => (holds(value) ? undefined : message), { cel: { rule, message } });
}

/** Adds cross-field rules; they run only on a value whose parts are all valid. */
export function ruled<T>(schema: Schema<T>, ...rules: readonly Rule<T>[]): Schema<T> {
  return { ...schema, rules: [...(schema.rules ?? []), ...rules] };
}
