import { KINDS } from '../../src/resources/index.ts';

/** A kind that the server serves. */
export interface InstalledKind {
  readonly group: string;
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** The versions served, best first. */
  readonly versions: readonly string[];
}

const BUILT_IN_GROUPS: readonly string[] = [
  '',
  'apps',
  'authentication.k8s.io',
  'autoscaling',
  'policy',
  'events.k8s.io',
  'discovery.k8s.io',
  'coordination.k8s.io',
  'apiextensions.k8s.io',
];

const namespacedKind = (group: string, plural: string, kind: string, version: string): InstalledKind => ({
  group,
  plural,
  kind,
  namespaced: true,
  versions: [version],
});

const EXTRA: readonly InstalledKind[] = [
  namespacedKind('apps', 'deployments', 'Deployment', 'v1'),
  namespacedKind('', 'serviceaccounts', 'ServiceAccount', 'v1'),
  namespacedKind('policy', 'poddisruptionbudgets', 'PodDisruptionBudget', 'v1'),
  namespacedKind('autoscaling', 'horizontalpodautoscalers', 'HorizontalPodAutoscaler', 'v2'),
  namespacedKind('events.k8s.io', 'events', 'Event', 'v1'),
  namespacedKind('coordination.k8s.io', 'leases', 'Lease', 'v1'),
  {
    group: 'authentication.k8s.io',
    plural: 'tokenreviews',
    kind: 'TokenReview',
    namespaced: false,
    versions: ['v1'],
  },
  {
    group: 'apiextensions.k8s.io',
    plural: 'customresourcedefinitions',
    kind: 'CustomResourceDefinition',
    namespaced: false,
    versions: ['v1'],
  },
];

/** What the kinds that Sluice reads, Leases and CustomResourceDefinitions need; versions that newer CRDs lack are not served. */
export function everyKind(): readonly InstalledKind[] {
  const known = KINDS.map(({ group, plural, kind, scope, versions }) => ({
    group,
    plural,
    kind,
    namespaced: scope === 'Namespaced',
    versions: versions
      .filter(version => version.channel !== 'retired' && !('group' in version) && !('kind' in version))
      .map(version => version.name),
  }));
  return [...known, ...EXTRA.filter(extra => known.every(kind => kind.plural !== extra.plural))];
}

/** `httproutes.gateway.networking.k8s.io`: the name of its CustomResourceDefinition, if it has one. */
export function collectionOf({ group, plural }: Pick<InstalledKind, 'group' | 'plural'>): string {
  return group === '' ? plural : `${plural}.${group}`;
}

/** Custom resources are told from built-in ones: their list items bear apiVersion and kind, and they have a generation. */
export function isBuiltIn(kind: Pick<InstalledKind, 'group'>): boolean {
  return BUILT_IN_GROUPS.includes(kind.group);
}

const WITHOUT_STATUS: readonly string[] = [
  'Lease',
  'Event',
  'ServiceAccount',
  'ConfigMap',
  'Secret',
  'EndpointSlice',
  'Endpoints',
  'ReferenceGrant',
];

export function hasStatus(kind: InstalledKind): boolean {
  return !WITHOUT_STATUS.includes(kind.kind);
}
