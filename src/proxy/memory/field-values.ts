import type { FieldList } from './memory-messages.ts';

/** By name in lower case, several lines of one name as one (RFC 9110, section 5.3). */
export function joinedFields(fields: FieldList): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const [field, value] of fields) {
    const name = field.toLowerCase();
    const before = values.get(name);
    values.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return values;
}

/** All values of one name, in any case, as one; undefined where there is none. */
export function fieldValue(fields: FieldList, name: string): string | undefined {
  const wanted = name.toLowerCase();
  const values = fields.filter(([field]) => field.toLowerCase() === wanted).map(([, value]) => value);
  return values.length === 0 ? undefined : values.join(', ');
}
