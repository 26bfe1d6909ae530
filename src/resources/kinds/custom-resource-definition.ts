import { object } from '../schema/build.ts';
import { defineKind } from './kind.ts';

/** Only its metadata are looked at: they say which version of Gateway API a cluster has installed. */
export const customResourceDefinition = defineKind({
  group: 'apiextensions.k8s.io',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  scope: 'Cluster',
  versions: [
    { name: 'v1', channel: 'core' },
    { name: 'v1beta1', channel: 'retired' },
  ],
  unread: ['spec'],
  schema: object({}),
});
