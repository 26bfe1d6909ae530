import { list, object, optional } from '../schema/build.ts';
import { groupName, kindName, namespaceName, objectName } from '../shapes/names.ts';
import { defineKind } from './kind.ts';

export const referenceGrant = defineKind({
  group: 'gateway.networking.k8s.io',
  kind: 'ReferenceGrant',
  plural: 'referencegrants',
  scope: 'Namespaced',
  versions: [
    { name: 'v1', channel: 'standard' },
    { name: 'v1beta1', channel: 'standard' },
    { name: 'v1alpha2', channel: 'retired' },
    { name: 'v1alpha2', channel: 'retired', kind: 'ReferencePolicy' },
  ],
  schema: object({
    spec: object({
      from: list(object({ group: groupName, kind: kindName, namespace: namespaceName }), { min: 1, max: 16 }),
      to: list(object({ group: groupName, kind: kindName, name: optional(objectName) }), { min: 1, max: 16 }),
    }),
  }),
});
