import { object, optional, withDefault } from '../schema/build.ts';
import { listeners } from '../shapes/listener.ts';
import { GATEWAY_GROUP, groupName, kindName, namespaceName, objectName } from '../shapes/names.ts';
import { defineKind } from './kind.ts';

/** GEP-1713: listeners that another team adds to a Gateway. */
export const listenerSet = defineKind({
  group: 'gateway.networking.k8s.io',
  kind: 'ListenerSet',
  plural: 'listenersets',
  scope: 'Namespaced',
  versions: [
    { name: 'v1', channel: 'standard' },
    { name: 'v1alpha1', channel: 'retired', group: 'gateway.networking.x-k8s.io', kind: 'XListenerSet' },
  ],
  schema: object({
    spec: object({
      parentRef: object({
        group: withDefault(groupName, GATEWAY_GROUP),
        kind: withDefault(kindName, 'Gateway'),
        name: objectName,
        namespace: optional(namespaceName),
      }),
      listeners,
    }),
  }),
});
