import { latin1 } from '../http1/chars.ts';
import type { Fields } from '../http1/fields.ts';
import type { FieldList } from './memory-messages.ts';

/** The fields of a head in `bytes`, as text. */
export function fieldList(bytes: Uint8Array, fields: Fields): FieldList {
  const list: [string, string][] = [];
  for (let i = 0; i < fields.count; i++) {
    const name = latin1(bytes, fields.start[i]!, fields.nameEnd[i]!);
    list.push([name, latin1(bytes, fields.valueStart[i]!, fields.valueEnd[i]!)]);
  }
  return list;
}
