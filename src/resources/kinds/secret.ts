import { boolean, map, object, optional, ruled, text, withDefault } from '../schema/build.ts';
import { defineKind } from './kind.ts';

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function valueIsBase64(value: string): string | undefined {
  return BASE64.test(value.replace(/[\r\n]/g, '')) ? undefined : 'must be base64; plain text goes under stringData';
}

export const secret = defineKind({
  group: '',
  kind: 'Secret',
  plural: 'secrets',
  scope: 'Namespaced',
  versions: [{ name: 'v1', channel: 'core' }],
  schema: object({
    type: withDefault(text(), 'Opaque'),
    data: withDefault(map(ruled(text({ confidential: true }), valueIsBase64)), {}),
    stringData: withDefault(map(text({ confidential: true })), {}),
    immutable: optional(boolean),
  }),
});
