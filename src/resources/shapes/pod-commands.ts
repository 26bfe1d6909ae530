/**
 * Annotations of pods that others obey by changing them: sidecars of any image, volumes of nodes, further networks, no AppArmor. Of
 * these domains, and of those below them.
 */
const DOMAINS = [
  'istio.io',
  'linkerd.io',
  'kuma.io',
  'dapr.io',
  'hashicorp.com',
  'datadoghq.com',
  'opentelemetry.io',
  'dynatrace.com',
  'cni.cncf.io',
  'container.apparmor.security.beta.kubernetes.io',
  'container.seccomp.security.alpha.kubernetes.io',
  'seccomp.security.alpha.kubernetes.io',
];

/** Whether an annotation of this key makes of a pod what whoever wrote it could not make without the right to make pods. */
export function isPodCommand(key: string): boolean {
  const domain = key.slice(0, Math.max(key.indexOf('/'), 0)).toLowerCase();
  return DOMAINS.some(each => domain === each || domain.endsWith(`.${each}`));
}
