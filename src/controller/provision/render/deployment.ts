import type { DataPlaneSpec } from '../data-plane-spec.ts';
import type { KubeObject } from '../kube-object.ts';
import type { Install } from './install.ts';
import { metadataOf, selectorLabels } from './marks.ts';
import { podTemplateOf } from './pod.ts';

export function deploymentOf(spec: DataPlaneSpec, install: Install): KubeObject {
  const { autoscaling, replicas = 1, service } = spec.parameters;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadataOf(spec),
    spec: {
      // Where the autoscaler decides, we don't: two would fight for the field.
      ...(!autoscaling && { replicas }),
      strategy: { type: 'RollingUpdate', rollingUpdate: service?.type === 'HostNetwork' ? ONE_BY_ONE : SURGE },
      selector: { matchLabels: selectorLabels(spec) },
      template: podTemplateOf(spec, install),
    },
  };
}

/** No pod goes before its successor is ready. */
const SURGE = { maxUnavailable: 0, maxSurge: '25%' };
/** Two pods can't have the ports of one node. */
const ONE_BY_ONE = { maxUnavailable: 1, maxSurge: 0 };
