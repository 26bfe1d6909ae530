import { NAMESPACE, type Tree, when } from '../tree.ts';
import { clusterRules, ownRules, type RoleRule, secretRules } from './controller-rules.ts';
import { CONTROLLER, LABELS } from './names.ts';

const RBAC = 'rbac.authorization.k8s.io';

export const serviceAccount: Tree = {
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name: CONTROLLER, namespace: NAMESPACE, labels: LABELS },
};

const SECRETS = `${CONTROLLER}-secrets`;

export const clusterRole: Tree = roleOf('ClusterRole', { name: CONTROLLER, labels: LABELS }, clusterRules());
export const clusterRoleBinding: Tree = binding('ClusterRole', { name: CONTROLLER, labels: LABELS });

/** A role of its own, so that it can be bound in some namespaces only. */
export const secretsRole: Tree = roleOf('ClusterRole', { name: SECRETS, labels: LABELS }, secretRules());
export const secretsBinding: Tree = when(
  'secretsOfAllNamespaces',
  binding('ClusterRole', { name: SECRETS, labels: LABELS }, SECRETS),
);

export const role: Tree = roleOf('Role', { name: CONTROLLER, namespace: NAMESPACE, labels: LABELS }, ownRules());
export const roleBinding: Tree = binding('Role', { name: CONTROLLER, namespace: NAMESPACE, labels: LABELS });

function roleOf(kind: 'ClusterRole' | 'Role', metadata: Tree, rules: readonly RoleRule[]): Tree {
  return { apiVersion: `${RBAC}/v1`, kind, metadata, rules: rules.map(treeOf) };
}

function binding(kind: 'ClusterRole' | 'Role', metadata: Tree, name = CONTROLLER): Tree {
  return {
    apiVersion: `${RBAC}/v1`,
    kind: `${kind}Binding`,
    metadata,
    roleRef: { apiGroup: RBAC, kind, name },
    subjects: [{ kind: 'ServiceAccount', name: CONTROLLER, namespace: NAMESPACE }],
  };
}

export function treeOf({ apiGroups, resources, resourceNames, verbs }: RoleRule): Tree {
  return { apiGroups, resources, ...(resourceNames && { resourceNames }), verbs };
}
