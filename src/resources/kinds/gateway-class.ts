import { object, optional, text } from '../schema/build.ts';
import { controllerName } from '../shapes/names.ts';
import { objectReference } from '../shapes/references.ts';
import { defineKind } from './kind.ts';

export const gatewayClass = defineKind({
  group: 'gateway.networking.k8s.io',
  kind: 'GatewayClass',
  plural: 'gatewayclasses',
  scope: 'Cluster',
  versions: [
    { name: 'v1', channel: 'standard' },
    { name: 'v1beta1', channel: 'standard' },
    { name: 'v1alpha2', channel: 'retired' },
  ],
  schema: object({
    spec: object({
      controllerName,
      parametersRef: optional(objectReference),
      description: optional(text({ maxLength: 64 })),
    }),
  }),
});
