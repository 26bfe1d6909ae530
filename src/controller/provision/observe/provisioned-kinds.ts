/** A kind of which data planes are made. */
export interface ProvisionedKind {
  readonly kind: string;
  /** '' is the core group. */
  readonly group: string;
  readonly apiVersion: string;
  readonly plural: string;
}

const kindOf = (kind: string, apiVersion: string, plural: string): ProvisionedKind => ({
  kind,
  group: apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '',
  apiVersion,
  plural,
});

/** In the order in which they are made: pods need their account and configuration, and an address takes longest. */
export const PROVISIONED_KINDS: readonly ProvisionedKind[] = [
  kindOf('ServiceAccount', 'v1', 'serviceaccounts'),
  kindOf('ConfigMap', 'v1', 'configmaps'),
  kindOf('Service', 'v1', 'services'),
  kindOf('Deployment', 'apps/v1', 'deployments'),
  kindOf('PodDisruptionBudget', 'policy/v1', 'poddisruptionbudgets'),
  kindOf('HorizontalPodAutoscaler', 'autoscaling/v2', 'horizontalpodautoscalers'),
];

/** Throws for a kind that data planes are not made of. */
export function provisionedKind(name: string): ProvisionedKind {
  const found = PROVISIONED_KINDS.find(({ kind }) => kind === name);
  if (!found) throw new TypeError(`data planes are not made of ${name}`);
  return found;
}

/** `/apis/apps/v1/deployments`, or those of one namespace. */
export function collectionPath({ apiVersion, plural }: ProvisionedKind, namespace?: string): string {
  const root = apiVersion.includes('/') ? '/apis' : '/api';
  const place = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${root}/${apiVersion}${place}/${plural}`;
}

export function objectPath(kind: ProvisionedKind, namespace: string, name: string): string {
  return `${collectionPath(kind, namespace)}/${encodeURIComponent(name)}`;
}
