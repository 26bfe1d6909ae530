import { boolean, map, object, optional, text, withDefault } from '../schema/build.ts';
import { defineKind } from './kind.ts';

export const configMap = defineKind({
  group: '',
  kind: 'ConfigMap',
  plural: 'configmaps',
  scope: 'Namespaced',
  versions: [{ name: 'v1', channel: 'core' }],
  schema: object({
    data: withDefault(map(text()), {}),
    binaryData: withDefault(map(text()), {}),
    immutable: optional(boolean),
  }),
});
