import type { RawObject } from '../../../kubernetes/index.ts';
import { isRecord } from '../../../resources/index.ts';
import { textMap } from './service-facts.ts';

/** What is kept of a Deployment. */
export interface DeploymentFacts {
  readonly name: string;
  readonly replicas: number;
  readonly readyReplicas: number;
  readonly serviceAccount: string;
  /** Its pods are on their nodes' own network. */
  readonly hostNetwork: boolean;
  /** Of its pods. */
  readonly labels: Readonly<Record<string, string>>;
  /** Why pods are not made, or don't become ready. */
  readonly trouble?: string;
}

export function deploymentFacts({ metadata, spec, status }: RawObject): DeploymentFacts {
  const { replicas, template } = isRecord(spec) ? spec : {};
  const pod = isRecord(template) ? template : {};
  const { serviceAccountName, hostNetwork } = isRecord(pod.spec) ? pod.spec : {};
  const { readyReplicas, conditions } = isRecord(status) ? status : {};
  const trouble = troubleOf(Array.isArray(conditions) ? conditions : []);
  return {
    name: metadata.name,
    replicas: typeof replicas === 'number' ? replicas : 1,
    readyReplicas: typeof readyReplicas === 'number' ? readyReplicas : 0,
    serviceAccount: typeof serviceAccountName === 'string' ? serviceAccountName : 'default',
    hostNetwork: hostNetwork === true,
    labels: isRecord(pod.metadata) ? textMap(pod.metadata.labels) : {},
    ...(trouble !== undefined && { trouble }),
  };
}

/** Pods that can't be made (quota, admission), or that were given up. */
function troubleOf(conditions: readonly unknown[]): string | undefined {
  for (const each of conditions) {
    const { type, status, reason, message } = isRecord(each) ? each : {};
    const failing = type === 'ReplicaFailure' && status === 'True';
    const stuck = type === 'Progressing' && status === 'False' && reason === 'ProgressDeadlineExceeded';
    if ((failing || stuck) && typeof message === 'string') return message;
  }
  return undefined;
}
