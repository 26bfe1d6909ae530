import type { NumberShape, ObjectShape, Shape, TextShape } from './schema.ts';

/** What a shape wants, to put after "must be". */
export function describe(shape: Shape): string {
  switch (shape.kind) {
    case 'text':
      return describeText(shape);
    case 'integer':
      return describeNumber(shape);
    case 'boolean':
      return 'true or false';
    case 'integerOrText':
      return shape.meaning ?? 'an integer or a string';
    case 'json':
      return 'plain data';
    case 'list':
      return 'a list';
    case 'map':
      return 'an object';
    case 'object':
      return describeObject(shape);
  }
}

function describeObject({ fields, names }: ObjectShape): string {
  const required = names.filter(name => fields[name]?.presence === 'required');
  return required.length ? `an object with ${required.join(', ')}` : 'an object';
}

function describeText({ values, meaning }: TextShape): string {
  if (values) return oneOfList(values);
  return meaning ?? 'a string';
}

function describeNumber({ min, max, values }: NumberShape): string {
  if (values) return oneOfList(values.map(String));
  if (min !== undefined && max !== undefined) return `an integer from ${min} to ${max}`;
  return min === undefined ? 'an integer' : `an integer of at least ${min}`;
}

function oneOfList(values: readonly string[]): string {
  if (values.length === 1) return values[0]!;
  return `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`;
}

/** A value as the user wrote it, cut short; never throws, whatever it is. */
export function show(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
  if (value === null) return 'null';
  return typeof value === 'object' || typeof value === 'function' ? 'an object' : String(value);
}

/** What to do about a value of the wrong type, where that is plain. */
export function hint(shape: Shape, value: unknown): string {
  if (shape.kind === 'text' && (typeof value === 'boolean' || typeof value === 'number')) return '; put it in quotes';
  if (shape.kind === 'integer' && typeof value === 'string' && /^[0-9]+$/.test(value))
    return '; write it without quotes';
  if (shape.kind === 'list' && value !== null) return '; write each item after "- "';
  const one = (shape.kind === 'object' || shape.kind === 'map') && Array.isArray(value);
  return one ? '; write its fields without "- "' : '';
}
