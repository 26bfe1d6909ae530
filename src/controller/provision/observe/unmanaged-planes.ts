import { type ApiClient, type ListWatch, startListWatch } from '../../../kubernetes/index.ts';
import type { DataPlaneSpec } from '../data-plane-spec.ts';
import { type DeploymentFacts, deploymentFacts } from './deployment-facts.ts';
import { collectionPath, provisionedKind } from './provisioned-kinds.ts';
import { type ServiceFacts, serviceFacts } from './service-facts.ts';

/** What there is of a data plane that Sluice did not make. */
export interface UnmanagedParts {
  readonly deployment?: DeploymentFacts;
  readonly service?: ServiceFacts;
  /** Why it can't serve. */
  readonly trouble?: string;
}

/** Follows the Deployments and Services of the namespaces where a Gateway names its own data plane. */
export interface UnmanagedPlanes {
  /** All namespaces that are to be followed. */
  follow(namespaces: ReadonlySet<string>): void;
  /** Undefined while its namespace has not been read. */
  partsOf(plane: Pick<DataPlaneSpec, 'namespace' | 'unmanaged'>): UnmanagedParts | undefined;
  close(): void;
}

interface Followed {
  readonly deployments: Map<string, DeploymentFacts>;
  readonly services: Map<string, ServiceFacts>;
  readonly watches: readonly ListWatch[];
  unread: number;
}

export interface UnmanagedOptions {
  readonly client: ApiClient;
  readonly onChange: (namespace: string) => void;
}

export function createUnmanagedPlanes({ client, onChange }: UnmanagedOptions): UnmanagedPlanes {
  const followed = new Map<string, Followed>();

  function start(namespace: string): Followed {
    const deployments = new Map<string, DeploymentFacts>();
    const services = new Map<string, ServiceFacts>();
    const watch = <Facts>(kind: string, facts: Map<string, Facts>, read: (raw: RawOf) => Facts) =>
      startListWatch({
        client,
        path: collectionPath(provisionedKind(kind), namespace),
        onUpsert(raw) {
          facts.set(raw.metadata.name, read(raw));
          onChange(namespace);
        },
        onDelete({ name }) {
          facts.delete(name);
          onChange(namespace);
        },
        onSynced: settled,
        onTrouble: trouble => (trouble?.status === 403 || trouble?.status === 404) && settled(),
      });
    const settled = () => {
      const one = followed.get(namespace);
      if (one) one.unread--;
      onChange(namespace);
    };
    const watches = [watch('Deployment', deployments, deploymentFacts), watch('Service', services, serviceFacts)];
    return { deployments, services, watches, unread: watches.length };
  }

  function stop(namespace: string): void {
    for (const watch of followed.get(namespace)?.watches ?? []) watch.close();
    followed.delete(namespace);
  }

  return {
    follow(namespaces) {
      for (const namespace of [...followed.keys()]) if (!namespaces.has(namespace)) stop(namespace);
      for (const namespace of namespaces) if (!followed.has(namespace)) followed.set(namespace, start(namespace));
    },
    partsOf({ namespace, unmanaged }) {
      const one = followed.get(namespace);
      if (!one || one.unread > 0) return undefined;
      return partsIn(namespace, unmanaged ?? {}, [...one.deployments.values()], [...one.services.values()]);
    },
    close() {
      for (const namespace of [...followed.keys()]) stop(namespace);
    },
  };
}

type RawOf = Parameters<typeof deploymentFacts>[0];

/** The Deployment and the Service that belong together, from the name of one of them: the Service selects the Deployment's pods. */
export function partsIn(
  namespace: string,
  named: NonNullable<DataPlaneSpec['unmanaged']>,
  deployments: readonly DeploymentFacts[],
  services: readonly ServiceFacts[],
): UnmanagedParts {
  if (named.deployment !== undefined) {
    const deployment = deployments.find(({ name }) => name === named.deployment);
    if (!deployment) return { trouble: `there is no Deployment ${namespace}/${named.deployment}` };
    const fitting = services.filter(service => selects(service, deployment)).sort(byName);
    const service = fitting.find(({ name }) => name === deployment.name) ?? fitting[0];
    return judged(namespace, { deployment, ...(service && { service }) });
  }
  const service = services.find(({ name }) => name === named.service);
  if (!service) return { trouble: `there is no Service ${namespace}/${named.service}` };
  const fitting = deployments.filter(deployment => selects(service, deployment)).sort(byName);
  const [deployment] = fitting;
  if (!deployment)
    return { service, trouble: `Service ${namespace}/${service.name} selects the pods of no Deployment` };
  if (fitting.some(({ serviceAccount }) => serviceAccount !== deployment.serviceAccount)) {
    const names = fitting.map(({ name }) => name).join(', ');
    return {
      service,
      trouble: `Service ${namespace}/${service.name} selects pods of Deployments with different ServiceAccounts (${names}): let all of them have one`,
    };
  }
  return judged(namespace, { service, deployment });
}

const byName = (a: { readonly name: string }, b: { readonly name: string }) => (a.name < b.name ? -1 : 1);

function selects({ selector }: ServiceFacts, { labels }: DeploymentFacts): boolean {
  const entries = Object.entries(selector);
  return entries.length > 0 && entries.every(([key, value]) => labels[key] === value);
}

function judged(namespace: string, parts: UnmanagedParts): UnmanagedParts {
  const { deployment } = parts;
  if (deployment?.serviceAccount !== 'default') return parts;
  return {
    ...parts,
    trouble: `Deployment ${namespace}/${deployment.name} runs as ServiceAccount default, as any pod may, and would share its certificates with them: give it one of its own`,
  };
}
