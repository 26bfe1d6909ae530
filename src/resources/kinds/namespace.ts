import { object } from '../schema/build.ts';
import { namespaceName } from '../shapes/names.ts';
import { defineKind } from './kind.ts';

export const namespace = defineKind({
  group: '',
  kind: 'Namespace',
  plural: 'namespaces',
  scope: 'Cluster',
  versions: [{ name: 'v1', channel: 'core' }],
  name: namespaceName,
  unread: ['spec'],
  schema: object({}),
});
