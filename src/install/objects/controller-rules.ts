import { GATEWAY_GROUP, KINDS } from '../../resources/index.ts';

/** A rule of a Role. */
export interface RoleRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/** What is provisioned for a Gateway, by the group it is in. */
const PROVISIONED = {
  '': ['configmaps', 'serviceaccounts', 'services'],
  apps: ['deployments'],
  policy: ['poddisruptionbudgets'],
  autoscaling: ['horizontalpodautoscalers'],
} as const;

/** Retired names under which an API server may still serve what we read. */
const RETIRED = { 'gateway.networking.x-k8s.io': ['xlistenersets'] } as const;

/** The kinds whose statuses the controller writes; GEP-2648 and the status of each kind. */
const WITH_STATUS = {
  [GATEWAY_GROUP]: [
    'backendtlspolicies',
    'gatewayclasses',
    'gateways',
    'grpcroutes',
    'httproutes',
    'listenersets',
    'tcproutes',
    'tlsroutes',
    'udproutes',
  ],
  'gateway.networking.x-k8s.io': ['xbackends', 'xbackendtrafficpolicies', 'xlistenersets'],
} as const;

/** What the controller does in all namespaces: every verb here is one that it uses. */
export function clusterRules(): readonly RoleRule[] {
  return united([
    ...followed(),
    rule('', ['namespaces', 'services'], ['list', 'watch']),
    rule('', ['configmaps'], ['get', 'list', 'watch']),
    rule('apiextensions.k8s.io', ['customresourcedefinitions'], ['list', 'watch']),
    ...Object.entries(WITH_STATUS).flatMap(([group, plurals]) => [
      rule(group, plurals, ['get']),
      rule(
        group,
        plurals.map(plural => `${plural}/status`),
        ['patch'],
      ),
    ]),
    rule(GATEWAY_GROUP, ['gatewayclasses'], ['patch']),
    ...Object.entries(PROVISIONED).map(([group, plurals]) =>
      rule(group, plurals, ['get', 'list', 'watch', 'create', 'patch', 'delete']),
    ),
    rule('authentication.k8s.io', ['tokenreviews'], ['create']),
    rule('events.k8s.io', ['events'], ['create', 'patch']),
  ]);
}

/** One rule for all resources of a group that have the same verbs. */
function united(rules: readonly RoleRule[]): readonly RoleRule[] {
  const each = rules.flatMap(({ apiGroups, resources, verbs }) =>
    resources.map(resource => ({ group: apiGroups.join(), resource, verbs })),
  );
  const byResource = [...Map.groupBy(each, ({ group, resource }) => `${resource}.${group}`).values()];
  const whole = byResource.map(same => ({ ...same[0]!, verbs: [...new Set(same.flatMap(({ verbs }) => verbs))] }));
  const alike = Map.groupBy(whole, ({ group, verbs }) => JSON.stringify([group, ordered(verbs)]));
  return [...alike.values()].map(same =>
    rule(same[0]!.group, same.map(({ resource }) => resource).sort(), ordered(same[0]!.verbs)),
  );
}

const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];

function ordered(verbs: readonly string[]): readonly string[] {
  return VERBS.filter(verb => verbs.includes(verb));
}

/** Certificates and keys that Gateways and policies refer to, wherever they are bound to it. */
export function secretRules(): readonly RoleRule[] {
  return [rule('', ['secrets'], ['get', 'list', 'watch'])];
}

/** What it does in its own namespace: the Lease that one of several controllers holds, the certificates of the config port. */
export function ownRules(): readonly RoleRule[] {
  return [
    rule('coordination.k8s.io', ['leases'], ['create', 'get', 'update']),
    rule('', ['secrets'], ['create']),
    { ...rule('', ['secrets'], ['get', 'list', 'watch', 'patch']), resourceNames: ['sluice-controller-tls'] },
  ];
}

/** Every kind that is followed, core kinds apart: `src/cluster/followed-kinds.ts`. */
function followed(): readonly RoleRule[] {
  const read = KINDS.filter(({ group }) => group !== '' && group !== 'apiextensions.k8s.io');
  const groups = Map.groupBy(read, ({ group }) => group);
  const retired: Readonly<Record<string, readonly string[]>> = RETIRED;
  return [...groups].map(([group, kinds]) =>
    rule(group, [...kinds.map(({ plural }) => plural), ...(retired[group] ?? [])].sort(), ['list', 'watch']),
  );
}

function rule(group: string, resources: readonly string[], verbs: readonly string[]): RoleRule {
  return { apiGroups: [group], resources, verbs };
}
