import type { DataPlaneSpec } from '../data-plane-spec.ts';
import type { KubeObject } from '../kube-object.ts';
import { metadataOf } from './marks.ts';

const CPU_UTILIZATION = 80;

export function autoscalerOf(spec: DataPlaneSpec): KubeObject | undefined {
  const { autoscaling, replicas = 1 } = spec.parameters;
  if (!autoscaling) return undefined;
  const { maxReplicas, minReplicas, cpuUtilization = CPU_UTILIZATION } = autoscaling;
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: metadataOf(spec),
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: spec.name },
      minReplicas: minReplicas ?? Math.min(Math.max(replicas, 1), maxReplicas),
      maxReplicas,
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: cpuUtilization } },
        },
      ],
    },
  };
}
