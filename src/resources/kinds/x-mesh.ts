import { object, optional, text } from '../schema/build.ts';
import { controllerName } from '../shapes/names.ts';
import { objectReference } from '../shapes/references.ts';
import { defineKind } from './kind.ts';

/** GEP-3949: a mesh, as GatewayClass is for gateways. */
export const xMesh = defineKind({
  group: 'gateway.networking.x-k8s.io',
  kind: 'XMesh',
  plural: 'xmeshes',
  scope: 'Cluster',
  versions: [{ name: 'v1alpha1', channel: 'experimental' }],
  schema: object({
    spec: object({
      controllerName,
      parametersRef: optional(objectReference),
      description: optional(text({ maxLength: 64 })),
    }),
  }),
});
