import { EXPERIMENTS_GROUP, GATEWAY_GROUP, SLUICE_GROUP } from '../../resources/index.ts';
import { type Tree, when } from '../tree.ts';
import { treeOf } from './access.ts';
import { SHARED_LABELS } from './names.ts';

const ALL = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
const READ = ['get', 'list', 'watch'];
const EVERY = ['*'];

/** Labels by which a role becomes part of another. */
const TO = (role: string) => `gateway.sluice.dev/aggregate-to-${role}`;
const TO_CLUSTER = (role: string) => `rbac.authorization.k8s.io/aggregate-to-${role}`;

interface Duty {
  readonly name: string;
  /** Of the three people of Gateway API. */
  readonly people: readonly string[];
  /** Of Kubernetes' own roles for users of a namespace, which include each other: admin has what edit has. */
  readonly namespaceRole?: 'admin' | 'edit' | 'view';
  readonly rules: readonly {
    readonly group: string;
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
  }[];
}

const PEOPLE = ['infrastructure-provider', 'cluster-operator', 'application-developer'] as const;

const DUTIES: readonly Duty[] = [
  {
    name: 'classes',
    people: ['infrastructure-provider'],
    rules: [{ group: GATEWAY_GROUP, resources: ['gatewayclasses'], verbs: ALL }],
  },
  {
    // A SluiceProxy of a class with gatewayParameters All is worth as much as the right to make Deployments.
    name: 'gateways',
    people: ['infrastructure-provider', 'cluster-operator'],
    namespaceRole: 'admin',
    rules: [
      { group: GATEWAY_GROUP, resources: ['gateways', 'referencegrants'], verbs: ALL },
      { group: SLUICE_GROUP, resources: ['sluiceproxies'], verbs: ALL },
    ],
  },
  {
    name: 'routes',
    people: ['cluster-operator', 'application-developer'],
    namespaceRole: 'edit',
    rules: [
      {
        group: GATEWAY_GROUP,
        resources: [
          'backendtlspolicies',
          'grpcroutes',
          'httproutes',
          'listenersets',
          'tcproutes',
          'tlsroutes',
          'udproutes',
        ],
        verbs: ALL,
      },
      { group: EXPERIMENTS_GROUP, resources: ['xbackends', 'xbackendtrafficpolicies'], verbs: ALL },
      { group: SLUICE_GROUP, resources: ['directresponses'], verbs: ALL },
    ],
  },
  {
    name: 'view',
    people: PEOPLE,
    namespaceRole: 'view',
    rules: [
      { group: GATEWAY_GROUP, resources: EVERY, verbs: READ },
      { group: EXPERIMENTS_GROUP, resources: EVERY, verbs: READ },
      { group: SLUICE_GROUP, resources: EVERY, verbs: READ },
    ],
  },
];

/** What people may do, by duty; each is part of the roles of those whose duty it is. */
export const dutyRoles: readonly Tree[] = DUTIES.map(({ name, people, namespaceRole, rules }) => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: {
    name: `sluice-${name}`,
    labels: {
      ...SHARED_LABELS,
      ...Object.fromEntries(people.map(person => [TO(person), 'true'])),
      ...(namespaceRole && { [TO_CLUSTER(namespaceRole)]: when('aggregateRoles', 'true') }),
    },
  },
  rules: rules.map(({ group, resources, verbs }) => treeOf({ apiGroups: [group], resources, verbs })),
}));

/** The three roles of Gateway API, for bindings: whatever bears their label is part of them, other vendors' roles too. */
export const peopleRoles: readonly Tree[] = PEOPLE.map(person => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name: `sluice-${person}`, labels: SHARED_LABELS },
  aggregationRule: { clusterRoleSelectors: [{ matchLabels: { [TO(person)]: 'true' } }] },
}));
