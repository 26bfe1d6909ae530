const BY_VERSION: Readonly<Record<string, readonly string[]>> = {
  v1: ['Namespace', 'Service', 'Pod', 'ServiceAccount', 'ConfigMap', 'Secret'],
  'apps/v1': ['Deployment'],
  'policy/v1': ['PodDisruptionBudget'],
  'autoscaling/v2': ['HorizontalPodAutoscaler'],
  'events.k8s.io/v1': ['Event'],
  'gateway.networking.k8s.io/v1': ['GatewayClass', 'Gateway', 'HTTPRoute', 'GRPCRoute'],
  'gateway.networking.x-k8s.io/v1alpha1': ['XBackend'],
  'sluice.dev/v1alpha1': ['SluiceProxy'],
};

/** Of a kind that steps name without it. Throws for others. */
export function versionOf(kind: string): string {
  const found = Object.entries(BY_VERSION).find(([, kinds]) => kinds.includes(kind))?.[0];
  if (found === undefined) throw new Error(`steps.yaml: kind ${kind} is unknown: add it to e2e/kinds.ts`);
  return found;
}
